/** Python that esbuild bundles as text. */
declare module '*.py' {
  const text: string;
  export default text;
}

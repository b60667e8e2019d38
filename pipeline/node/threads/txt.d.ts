/** Text that esbuild bundles. */
declare module '*.txt' {
  const text: string;
  export default text;
}

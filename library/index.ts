/** What `import … from 'inkgrad'` gives: the engine. */
export * from '../engine/index.ts';

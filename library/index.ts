/** What `import … from 'inkgrad'` gives: the engine. */
export * from '../engine/index.ts';
// By these modules, so that bundlers which follow a function through a namespace take no more than that.
export * as F from './functional.ts';
export * as nn from './nn.ts';
export * as optim from './optim.ts';

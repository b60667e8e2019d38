/** Networks as data: from JSON to layers, and trained ones from the bytes of a checkpoint. */
export { checkpointBytes, parseCheckpoint } from '../pipeline/checkpoint/checkpoint.ts';
export type { ModelSpec } from '../pipeline/model/model.ts';
export { build, builtInModels, parseModel } from '../pipeline/model/model.ts';

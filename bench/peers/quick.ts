/** The ratchet: in two minutes, how many times as fast inkgrad is as those that people would take instead. */
import type { Task, Work } from './run.ts';
import * as run from './run.ts';

/** PyTorch twice: on a busy machine threads that spin are slower than threads that sleep, on a quiet one faster. */
export const peers = ['torch-cpu', 'torch-cpu-passive', 'onnxruntime-web', 'onnxruntime-node'];

/** Training and reading, each in the batches that it is done in. */
export const tasksOf = (models: readonly string[], works: readonly Work[]): Task[] =>
  works.flatMap((work) => run.tasksOf(models, [work], [work === 'train' ? 64 : 256]));

/** For each engine and work, and in how many turns; with the time that engines take to start it comes to two minutes. */
export const SECONDS = 4;
export const ROUNDS = 10;

export * from '../engine/optim/index.ts';

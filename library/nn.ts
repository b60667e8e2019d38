export * from '../engine/nn/index.ts';

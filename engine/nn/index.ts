export * from './functions.ts';
export type { Beside } from './given.ts';
export * from './layers.ts';
export * from './module.ts';
export * from './residual.ts';
export * from './sequential.ts';

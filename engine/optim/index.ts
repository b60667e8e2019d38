export * from './clip.ts';
export * from './lossScale.ts';
export * from './optimizer.ts';
export type { Parameters } from './parameters.ts';
export * from './schedules.ts';
export type { AdamOptions, SgdOptions } from './settings.ts';

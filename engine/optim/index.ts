export * from './clip.ts';
export * from './lossScale.ts';
export * from './optimizer.ts';
export * from './schedules.ts';

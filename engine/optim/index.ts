export * from './clip.ts';
export * from './optimizer.ts';
export * from './schedules.ts';

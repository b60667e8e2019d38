export * from '../engine/functional.ts';

export * from './layers.ts';
export * from './module.ts';
export * from './sequential.ts';

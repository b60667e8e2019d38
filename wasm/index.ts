// Every kernel of the device `wasm`, by the name that launches have.
export * from './binary';
export { fill } from './fill';
export { strided } from './strided';
export * from './unary';

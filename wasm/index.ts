// Every kernel of the device `wasm`, by the name that launches have.
export * from './avgPool';
export * from './binary';
export { fill } from './fill';
export { maxPool2d, maxPool2dGrad, maxPool2dPick, maxPool2x2, maxPool2x2Grad } from './maxPool';
export { strided } from './strided';
export * from './unary';

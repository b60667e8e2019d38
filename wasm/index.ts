// Every kernel of the device `wasm`, by the name that launches have, and the team that runs them.
export { fill } from './fill';
export { run, runAlone, serve } from './team';
// Every kernel of the device `wasm`, by the name that launches have.
export * from './avgPool';
export * from './batch';
export * from './binary';
export * from './classes';
export * from './crossEntropy';
export * from './dropout';
export * from './fill';
export * from './lossScale';
export { maxPool2d, maxPool2dGrad, maxPool2dPick, maxPool2x2, maxPool2x2Grad } from './maxPool';
export * from './optimizer';
export * from './reduce';
export { logSoftmax, softmax } from './softmax';
export * from './strided';
export * from './sum';
export * from './unary';
// Every kernel of the device `wasm`, by the name that launches have.
export { addPieces } from './addPieces';
export { convolve } from './convolve';
export { fill } from './fill';
export { innerProduct } from './innerProduct';
export { outerProduct } from './outerProduct';
export { packFilters } from './panels';
export { weightGradSums, weightGradTotal } from './weightGrad';
export { winogradConvolution, winogradInputGradient, winogradWeightSums } from './winograd';
export { winogradFilters, winogradWeightGradient } from './winogradFilters';

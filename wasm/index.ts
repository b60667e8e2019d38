// Every kernel of the device `wasm`, by the name that launches have.
export { convolve } from './convolve';
export { fill } from './fill';
export { packFilters } from './panels';
export { weightGradSums, weightGradTotal } from './weightGrad';

// Every kernel of the device `wasm`, by the name that launches have.
export { addPieces } from './addPieces';
export { convolve } from './convolve';
export { fill } from './fill';
export { innerProduct } from './innerProduct';
export { outerProduct } from './outerProduct';
export { packFilters } from './panels';
export { weightGradSums, weightGradTotal } from './weightGrad';

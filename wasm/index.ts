// Every kernel of the device `wasm`, by the name that launches have.
export { convolve } from './convolve';
export { fill } from './fill';
export { packFilters } from './panels';
export { addPieces, innerProduct, outerProduct } from './products';
export { weightGradSums, weightGradTotal } from './weightGrad';

// Every kernel of the device `wasm`, by the name that launches have.
export { fill } from './fill';
export { winogradConvolution, winogradInputGradient, winogradWeightSums } from './winograd';
export { winogradFilters, winogradWeightGradient } from './winogradFilters';

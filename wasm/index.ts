// Every kernel of the device `wasm`, by the name that launches have.
export { fill } from './fill';

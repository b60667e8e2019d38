// Every kernel of the device `wasm`, by the name that launches have, and the team that runs them.
export { fill } from './fill';
export { run, runAlone, serve } from './team';

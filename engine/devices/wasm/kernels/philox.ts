/** Bytes of the keys of Philox's ten rounds, as wasm/philox.ts lays them out. */
export const PHILOX_KEYS = 320;

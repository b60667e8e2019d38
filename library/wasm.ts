/**
 * The device on WebAssembly SIMD alone.
 *
 * @module inkgrad/wasm
 */

export { WasmDevice } from '../engine/devices/wasm/device.ts';
export { openWasm } from '../engine/devices/wasm/open.ts';
export type { WasmOptions } from '../engine/devices/wasm/options.ts';
export type { Spawn, Thread, ThreadData } from '../engine/devices/wasm/threads.ts';

/**
 * The device on plain typed arrays alone. A bundle that imports nothing else carries neither WebAssembly nor WGSL.
 *
 * @module inkgrad/cpu
 */

export type { CpuOptions } from '../engine/devices/cpu/device.ts';
export { CpuDevice } from '../engine/devices/cpu/device.ts';

export type { CpuOptions } from '../engine/devices/cpu/device.ts';
export { CpuDevice } from '../engine/devices/cpu/device.ts';

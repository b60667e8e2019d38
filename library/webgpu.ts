/**
 * The device on WebGPU alone.
 *
 * @module inkgrad/webgpu
 */

export { adapterName, WebGpuDevice } from '../engine/devices/webgpu/device.ts';
export { openWebGpu } from '../engine/devices/webgpu/open.ts';
export { tune } from '../engine/devices/webgpu/tuner.ts';

import type { Device } from '../../engine/device.ts';
import type { WebGpuDevice } from '../../engine/devices/webgpu/device.ts';

/** Told by its kind and not by its class, with which a page that computes elsewhere would load every shader. */
export const isWebGpu = (device: Device): device is WebGpuDevice => device.kind === 'webgpu';

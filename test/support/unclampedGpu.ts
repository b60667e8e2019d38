import type { WebGpuDevice } from '../../engine/devices/webgpu/device.ts';
import { openWebGpu } from '../../engine/devices/webgpu/open.ts';
import { openDevice } from '../../pipeline/node/devices/devices.ts';

/** Dawn frees its instance, and with it all devices, once this is collected. */
const instances: GPU[] = [];

/**
 * WebGPU as it always is, but for the clamping of every index in shaders: a software adapter compiles them in a third of
 * the time without it. An index that is out of bounds then reads what is there, and not a neighbour that may pass for it.
 */
export async function openUnclampedGpu(): Promise<WebGpuDevice> {
  // Opening any device finds the driver.
  (await openDevice('webgpu')).close();
  const { create } = await import('webgpu');
  const gpu = create(['enable-dawn-features=allow_unsafe_apis,disable_robustness']);
  instances.push(gpu);
  return openWebGpu(gpu);
}

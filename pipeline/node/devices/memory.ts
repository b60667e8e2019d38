import { totalmem } from 'node:os';
import type { Device } from '../../../engine/device.ts';
import { WebGpuDevice } from '../../../engine/devices/webgpu/device.ts';

/** What a WebAssembly.Memory can address. */
const WASM = 2 ** 32;

/** Bytes of memory that this process may have: those of the machine, or of the container that it runs in. */
export function machineMemory(): number {
  // 0 or more than the machine has where nothing limits it.
  const limit = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  return Math.min(totalmem(), limit);
}

/** Bytes of memory that a device can have; null for a GPU, since WebGPU does not tell. */
export function memoryOf(device: Device): number | null {
  if (device instanceof WebGpuDevice && !device.isSoftware) return null;
  return device.kind === 'wasm' ? Math.min(WASM, machineMemory()) : machineMemory();
}

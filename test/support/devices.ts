import type { Device } from '../../engine/device.ts';
import { CpuDevice } from '../../engine/devices/cpu.ts';
import { openWasm } from '../../engine/devices/wasm/open.ts';
import { openDevice } from '../../pipeline/devices.ts';
import { spawnThread } from '../../pipeline/threads.ts';

/** The reference: the CPU kernels in float64. */
export const reference = new CpuDevice({ floatType: 'float64', poison: true });

/** The devices under test. On a machine without any WebGPU adapter this throws, and the test file fails. */
export const devices: readonly Device[] = [
  new CpuDevice({ poison: true }),
  await openWasm({ threads: 2, spawn: spawnThread, poison: true }),
  await openDevice('webgpu'),
];

export const closeDevices = () => {
  for (const device of devices) device.close();
};

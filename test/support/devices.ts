import type { Device } from '../../engine/device.ts';
import { CpuDevice } from '../../engine/devices/cpu/device.ts';
import { openWasm } from '../../engine/devices/wasm/open.ts';
import { openDevice } from '../../pipeline/node/devices/devices.ts';

/** The reference: the definitions of ops, in float64. */
export const reference = new CpuDevice({ floatType: 'float64', poison: true });

/** The devices under test. On a machine without any WebGPU adapter this throws, and the test file fails. */
export const devices: readonly Device[] = [
  new CpuDevice({ poison: true }),
  await openWasm({ threads: 2, poison: true }),
  await openDevice('webgpu'),
];

/** The device of a kind: no test may rely on the order of the list. */
export function deviceOf(kind: Device['kind']): Device {
  const found = devices.find((device) => device.kind === kind);
  if (found === undefined) throw new Error(`no device of kind ${kind} among those under test`);
  return found;
}

export const closeDevices = () => {
  for (const device of devices) device.close();
};

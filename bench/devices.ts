import type { Device } from '../engine/device.ts';
import { InkgradError } from '../engine/errors.ts';
import type { DeviceName } from '../pipeline/node/devices/deviceNames.ts';
import { deviceNames } from '../pipeline/node/devices/deviceNames.ts';
import type { DeviceOptions } from '../pipeline/node/devices/devices.ts';
import { openDevice } from '../pipeline/node/devices/devices.ts';

/** Every device there is: `auto` is a choice among them and none of its own. */
export const measurable = deviceNames.filter((name) => name !== 'auto');

/** The device that the others are compared with. */
export const BASE: DeviceName = 'cpu';

/** A device that this machine does not have, and why. */
export interface Missing {
  readonly name: DeviceName;
  readonly reason: string;
}

/** Opens what there is of these devices; the rest is told, not hidden. */
export async function openAll(
  names: readonly DeviceName[],
  { revectorize }: Pick<DeviceOptions, 'revectorize'> = {},
): Promise<{ devices: Device[]; missing: Missing[] }> {
  const devices: Device[] = [];
  const missing: Missing[] = [];
  for (const name of names) {
    try {
      devices.push(await openDevice(name, { revectorize }));
    } catch (error) {
      if (!(error instanceof InkgradError)) throw error;
      missing.push({ name, reason: error.message });
    }
  }
  return { devices, missing };
}

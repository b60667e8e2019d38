/** Devices of a part. One that failed is of no more use: the part gets another, and no part shares any with others. */
import type { WebGpuDevice } from '../../engine/devices/webgpu/device.ts';
import type { TilingName } from '../../engine/devices/webgpu/kernels/tilings.ts';
import { InkgradError } from '../../engine/errors.ts';
import type { DeviceProfile } from '../../pipeline/node/devices/deviceNames.ts';
import { openSoftwareWebGpu, openSystemWebGpu } from '../../pipeline/node/devices/devices.ts';

/** Gives the adapter of the system; where any will do, at last the software one of the tests. */
export async function openGpu(profile: DeviceProfile, anyAdapter: boolean): Promise<WebGpuDevice | null> {
  const found = await openSystemWebGpu(profile);
  if (found === null) return anyAdapter ? openSoftwareWebGpu(profile) : null;
  if (anyAdapter || !found.isSoftware) return found;
  found.close();
  return null;
}

/** What tuners chose so far, for every part to go on from. */
export type Tuned = Readonly<Record<DeviceProfile, Map<string, TilingName>>>;

export class Host {
  readonly #devices = new Map<DeviceProfile, WebGpuDevice>();

  constructor(
    readonly anyAdapter: boolean,
    readonly tuned: Tuned,
  ) {}

  async device(profile: DeviceProfile): Promise<WebGpuDevice> {
    const open = this.#devices.get(profile);
    if (open !== undefined) return open;
    const device = await openGpu(profile, this.anyAdapter);
    if (device === null) throw new InkgradError('the adapter is gone');
    const lanes = device.isSoftware ? 0 : device.traits.lanes;
    // On a software adapter: the tilings without subgroups are few, and soon compiled there.
    device.traits = { ...device.traits, lanes, tuned: this.tuned[profile] };
    this.#devices.set(profile, device);
    return device;
  }

  /** Gives up a device. */
  drop(profile: DeviceProfile): void {
    this.#devices.get(profile)?.close();
    this.#devices.delete(profile);
  }

  close(): void {
    for (const profile of [...this.#devices.keys()]) this.drop(profile);
  }
}

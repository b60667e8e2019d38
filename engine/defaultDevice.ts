import type { Device } from './device.ts';
import { CpuDevice } from './devices/cpu/device.ts';
import { InkgradError, whatIs } from './errors.ts';

let chosen: Device | null = null;

export const isDevice = (value: unknown): value is Device =>
  typeof (value as Device | null | undefined)?.allocate === 'function';

/** Where tensors lie that are made without a device: a `CpuDevice`, made when it is first asked for, until another is set. */
export function defaultDevice(): Device {
  chosen ??= new CpuDevice();
  return chosen;
}

/**
 * Makes a device the default. Tensors that are there already stay where they are.
 *
 * @throws InkgradError for what is no open device
 */
export function setDefaultDevice(device: Device): void {
  if (!isDevice(device)) {
    throw new InkgradError(
      `setDefaultDevice: ${whatIs(device)}; expected an open device: setDefaultDevice(await openDevice())`,
    );
  }
  chosen = device;
}

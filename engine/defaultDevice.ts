import type { Device } from './device.ts';
import { CpuDevice } from './devices/cpu/device.ts';
import { InkgradError, naming, ShapeError, whatIs } from './errors.ts';

let chosen: Device | null = null;

export const isDevice = (value: unknown): value is Device =>
  typeof (value as Device | null | undefined)?.allocate === 'function';

/**
 * Where tensors lie that are made without a device: a `CpuDevice`, made when it is first asked for, until another is set.
 *
 * @category Devices
 * @example
 * import { defaultDevice, Tensor } from 'inkgrad';
 *
 * console.log(defaultDevice().kind, Tensor.from([1]).device === defaultDevice());
 * // cpu true
 */
export function defaultDevice(): Device {
  chosen ??= new CpuDevice();
  return chosen;
}

/** What was given after a device, and that device; the default one where none was given first. */
export function withDevice(given: readonly unknown[]): [device: Device, ...others: unknown[]] {
  const [first, ...others] = given;
  if (isDevice(first)) return [first, ...others];
  const isPending = typeof (first as PromiseLike<unknown> | null)?.then === 'function';
  if (isPending || (typeof first === 'string' && others.length > 0)) {
    throw new ShapeError(
      `tensor: ${naming(first)} as device; expected an open one: Tensor.from(await openDevice(), data)`,
    );
  }
  return [defaultDevice(), first, ...others];
}

/**
 * Makes a device the default. Tensors that are there already stay where they are.
 *
 * @throws InkgradError for what is no open device
 * @category Devices
 * @example
 * import { defaultDevice, openDevice, setDefaultDevice, Tensor } from 'inkgrad';
 *
 * const before = defaultDevice();
 * setDefaultDevice(await openDevice('wasm'));
 * console.log(Tensor.from([1, 2]).device.kind);
 * // wasm
 * defaultDevice().close();
 * setDefaultDevice(before);
 */
export function setDefaultDevice(device: Device): void {
  if (!isDevice(device)) {
    throw new InkgradError(
      `setDefaultDevice: ${whatIs(device)}; expected an open device: setDefaultDevice(await openDevice())`,
    );
  }
  chosen = device;
}

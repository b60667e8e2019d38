import type { Device } from '../engine/device.ts';
import { CpuDevice } from '../engine/devices/cpu/device.ts';

let usual: Device | null = null;

/** Where is computed when nobody says where. */
export const usualDevice = (): Device => {
  usual ??= new CpuDevice();
  return usual;
};

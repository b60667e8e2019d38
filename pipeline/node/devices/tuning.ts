import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WebGpuDevice } from '../../../engine/devices/webgpu/device.ts';
import type { TilingName } from '../../../engine/devices/webgpu/kernels/tilings.ts';
import { tilings } from '../../../engine/devices/webgpu/kernels/tilings.ts';
import { cacheFolder, makeCacheFolder } from '../files/cacheFolder.ts';
import { writeWhole } from '../files/writeFile.ts';

/** Raised when kernels change so that old measurements say nothing of the new ones. */
const VERSION = 1;

/** Where the choices of the tuner are kept, for all adapters of the machine. */
export const tuningFile = (): string => join(cacheFolder(), `tilings-${VERSION}.json`);

type Choices = Record<string, Record<string, string>>;

/** A file that cannot be read is as good as none: the tuner makes it again. */
function readChoices(): Choices {
  try {
    const file = tuningFile();
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) ?? {}) : {};
  } catch {
    return {};
  }
}

const adapterKey = ({ adapter, traits: { lanes, halfFactors } }: WebGpuDevice): string =>
  `${adapter}, subgroups of ${lanes}${halfFactors ? ', f16' : ''}`;

/** Gives a device the tilings that were measured on its adapter before. */
export function recallTilings(device: WebGpuDevice): void {
  for (const [key, name] of Object.entries(readChoices()[adapterKey(device)] ?? {})) {
    if (Object.hasOwn(tilings, name)) device.traits.tuned.set(key, name as TilingName);
  }
}

/** Keeps a device's tilings for later runs; a folder that cannot be written is no reason to stop. */
export function keepTilings(device: WebGpuDevice): void {
  const own = Object.fromEntries([...device.traits.tuned].sort(([a], [b]) => (a < b ? -1 : 1)));
  try {
    makeCacheFolder();
    writeWhole(tuningFile(), `${JSON.stringify({ ...readChoices(), [adapterKey(device)]: own }, null, 2)}\n`);
  } catch {}
}

import { availableParallelism } from 'node:os';
import type { Device } from '../../../engine/device.ts';
import { CpuDevice } from '../../../engine/devices/cpu/device.ts';
import type { WasmDevice } from '../../../engine/devices/wasm/device.ts';
import { openWasm } from '../../../engine/devices/wasm/open.ts';
import type { WebGpuDevice } from '../../../engine/devices/webgpu/device.ts';
import { openWebGpu } from '../../../engine/devices/webgpu/open.ts';
import { InkgradError } from '../../../engine/errors.ts';
import { PipelineError } from '../../faults.ts';
import { waitCalmly } from './calmWaiting.ts';
import type { DeviceName, DeviceProfile } from './deviceNames.ts';
import { withoutLimitWarnings } from './limitWarnings.ts';
import { driverVariables, hasVulkan, provideSoftwareVulkan } from './softwareAdapter.ts';

type Dawn = typeof import('webgpu');

/** Dawn frees its instance, and with it all devices, once `create`'s result is collected. */
const instances: GPU[] = [];

/** Why Dawn did not load, in the system's words. */
let loadFailure = '';

async function loadDawn(): Promise<Dawn | null> {
  try {
    return await import('webgpu');
  } catch (error) {
    loadFailure = (error as Error).message.split('\n')[0];
    return null;
  }
}

/** Dawn rounds timestamps to 65,536 ns, longer than many a kernel takes, against pages that would spy. */
const exactTimes = 'disable-dawn-features=timestamp_quantization';

/** Dawn shows features that are still experiments only with this. */
const experiments = 'allow_unsafe_apis';

/**
 * What Dawn is asked for.
 * https://dawn.googlesource.com/dawn/+/refs/heads/main/src/dawn/native/Toggles.cpp
 */
const profiles = {
  checked: [`enable-dawn-features=${experiments}`, exactTimes],
  fast: [
    `enable-dawn-features=${experiments},skip_validation,disable_robustness,disable_workgroup_init`,
    exactTimes,
  ],
} satisfies Record<DeviceProfile, string[]>;

async function open(dawn: Dawn, profile: DeviceProfile): Promise<WebGpuDevice | null> {
  const gpu = dawn.create(profiles[profile]);
  instances.push(gpu);
  const device = await withoutLimitWarnings(() => openWebGpu(gpu));
  if (device?.isSoftware) waitCalmly();
  return device;
}

/** WebGPU on the adapter that the system offers, which may be a software one; null when there is none. */
export async function openSystemWebGpu(profile: DeviceProfile = 'checked'): Promise<WebGpuDevice | null> {
  if (!hasVulkan()) return null;
  const dawn = await loadDawn();
  return dawn && (await open(dawn, profile));
}

/** WebGPU on the software adapter that the tests use; null where that is not installed. */
export async function openSoftwareWebGpu(profile: DeviceProfile = 'checked'): Promise<WebGpuDevice | null> {
  const dawn = await loadDawn();
  return dawn !== null && provideSoftwareVulkan() ? open(dawn, profile) : null;
}

async function openAnyWebGpu(profile: DeviceProfile): Promise<WebGpuDevice> {
  if ((await loadDawn()) === null) {
    throw new PipelineError(
      `\`device\` webgpu: the npm package webgpu does not load (${loadFailure}); run npm install webgpu, or use \`device\` cpu`,
      'not-installed',
    );
  }
  const found = (await openSystemWebGpu(profile)) ?? (await openSoftwareWebGpu(profile));
  if (found === null) {
    const named = driverVariables().map((name) => `${name}=${process.env[name]}`);
    throw new PipelineError(
      named.length > 0
        ? `\`device\` webgpu: no adapter found with ${named.join(' ')}; install that Vulkan driver, or unset it, ` +
            'or use `device` cpu'
        : '`device` webgpu: no adapter found; install a Vulkan driver (Debian and Ubuntu: mesa-vulkan-drivers), ' +
            'or npm install @sparticuz/chromium for a software one, or use `device` cpu',
      'no-adapter',
    );
  }
  return found;
}

export interface DeviceOptions {
  readonly profile?: DeviceProfile;
  /** Threads of `wasm`; one for each core when left out. */
  readonly threads?: number | undefined;
}

/** The CPU with WebAssembly on several threads. */
export const openThreads = (threads = availableParallelism()): Promise<WasmDevice> => openWasm({ threads });

/**
 * Opens a device. `auto` takes WebGPU on a hardware adapter, else `wasm`, which is faster than a software adapter, and
 * `cpu` where a system has no memory for that. `webgpu` takes any adapter, at last the software one that the tests use.
 *
 * @throws InkgradError when `webgpu` is asked for and there is no adapter
 */
export async function openDevice(
  name: DeviceName,
  { profile = 'checked', threads }: DeviceOptions = {},
): Promise<Device> {
  if (name === 'cpu') return new CpuDevice();
  if (name === 'wasm') return openThreads(threads);
  if (name === 'webgpu') return openAnyWebGpu(profile);
  const found = await openSystemWebGpu(profile);
  if (found !== null && !found.isSoftware) return found;
  found?.close();
  try {
    return await openThreads(threads);
  } catch (error) {
    if (!(error instanceof InkgradError)) throw error;
    return new CpuDevice();
  }
}

/** Opens a device for the time of `body`, and closes it also when that fails. */
export async function withDevice<T>(
  name: DeviceName,
  options: DeviceOptions,
  body: (device: Device) => Promise<T>,
): Promise<T> {
  const device = await openDevice(name, options);
  try {
    return await body(device);
  } finally {
    device.close();
  }
}

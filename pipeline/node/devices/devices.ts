import { availableParallelism } from 'node:os';
import type { Device } from '../../../engine/device.ts';
import { CpuDevice } from '../../../engine/devices/cpu/device.ts';
import type { WasmDevice } from '../../../engine/devices/wasm/device.ts';
import { openWasm } from '../../../engine/devices/wasm/open.ts';
import { loadDawn, openDawn } from '../../../engine/devices/webgpu/dawn.ts';
import type { WebGpuDevice } from '../../../engine/devices/webgpu/device.ts';
import { InkgradError } from '../../../engine/errors.ts';
import { PipelineError } from '../../faults.ts';
import { waitCalmly } from './calmWaiting.ts';
import type { DeviceName, DeviceProfile } from './deviceNames.ts';
import { driverVariables, hasVulkan, provideSoftwareVulkan } from './softwareAdapter.ts';

/** Why Dawn did not load; null when it did. */
async function loadFailure(): Promise<InkgradError | null> {
  try {
    await loadDawn();
    return null;
  } catch (error) {
    if (!(error instanceof InkgradError)) throw error;
    return error;
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
export const profiles = {
  checked: [experiments],
  fast: [experiments, 'skip_validation', 'disable_robustness', 'disable_workgroup_init'],
} satisfies Record<DeviceProfile, string[]>;

async function open(profile: DeviceProfile, toggles: readonly string[]): Promise<WebGpuDevice | null> {
  const device = await openDawn([
    `enable-dawn-features=${[...profiles[profile], ...toggles].join(',')}`,
    exactTimes,
  ]);
  if (device?.isSoftware) waitCalmly();
  return device;
}

/**
 * WebGPU on the adapter that the system offers, which may be a software one; null when there is none.
 *
 * @param toggles of Dawn, beside those of the profile
 */
export async function openSystemWebGpu(
  profile: DeviceProfile = 'checked',
  toggles: readonly string[] = [],
): Promise<WebGpuDevice | null> {
  return hasVulkan() && (await loadFailure()) === null ? open(profile, toggles) : null;
}

/** The same on the software adapter that the tests use; null where that is not installed. */
export async function openSoftwareWebGpu(
  profile: DeviceProfile = 'checked',
  toggles: readonly string[] = [],
): Promise<WebGpuDevice | null> {
  return (await loadFailure()) === null && provideSoftwareVulkan() ? open(profile, toggles) : null;
}

async function openAnyWebGpu(profile: DeviceProfile): Promise<WebGpuDevice> {
  const failure = await loadFailure();
  if (failure !== null) throw new PipelineError(`\`device\` ${failure.message}`, 'not-installed');
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
  /** Whether `wasm` uses AVX where Node.js can; true when left out. */
  readonly revectorize?: boolean | undefined;
}

/** The CPU with WebAssembly on several threads. */
export const openThreads = ({
  threads = availableParallelism(),
  revectorize = true,
}: Pick<DeviceOptions, 'threads' | 'revectorize'> = {}): Promise<WasmDevice> =>
  openWasm({ threads, revectorize });

/**
 * Opens a device. `auto` takes WebGPU on a hardware adapter, else `wasm`, which is faster than a software adapter, and
 * `cpu` where a system has no memory for that. `webgpu` takes any adapter, at last the software one that the tests use.
 *
 * @throws InkgradError when `webgpu` is asked for and there is no adapter
 */
export async function openDevice(
  name: DeviceName,
  { profile = 'checked', ...ofThreads }: DeviceOptions = {},
): Promise<Device> {
  if (name === 'cpu') return new CpuDevice();
  if (name === 'wasm') return openThreads(ofThreads);
  if (name === 'webgpu') return openAnyWebGpu(profile);
  const found = await openSystemWebGpu(profile);
  if (found !== null && !found.isSoftware) return found;
  found?.close();
  try {
    return await openThreads(ofThreads);
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

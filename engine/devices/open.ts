import type { Device } from '../device.ts';
import { InkgradError, naming } from '../errors.ts';
import { checkOptions, isPlain, nearest } from '../options.ts';
import type { CpuOptions } from './cpu/device.ts';
import { CpuDevice } from './cpu/device.ts';
import type { WasmDevice } from './wasm/device.ts';
import type { WasmOptions } from './wasm/options.ts';
import { wasmOptions } from './wasm/options.ts';
import type { WebGpuDevice } from './webgpu/device.ts';

/** What WebGPU is opened with. */
export interface WebGpuOptions {
  /** `navigator.gpu`, or what the npm package `webgpu` makes, when left out. */
  readonly gpu?: GPU;
}

/** What each kind of device is opened with. `auto` hands on to `wasm` what it is given. */
export interface OpenOptions {
  /** Typed arrays. */
  cpu: CpuOptions;
  /** Threads and builds of the kernels. */
  wasm: WasmOptions;
  /** Which WebGPU. */
  webgpu: WebGpuOptions;
  /** For `wasm`, where that is what is opened. */
  auto: WasmOptions;
}

/** What each kind of device is. */
export interface Devices {
  /** Plain typed arrays, everywhere. */
  cpu: CpuDevice;
  /** WebAssembly SIMD, on several threads where memory can be shared. */
  wasm: WasmDevice;
  /** Compute shaders. */
  webgpu: WebGpuDevice;
  /** The fastest of the three that is there. */
  auto: Device;
}

type Openers = { readonly [kind in keyof Devices]: (options: OpenOptions[kind]) => Promise<Devices[kind]> };

// What is not asked for is not fetched: bundlers make files of their own of what is imported here.
const openers: Openers = {
  cpu: async (options) => new CpuDevice(options),
  wasm: async (options) => (await import('./wasm/open.ts')).openWasm(options),
  webgpu: async (options) => {
    checkOptions('openDevice', options, { gpu: true });
    return (await import('./webgpu/open.ts')).openWebGpu(options.gpu);
  },
  auto: async (options) => {
    // Also where wasm is not what is taken.
    checkOptions('openDevice', options, wasmOptions);
    return (await hardware()) ?? openers.wasm(options).catch(withoutWasm);
  },
};

/** What is left on a system without memory for threads, or in a browser without WebAssembly. */
function withoutWasm(error: unknown): Device {
  if (error instanceof InkgradError || typeof WebAssembly === 'undefined') return new CpuDevice();
  throw error;
}

/** WebGPU on a GPU; null where there is none, or only an adapter that computes on the CPU, which `wasm` does faster. */
async function hardware(): Promise<WebGpuDevice | null> {
  try {
    const device = await openers.webgpu({});
    if (!device.isSoftware) return device;
    device.close();
  } catch (error) {
    if (!(error instanceof InkgradError)) throw error;
  }
  return null;
}

/**
 * Opens a device: `cpu`, `wasm`, `webgpu`, or by itself the fastest that is there: WebGPU on a GPU, else `wasm`, else `cpu`.
 * In Node.js WebGPU is the npm package `webgpu`, where it is installed.
 *
 * @throws InkgradError for an unknown kind or option, and, when `webgpu` is asked for, where there is no adapter: of code
 *   `no-adapter` or `not-installed`
 * @category Devices
 * @example
 * import { openDevice, Tensor } from 'inkgrad';
 *
 * const device = await openDevice('wasm', { threads: 2 });
 * const x = Tensor.from(device, [[1, 2]]);
 * console.log(device.kind, x.device === device);
 * // wasm true
 * device.close();
 */
export async function openDevice<Kind extends keyof Devices = 'auto'>(
  kind: Kind = 'auto' as Kind,
  options: OpenOptions[Kind] = {},
): Promise<Devices[Kind]> {
  if (!Object.hasOwn(openers, kind)) throw unknownKind(kind);
  return openers[kind](options);
}

function unknownKind(kind: unknown): InkgradError {
  const kinds = Object.keys(openers);
  if (isPlain(kind))
    return new InkgradError("openDevice: options where a kind belongs; write openDevice('auto', { … })");
  const meant = typeof kind === 'string' ? nearest(kind, kinds) : undefined;
  const advice = meant === undefined ? `expected ${kinds.join(', ')}` : `did you mean '${meant}'?`;
  return new InkgradError(`openDevice: no kind ${naming(kind)}; ${advice}`);
}

import type { Device } from '../../engine/device.ts';
import { CpuDevice } from '../../engine/devices/cpu/device.ts';
import { openWasm } from '../../engine/devices/wasm/open.ts';
import { PipelineError } from '../../pipeline/faults.ts';
import type { DeviceKind } from './deviceKinds.ts';

/** What a page may find to compute with, and why not where it does not. */
export type Found = Readonly<Record<DeviceKind, { readonly there: boolean; readonly note: string }>>;

/** Looks what this browser has, without opening it. */
export async function findDevices(): Promise<Found> {
  const adapter = await navigator.gpu?.requestAdapter().catch(() => null);
  const gpu =
    navigator.gpu === undefined
      ? 'this browser has no WebGPU'
      : adapter
        ? adapter.info.isFallbackAdapter
          ? 'a software adapter, slower than wasm'
          : 'hardware'
        : 'WebGPU is there, but no adapter';
  const shares = typeof SharedArrayBuffer !== 'undefined';
  const wasm = typeof WebAssembly === 'object';
  return {
    webgpu: { there: Boolean(adapter), note: gpu },
    wasm: {
      there: wasm,
      note: wasm ? (shares ? 'on all cores' : 'on one thread: the page is not isolated') : 'no WebAssembly',
    },
    cpu: { there: true, note: 'plain typed arrays' },
  };
}

/** Hardware WebGPU, else `wasm`, else `cpu`: what `auto` takes on the command line. */
export const usual = ({ webgpu, wasm }: Found): DeviceKind =>
  webgpu.there && webgpu.note === 'hardware' ? 'webgpu' : wasm.there ? 'wasm' : 'cpu';

const openers: Readonly<Record<DeviceKind, () => Promise<Device | null>>> = {
  // Its kernels, half of the script, are fetched by those who use them.
  webgpu: async () => {
    if (!navigator.gpu) return null;
    const { requestWebGpu } = await import('../../engine/devices/webgpu/request.ts');
    return requestWebGpu(navigator.gpu);
  },
  // A worker may sleep, which the first thread of a page may not. Relaxed SIMD gives each processor last digits of its own,
  // and whether it is faster is measured: a link that was shared would come to other losses.
  wasm: () => openWasm({ maySleep: typeof SharedArrayBuffer !== 'undefined', relaxed: false }),
  cpu: async () => new CpuDevice(),
};

/** @throws PipelineError where the browser has none of that kind */
export async function openDevice(kind: DeviceKind): Promise<Device> {
  const device = await openers[kind]();
  if (device !== null) return device;
  throw new PipelineError(`${kind}: this browser offers none; take wasm or cpu`, 'no-adapter');
}

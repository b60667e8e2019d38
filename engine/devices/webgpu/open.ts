import { InkgradError, whatIs } from '../../errors.ts';
import { isNode } from '../node.ts';
import type { WebGpuDevice } from './device.ts';
import { requestWebGpu } from './request.ts';

/** What to do where there is no adapter. */
const advice = {
  browser:
    "this browser offers no adapter; update it or the driver of the GPU, see chrome://gpu, or use openDevice('wasm')",
  none: "there is no navigator.gpu here; use a browser with WebGPU and a page from https or localhost, or openDevice('wasm')",
  node: "the npm package webgpu finds no adapter; install a driver (on Linux for Vulkan: mesa-vulkan-drivers), or use openDevice('wasm')",
};

const noAdapter = (where: keyof typeof advice): InkgradError =>
  new InkgradError(`webgpu: ${advice[where]}`, 'no-adapter');

/**
 * Opens WebGPU on the adapter that the system prefers.
 *
 * @param gpu `navigator.gpu` of a browser, and in Node.js what the npm package `webgpu` makes, when left out
 * @throws InkgradError of code `no-adapter` or `not-installed`, which says what to do
 * @category Devices
 * @example
 * import { F, Tensor } from 'inkgrad';
 * import { openWebGpu } from 'inkgrad/webgpu';
 *
 * const device = await openWebGpu();
 * console.log(await F.sum(Tensor.from(device, [1, 2, 3])).item());
 * // 6
 * device.close();
 */
export async function openWebGpu(gpu: GPU | undefined = globalThis.navigator?.gpu): Promise<WebGpuDevice> {
  if (gpu !== undefined && typeof gpu?.requestAdapter !== 'function') {
    throw new InkgradError(`webgpu: ${whatIs(gpu)} as gpu; expected navigator.gpu, or leave it out`);
  }
  if (gpu !== undefined) return (await requestWebGpu(gpu)) ?? refuse('browser');
  if (!isNode()) return refuse('none');
  // Apart, so that a page does not fetch it.
  const { openDawn } = await import('./dawn.ts');
  return (await openDawn()) ?? refuse('node');
}

function refuse(where: keyof typeof advice): never {
  throw noAdapter(where);
}

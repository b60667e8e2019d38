import { InkgradError } from '../../errors.ts';
import { loadInNode } from '../node.ts';
import { withoutDawnWarnings } from './dawnWarnings.ts';
import type { WebGpuDevice } from './device.ts';
import { requestWebGpu } from './request.ts';

/** What is used of the npm package webgpu. */
interface Dawn {
  create(flags: readonly string[]): GPU;
}

/** Dawn frees its instance, and with it all devices, once `create`'s result is collected. */
const instances: GPU[] = [];

/**
 * WebGPU as Dawn has it, for Node.js.
 *
 * @throws InkgradError of code `not-installed` where the package is not there, or does not load
 */
export async function loadDawn(): Promise<Dawn> {
  try {
    return await loadInNode<Dawn>('webgpu');
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    throw new InkgradError(
      `webgpu: the npm package webgpu does not load (${reason}); run npm install webgpu, or use another device`,
      'not-installed',
    );
  }
}

/**
 * Opens the adapter that Dawn finds, without its words on limits that nobody asked for.
 *
 * @param flags such as `enable-dawn-features=allow_unsafe_apis`
 * @returns null when there is no adapter
 */
export async function openDawn(flags: readonly string[] = []): Promise<WebGpuDevice | null> {
  const { create } = await loadDawn();
  const gpu = create(flags);
  instances.push(gpu);
  return withoutDawnWarnings(() => requestWebGpu(gpu));
}

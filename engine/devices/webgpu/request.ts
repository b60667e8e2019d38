import { InkgradError } from '../../errors.ts';
import { WebGpuDevice } from './device.ts';
import { MATRIX_FEATURE, matrixUnits } from './matrixUnits.ts';

/** Optional features that kernels make use of where the adapter has them. */
const WANTED: readonly GPUFeatureName[] = ['subgroups', 'shader-f16', 'timestamp-query', MATRIX_FEATURE];

/**
 * Opens the adapter that `gpu` offers; null when there is none.
 *
 * @throws InkgradError of code `no-adapter` where there is one that gives no device, as after crashes of its driver
 */
export async function requestWebGpu(gpu: GPU): Promise<WebGpuDevice | null> {
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) return null;
  const { maxBufferSize, maxStorageBufferBindingSize, maxComputeWorkgroupStorageSize } = adapter.limits;
  const wanted = {
    requiredFeatures: WANTED.filter((name) => adapter.features.has(name)),
    requiredLimits: { maxBufferSize, maxStorageBufferBindingSize, maxComputeWorkgroupStorageSize },
  };
  const device = await adapter.requestDevice(wanted).catch(({ message }: Error) => {
    const [reason] = message.split('\n');
    throw new InkgradError(
      `webgpu: the adapter gives no device (${reason}); update its driver, or use openDevice('wasm')`,
      'no-adapter',
    );
  });
  return new WebGpuDevice(device, adapter, await matrixUnits(device, adapter.info));
}

/**
 * A process of its own, with Dawn on whatever driver the environment names: Dawn prints the SPIR-V that it makes of a shader on
 * stdout, and nowhere else. Reads one `Order` as JSON on stdin, and makes its pipelines; none is run. Of a time it prints `Times`.
 */
import { text } from 'node:stream/consumers';
import { loadDawn } from '../../engine/devices/webgpu/dawn.ts';
import { MATRIX_FEATURE } from '../../engine/devices/webgpu/matrixUnits.ts';
import { PipelineCache } from '../../engine/devices/webgpu/pipelines.ts';
import { profiles } from '../../pipeline/node/devices/devices.ts';
import type { Module, Order, Times } from './order.ts';

const { task, guard, modules } = JSON.parse(await text(process.stdin)) as Order;
// Names stay what they are in the shader: its entry point is what a module is known by.
const toggles = task === 'dump' ? ['dump_shaders', 'disable_symbol_renaming'] : [];
const { create } = await loadDawn();
const profile = guard === 'none' ? 'fast' : 'checked';
const gpu = create([
  `enable-dawn-features=${[...profiles[profile], ...toggles].join(',')}`,
  ...(guard === 'clamped' ? ['disable-dawn-features=vulkan_use_buffer_robust_access_2'] : []),
]);
const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
if (adapter === null) throw new Error('no adapter of WebGPU');
const wanted: readonly GPUFeatureName[] = ['subgroups', 'shader-f16', MATRIX_FEATURE];
const device = await adapter.requestDevice({
  requiredFeatures: wanted.filter((name) => adapter.features.has(name)),
  requiredLimits: { maxComputeWorkgroupStorageSize: adapter.limits.maxComputeWorkgroupStorageSize },
});
// Nobody else would hear of it: the process ends with what it says.
const fail = (error: Error) => {
  throw error;
};
device.onuncapturederror = ({ error }) => fail(new Error(error.message));
const pipelines = new PipelineCache(device, fail);

const launch = ({ shader, entry }: Module) => ({ shader, entry, params: {}, grid: [1, 1, 1] as const });
const pipelineOf = ({ shader, entry }: Module): GPUComputePipelineDescriptor => ({
  layout: 'auto',
  compute: { module: device.createShaderModule({ code: shader }), entryPoint: entry },
});

function make(module: Module): void {
  const { bindings } = module;
  if (bindings === null) device.createComputePipeline(pipelineOf(module));
  else pipelines.get(launch(module), bindings.reads, bindings.writes);
}

const tasks: Record<Order['task'], () => Promise<Times>> = {
  dump: async () => {
    modules.forEach(make);
    return [];
  },
  'time each': async () =>
    modules.map((module) => {
      const { user, system } = process.cpuUsage();
      make(module);
      const now = process.cpuUsage();
      return (now.user + now.system - user - system) / 1000;
    }),
  'time all': async () => {
    const start = performance.now();
    await Promise.all(modules.map((module) => device.createComputePipelineAsync(pipelineOf(module))));
    return [performance.now() - start];
  },
};

const times = await tasks[task]();
await new Promise((resolve) => setTimeout(resolve));
if (task !== 'dump') process.stdout.write(JSON.stringify(times));
process.exit();

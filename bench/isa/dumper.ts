/**
 * A process of its own: Dawn prints the SPIR-V that it makes of a shader on stdout, and nowhere else. Reads one `Order` as
 * JSON on stdin, and makes its pipelines; none is run, so that any adapter will do.
 */
import { text } from 'node:stream/consumers';
import { PipelineCache } from '../../engine/devices/webgpu/pipelines.ts';
import { openSoftwareWebGpu, openSystemWebGpu } from '../../pipeline/node/devices/devices.ts';
import type { Order } from './order.ts';

/** Names stay what they are in the shader: its entry point is what a module is known by. */
const TOGGLES = ['dump_shaders', 'disable_symbol_renaming'];

const { profile, modules } = JSON.parse(await text(process.stdin)) as Order;
const device = (await openSystemWebGpu(profile, TOGGLES)) ?? (await openSoftwareWebGpu(profile, TOGGLES));
if (device === null) throw new Error('no adapter of WebGPU that makes SPIR-V');
// Nobody else would hear of it: the process ends with what it says.
const fail = (error: Error) => {
  throw error;
};
device.gpu.onuncapturederror = ({ error }) => fail(new Error(error.message));
const pipelines = new PipelineCache(device.gpu, fail);
for (const { shader, entry, bindings } of modules) {
  if (bindings === null) {
    const module = device.gpu.createShaderModule({ code: shader });
    device.gpu.createComputePipeline({ layout: 'auto', compute: { module, entryPoint: entry } });
  } else {
    pipelines.get({ shader, entry, params: {}, grid: [1, 1, 1] }, bindings.reads, bindings.writes);
  }
}
await device.gpu.queue.onSubmittedWorkDone();
process.exit();

/** The pipelines of a network's training step as a GPU gets them, in the order in which they are asked for. */

import { loadDawn } from '../../engine/devices/webgpu/dawn.ts';
import type { WebGpuDevice } from '../../engine/devices/webgpu/device.ts';
import { requestWebGpu } from '../../engine/devices/webgpu/request.ts';
import { tune } from '../../engine/devices/webgpu/tuner.ts';
import { InkgradError } from '../../engine/errors.ts';
import { builtInModels } from '../../pipeline/model/model.ts';
import { FixedBatch } from '../fixedBatch.ts';
import type { ModelName } from './kernels.ts';
import { BATCH, onGpu } from './kernels.ts';
import type { Module } from './order.ts';

export interface StepPipelines {
  /** Those of the captured step. */
  readonly step: readonly Module[];
  /** What the tuner tries beside them, when a run is long enough to gain by it. */
  readonly candidates: readonly Module[];
}

/** Whether a shader is one of the contractions: what its parts are called stands in its text, see scripts/wgsl.mjs. */
export const isContraction = ({ shader }: Module): boolean => /\bof \S*contract\w*\.wgsl/.test(shader);

/**
 * Captures a step of training on an adapter without a driver, which compiles and runs nothing.
 *
 * @throws InkgradError where Dawn is not installed
 */
export async function stepPipelines(model: ModelName): Promise<StepPipelines> {
  const { create } = await loadDawn();
  const gpu = create(['enable-dawn-features=allow_unsafe_apis', 'backend=null']);
  const device = await requestWebGpu(gpu);
  if (device === null) throw new InkgradError('bench isa: Dawn has no adapter without a driver');
  const { tuned } = device.traits;
  device.traits = { ...onGpu, tuned };
  const asked = note(device);
  const work = new FixedBatch(device, builtInModels[model], BATCH);
  (await work.capture()).dispose();
  const step = [...asked.values()];
  await tune(device, work.capture);
  const candidates = [...asked.values()].slice(step.length);
  device.close();
  return { step, candidates };
}

/** What is asked for from now on, each once. */
function note({ gpu }: WebGpuDevice): ReadonlyMap<string, Module> {
  const asked = new Map<string, Module>();
  const code = new WeakMap<GPUShaderModule, string>();
  const [module, pipeline] = [gpu.createShaderModule, gpu.createComputePipelineAsync];
  gpu.createShaderModule = (wanted) => {
    const made = module.call(gpu, wanted);
    code.set(made, wanted.code);
    return made;
  };
  gpu.createComputePipelineAsync = (wanted) => {
    const { compute } = wanted;
    const [shader, entry] = [code.get(compute.module)!, compute.entryPoint!];
    asked.set(`${entry} ${shader}`, { shader, entry, bindings: null });
    return pipeline.call(gpu, wanted);
  };
  return asked;
}

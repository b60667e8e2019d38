import { sizeOf } from '../../engine/shape.ts';
import { PipelineError } from '../faults.ts';
import { everyLayer, type PlacedLayer } from '../model/place.ts';
import type { OptimizerName } from './optimizerNames.ts';

/** A float32. */
const BYTES = 4;

/** Averages that an optimiser keeps of each parameter. */
const moments: Readonly<Record<OptimizerName, number>> = { adam: 2, adamw: 2, sgd: 1, nesterov: 1 };

/**
 * The share of what layers make that is in memory at once in a training step: fused layers make one thing of several.
 * Measured on wasm with 64 to 1024 images it is 0.66 for lenet, 0.7 for cnn and 1.3 for vgg, gradients and scratch
 * memory of kernels with it.
 */
const LEAST_SHARE = 0.5;

/** Bytes that a training step takes at the least: weights, gradients, averages, and what layers make of a batch. */
export function leastStepBytes(
  layers: readonly PlacedLayer[],
  batch: number,
  optimizer: OptimizerName,
): number {
  const parameters = layers.reduce((sum, layer) => sum + layer.parameters, 0);
  const made = everyLayer(layers).reduce((sum, { output }) => sum + sizeOf(output), 0);
  const values = sizeOf(layers[0].input) + LEAST_SHARE * made;
  return BYTES * (parameters * (2 + moments[optimizer]) + batch * values);
}

/**
 * Refuses a training step that cannot fit, before memory is taken for it; one that may fit is tried.
 *
 * @param memory bytes that there are; null where nobody knows
 * @throws PipelineError that says how much is needed and what to lower
 */
export function checkMemory(bytes: number, memory: number | null, batch: number): void {
  if (memory === null || bytes <= memory) return;
  throw new PipelineError(
    `a step of ${batch} images needs at least ${gigabytes(bytes)} of memory, and there are ${gigabytes(memory)}; ` +
      'lower `batch`, or take a smaller model',
    'invalid-setting',
  );
}

const gigabytes = (bytes: number): string => `${Number((bytes / 1e9).toPrecision(2))} GB`;

import type { TypedArray } from '../../engine/dtype.ts';
import type { StoredTensor } from '../../engine/formats/safetensors.ts';
import type { Module } from '../../engine/nn/index.ts';
import { sameShape, show } from '../../engine/shape.ts';
import { PipelineError } from '../faults.ts';
import { visible } from '../text/visible.ts';

/** Copies a model's parameters and buffers off its device. */
export async function weightsOf(model: Module): Promise<Map<string, StoredTensor>> {
  // Asked for all at once: a GPU need not wait for each.
  const entries = [...model.state()].map(
    async ([name, tensor]) => [name, { shape: tensor.shape, data: await tensor.read() }] as const,
  );
  return new Map(await Promise.all(entries));
}

export const allFinite = (weights: ReadonlyMap<string, { readonly data: TypedArray }>): boolean =>
  [...weights.values()].every(({ data }) => data.every(Number.isFinite));

/**
 * Writes stored weights into a model.
 *
 * @throws InkgradError when a weight is missing, is of another shape or kind of number, or belongs to no layer
 */
export function loadWeights(model: Module, weights: ReadonlyMap<string, StoredTensor>, where: string): void {
  for (const [name, tensor] of model.state()) {
    const stored = weights.get(name);
    if (stored === undefined)
      throw new PipelineError(`${where}: the weights of ${name} are missing; train it again`, 'damaged');
    if (!sameShape(stored.shape, tensor.shape)) {
      throw new PipelineError(
        `${where}: ${name} has shape ${show(stored.shape)}; expected ${show(tensor.shape)} for its model`,
        'damaged',
      );
    }
    if (tensor.dtype !== 'int32' && stored.data instanceof Int32Array) {
      throw new PipelineError(
        `${where}: ${name} holds whole numbers, where its model has fractions; convert it to F32`,
        'damaged',
      );
    }
    tensor.write(stored.data);
  }
  const known = model.state();
  const stray = [...weights.keys()].find((name) => !known.has(name));
  if (stray !== undefined)
    throw new PipelineError(
      `${where}: ${visible(stray)} belongs to no layer of its model; train it again`,
      'damaged',
    );
}

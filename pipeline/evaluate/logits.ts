import type { Device } from '../../engine/device.ts';
import { noGrad } from '../../engine/graph.ts';
import type { Module } from '../../engine/nn/index.ts';
import { scope } from '../../engine/scope.ts';
import type { Tensor } from '../../engine/tensor.ts';
import { breathe } from '../breathe.ts';
import type { Dataset } from '../data/dataset.ts';
import { count } from '../data/dataset.ts';
import type { Recipe } from '../preprocess/recipe.ts';
import { AT_ONCE } from './atOnce.ts';
import { imagesOn } from './evaluate.ts';

/**
 * What a function of images [n,channels,size,size] gives for every image of a data set.
 *
 * @param forward gives a row of numbers for each image
 * @param atOnce images that go through it at a time
 * @returns the rows, one after the other
 */
export async function outputsOf(
  forward: (images: Tensor) => Tensor,
  device: Device,
  dataset: Dataset,
  recipe: Recipe,
  atOnce = AT_ONCE,
): Promise<Float32Array> {
  const total = count(dataset);
  let out = new Float32Array(0);
  for (let start = 0; start < total; start += atOnce) {
    const indices = Int32Array.from({ length: Math.min(atOnce, total - start) }, (_, i) => start + i);
    const rows = noGrad(() => scope(() => forward(imagesOn(device, dataset, indices, recipe))));
    if (start === 0) out = new Float32Array((rows.size / indices.length) * total);
    out.set(await rows.read(), (rows.size / indices.length) * start);
    rows.dispose();
    await breathe();
  }
  return out;
}

/** The logits of a model in evaluation mode for every image of a data set: [count, classes], row by row. */
export async function logitsOf(
  model: Module,
  device: Device,
  dataset: Dataset,
  recipe: Recipe,
  atOnce = AT_ONCE,
): Promise<Float32Array> {
  const training = model.training;
  model.eval();
  try {
    return await outputsOf((images) => model.forward(images), device, dataset, recipe, atOnce);
  } finally {
    model.train(training);
  }
}

import type { Device } from '../../engine/device.ts';
import { noGrad } from '../../engine/graph.ts';
import type { Module } from '../../engine/nn/index.ts';
import { scope } from '../../engine/scope.ts';
import { breathe } from '../breathe.ts';
import type { Dataset } from '../data/dataset.ts';
import { count } from '../data/dataset.ts';
import type { Recipe } from '../preprocess/recipe.ts';
import { BATCH, imagesOn } from './evaluate.ts';

/** What a model in evaluation mode gives for every image of a data set: [count, outputs], row by row. */
export async function logitsOf(
  model: Module,
  device: Device,
  dataset: Dataset,
  recipe: Recipe,
): Promise<Float32Array> {
  const total = count(dataset);
  const rows: ArrayLike<number>[] = [];
  const training = model.training;
  model.eval();
  try {
    for (let start = 0; start < total; start += BATCH) {
      const indices = Int32Array.from({ length: Math.min(BATCH, total - start) }, (_, i) => start + i);
      const logits = noGrad(() => scope(() => model.forward(imagesOn(device, dataset, indices, recipe))));
      rows.push(await logits.read());
      logits.dispose();
      await breathe();
    }
  } finally {
    model.train(training);
  }
  const out = new Float32Array(rows.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const row of rows) {
    out.set(row, at);
    at += row.length;
  }
  return out;
}

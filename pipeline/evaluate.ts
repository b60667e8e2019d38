import { setImmediate } from 'node:timers/promises';
import type { Device } from '../engine/device.ts';
import * as F from '../engine/functional.ts';
import { noGrad } from '../engine/graph.ts';
import type { Module } from '../engine/nn/index.ts';
import { scope } from '../engine/scope.ts';
import { Tensor } from '../engine/tensor.ts';
import { gatherImages, gatherLabels } from './data/batches.ts';
import type { Dataset } from './data/dataset.ts';
import { count } from './data/dataset.ts';
import { Confusion } from './metrics.ts';
import type { Recipe } from './preprocess/recipe.ts';

export interface Evaluation {
  /** The mean cross-entropy. */
  readonly loss: number;
  readonly accuracy: number;
  readonly confusion: Confusion;
}

/** Images that go through the network at a time: enough to fill a device, and little memory. */
const BATCH = 128;

/** The images of a batch on a device, [n,1,size,size]. */
export const imagesOn = (device: Device, dataset: Dataset, indices: Int32Array, recipe: Recipe): Tensor =>
  Tensor.from(device, gatherImages(dataset, indices, recipe), [
    indices.length,
    1,
    dataset.size,
    dataset.size,
  ]);

export interface EvaluateOptions {
  readonly onProgress?: (done: number, total: number) => void;
  /** Ends the evaluation after the batch at hand; what is returned then covers the images so far. */
  readonly signal?: AbortSignal | undefined;
}

/** Runs every image of a data set through a model in evaluation mode. */
export async function evaluate(
  model: Module,
  device: Device,
  dataset: Dataset,
  recipe: Recipe,
  { onProgress, signal }: EvaluateOptions = {},
): Promise<Evaluation> {
  const total = count(dataset);
  const confusion = new Confusion(dataset.classes.length);
  const training = model.training;
  model.eval();
  let sum = 0;
  for (let start = 0; start < total && signal?.aborted !== true; start += BATCH) {
    const indices = Int32Array.from({ length: Math.min(BATCH, total - start) }, (_, i) => start + i);
    const labels = gatherLabels(dataset, indices);
    const [loss, predicted] = noGrad(() =>
      scope(() => {
        const logits = model.forward(imagesOn(device, dataset, indices, recipe));
        const losses = F.crossEntropy(logits, Tensor.from(device, labels), { reduction: 'sum' });
        return [losses, F.argmax(logits, { axes: [1] })];
      }),
    );
    sum += await loss.item();
    const classes = await predicted.read();
    labels.forEach((label, i) => {
      confusion.add(label, classes[i]);
    });
    loss.dispose();
    predicted.dispose();
    onProgress?.(start + indices.length, total);
    await setImmediate();
  }
  model.train(training);
  return { loss: sum / Math.max(1, total), accuracy: confusion.accuracy, confusion };
}

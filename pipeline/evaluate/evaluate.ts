import { recordRows } from '../../engine/data/batches.ts';
import type { CapturedStep, Device } from '../../engine/device.ts';
import * as F from '../../engine/functional.ts';
import { noGrad } from '../../engine/graph.ts';
import type { Module } from '../../engine/nn/index.ts';
import { keep } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';
import { breathe } from '../breathe.ts';
import { gatherImages } from '../data/batches.ts';
import { openBatchSource } from '../data/batchSource.ts';
import type { Dataset } from '../data/dataset.ts';
import { count } from '../data/dataset.ts';
import { channelsOf } from '../image/image.ts';
import type { Recipe } from '../preprocess/recipe.ts';
import { type Answers, rightOf } from './answers.ts';
import { AT_ONCE } from './atOnce.ts';
import { type Calibration, calibrationError } from './calibration.ts';
import { Confusion } from './metrics.ts';

/** How well a network reads a data set. */
export interface Evaluation {
  /** The mean cross-entropy. */
  readonly loss: number;
  /** The share of images that are read right, 0…1. */
  readonly accuracy: number;
  /** Which class was taken for which. */
  readonly confusion: Confusion;
  /** How far certainties can be trusted; where a temperature was given. */
  readonly calibration?: Calibration;
  /** What was read in each image; where a temperature was given. */
  readonly answers?: Answers;
}

/** One that was given a temperature: with what was read in each image. */
export type DetailedEvaluation = Required<Evaluation>;

/** Batches after which the device is waited for, so that progress is true and a signal is heard. */
const PAUSE = 8;

/** The images of a batch on a device, [n,channels,size,size]. */
export const imagesOn = (device: Device, dataset: Dataset, indices: Int32Array, recipe: Recipe): Tensor =>
  Tensor.from(device, gatherImages(dataset, indices, recipe), [
    indices.length,
    channelsOf(dataset),
    dataset.size,
    dataset.size,
  ]);

export interface EvaluateOptions {
  readonly onProgress?: (done: number, total: number) => void;
  /** Ends the evaluation after the batch at hand; what is returned then covers the images so far. */
  readonly signal?: AbortSignal | undefined;
  /** What logits are divided by for certainties; these are not looked at without it. The loss is that of the logits as they are. */
  readonly temperature?: number | undefined;
  /** Images that go through the network at a time. */
  readonly atOnce?: number;
}

/** Runs every image of a data set through a model in evaluation mode. */
export function evaluate(
  model: Module,
  device: Device,
  dataset: Dataset,
  recipe: Recipe,
  options: EvaluateOptions & { readonly temperature: number },
): Promise<DetailedEvaluation>;
export function evaluate(
  model: Module,
  device: Device,
  dataset: Dataset,
  recipe: Recipe,
  options?: EvaluateOptions,
): Promise<Evaluation>;
export async function evaluate(
  model: Module,
  device: Device,
  dataset: Dataset,
  recipe: Recipe,
  { onProgress, signal, temperature, atOnce = AT_ONCE }: EvaluateOptions = {},
): Promise<Evaluation> {
  const total = count(dataset);
  const confusion = new Confusion(dataset.classes.length);
  const training = model.training;
  model.eval();
  const source = openBatchSource(device, dataset, recipe);
  const newRows = () => keep(Tensor.from(device, new Float32Array(2 * total), [total, 2]));
  const rows = newRows();
  const certain = temperature === undefined ? null : newRows();
  const steps = new Map<number, CapturedStep>();
  const body = (size: number): [] => {
    const [images, labels] = source.batch(size);
    const logits = model.forward(images);
    const losses = F.crossEntropy(logits, labels, { reduction: 'none' });
    recordRows(losses, logits, source.cursor, rows);
    if (certain !== null) {
      const certainties = F.max(F.softmax(F.affine(logits, 1 / temperature!, 0)), { axes: [1] });
      recordRows(certainties, logits, source.cursor, certain);
    }
    return [];
  };
  let done = 0;
  try {
    source.start(Int32Array.from(dataset.labels.keys()));
    for (let batches = 1; done < total && signal?.aborted !== true; batches++) {
      const size = Math.min(atOnce, total - done);
      let step = steps.get(size);
      if (step === undefined) {
        source.prepare(size);
        step = await device.capture(() => noGrad(() => body(size)));
        steps.set(size, step);
      }
      source.seek(done, size, done);
      step.run();
      done += size;
      if (batches % PAUSE === 0) await device.finish();
      onProgress?.(done, total);
      await breathe();
    }
    let sum = 0;
    const results = await rows.read();
    for (let i = 0; i < done; i++) {
      sum += results[2 * i];
      confusion.add(dataset.labels[i], results[2 * i + 1]);
    }
    const scores = { loss: sum / Math.max(1, done), accuracy: confusion.accuracy, confusion };
    if (certain === null) return scores;
    const certainties = (await certain.read()).filter((_, i) => i % 2 === 0 && i < 2 * done) as Float32Array;
    const answers = { predicted: Int32Array.from(certainties, (_, i) => results[2 * i + 1]), certainties };
    return {
      ...scores,
      answers,
      calibration: {
        temperature: temperature!,
        error: calibrationError(certainties, rightOf(answers, dataset)),
      },
    };
  } finally {
    for (const step of steps.values()) step.dispose();
    source.dispose();
    rows.dispose();
    certain?.dispose();
    model.train(training);
  }
}

import type { Device } from '../../engine/device.ts';
import * as F from '../../engine/functional.ts';
import { Context, type Sequential } from '../../engine/nn/index.ts';
import type { Tensor } from '../../engine/tensor.ts';
import type { StoredGate } from '../checkpoint/certainty.ts';
import type { CheckpointFile } from '../checkpoint/checkpoint.ts';
import { loadWeights } from '../checkpoint/weights.ts';
import { imagesAtOnce } from '../evaluate/atOnce.ts';
import { buildHead, headOf, partedAt } from '../model/head.ts';

/** ln Σ exp of some of the numbers, from `start` to before `end`. */
export function logSumExp(values: ArrayLike<number>, start: number, end: number): number {
  let top = Number.NEGATIVE_INFINITY;
  for (let i = start; i < end; i++) top = Math.max(top, values[i]);
  let sum = 0;
  for (let i = start; i < end; i++) sum += Math.exp(values[i] - top);
  return top + Math.log(sum);
}

/**
 * How much images look like characters of the classes: what the head with one class more says, ln p(some class) −
 * ln p(none), and the energy of the model itself, ln Σ exp of its logits. The first knows the kinds of pictures that it
 * was taught; the second, of Liu, Wang, Owens and Li, "Energy-based out-of-distribution detection" (NeurIPS 2020), is
 * low for others too.
 *
 * @param rows [n, 2·classes + 1]: for each image the logits of the model, then those of the head
 * @param energy what a unit of energy counts
 */
export function measures(rows: ArrayLike<number>, classes: number, energy: number): Float64Array {
  const width = 2 * classes + 1;
  return Float64Array.from({ length: rows.length / width }, (_, i) => {
    const [start, head, none] = [i * width, i * width + classes, i * width + 2 * classes];
    return logSumExp(rows, head, none) - rows[none] + energy * logSumExp(rows, start, head);
  });
}

/** Tells characters of a model from everything else. */
export interface Gate {
  /** images that go through it at a time, so that they take little memory */
  readonly atOnce: number;
  /** Images [n,channels,size,size] → [n, 2·classes + 1]: the logits of the model, then those of the head. */
  forward(images: Tensor): Tensor;
  /**
   * For each row of these how far an image is a character of the model, 0…1; below ½ it is refused.
   *
   * @param images the prepared images of the rows, channels·size² bytes each
   */
  known(rows: ArrayLike<number>, images: Uint8Array): Float64Array;
  /** Frees its own layers. */
  dispose(): void;
}

/** Below this an image is refused. */
export const KNOWN = 0.5;

/** Levels of 256 that ink stands out by at the least. */
const CONTRAST = 24;

/** Whether nothing stands out: such pictures hardly reach the features, and are told by looking at them. */
function isFlat(images: Uint8Array, from: number, to: number): boolean {
  let [darkest, brightest] = [255, 0];
  for (let i = from; i < to; i++) {
    darkest = Math.min(darkest, images[i]);
    brightest = Math.max(brightest, images[i]);
  }
  return brightest - darkest < CONTRAST;
}

/**
 * The gate of a checkpoint.
 *
 * @param model restored from it, in evaluation mode
 * @returns null where the checkpoint has none
 * @throws InkgradError where it does not fit the model
 */
export function restoreGate(
  { model: spec, classes, certainty: { gate }, path }: CheckpointFile,
  model: Sequential,
  device: Device,
): Gate | null {
  if (gate === undefined) return null;
  const head = headOf(spec, classes.length);
  if (head === null) return null;
  const context = new Context(device, 0);
  const taught = buildHead(head, classes.length + 1, context);
  loadWeights(taught, gate.weights, `${path}: gate`);
  taught.eval();
  const { trunk, own } = partedAt(head, model);
  return {
    atOnce: imagesAtOnce(spec, classes.length),
    forward: (images) => rowsOf(trunk, own, taught, images),
    known: (rows, images) => {
      const values = measures(rows, classes.length, gate.energy);
      const pixels = images.length / values.length;
      return values.map((value, i) =>
        isFlat(images, i * pixels, (i + 1) * pixels) ? 0 : likelihood(value, gate),
      );
    },
    dispose() {
      taught.dispose();
      context.dispose();
    },
  };
}

/** The features of images are computed once for both. */
export function rowsOf(trunk: Sequential, own: Sequential, taught: Sequential, images: Tensor): Tensor {
  const features = trunk.forward(images);
  return F.concat([own.forward(features), taught.forward(features)], 1);
}

/** The logistic function of how far a measure is above the least. */
const likelihood = (measure: number, { least }: StoredGate): number => 1 / (1 + Math.exp(least - measure));

import { backward } from '../../engine/autograd.ts';
import * as F from '../../engine/functional.ts';
import { noGrad } from '../../engine/graph.ts';
import { Context, type Sequential } from '../../engine/nn/index.ts';
import { Adam, schedules } from '../../engine/optim/index.ts';
import type { Tensor } from '../../engine/tensor.ts';
import { breathe } from '../breathe.ts';
import type { StoredGate } from '../checkpoint/certainty.ts';
import { allFinite, loadWeights, weightsOf } from '../checkpoint/weights.ts';
import { augmentations } from '../data/augment.ts';
import { epochOrder } from '../data/batches.ts';
import { openBatchSource } from '../data/batchSource.ts';
import type { Dataset } from '../data/dataset.ts';
import { count } from '../data/dataset.ts';
import { GATE_STREAM } from '../data/streams.ts';
import type { Typeface } from '../draw/typeface.ts';
import { imagesAtOnce } from '../evaluate/atOnce.ts';
import { outputsOf } from '../evaluate/logits.ts';
import type { StoredTensor } from '../formats/safetensors.ts';
import { buildHead, headOf, partedAt } from '../model/head.ts';
import type { Rig } from '../train/rig.ts';
import { logSumExp, measures, rowsOf } from './gate.ts';
import { gateImages } from './gateImages.ts';

/** Of the images that a run trains on, counted as often as it does, as many are seen here; … */
const SHARE = 0.3;

/** … but so many at the least where nothing else is asked for, and in batches of this size where images are not large. */
const LEAST = 24_000;
const BATCH = 128;

/** Images of all kinds that are drawn or taken at the most; they are then seen several times, augmented anew each time. */
const MOST_IMAGES = 21_000;

const RATE = 0.006;

/** Hands differ, and pens more than those of one data set do. */
const AUGMENTATION = { ...augmentations.light, stroke: 0.5 };

/** Steps after which the device is waited for, so that a signal is heard. */
const PAUSE = 50;

/** Share of the validation images that may be refused. */
const REFUSED = 0.01;

/**
 * What a standard deviation of the model's energy counts beside the log odds of the gate. For a lenet and MNIST 0.8
 * refuses 94 % of doodles of unseen kinds where 0 refuses 87 %, at the same share of refused digits and of letters;
 * twice as much takes in 1 % of the letters again (means of three seeds).
 */
const ENERGY = 0.8;

export interface GateOptions {
  readonly train: Dataset;
  readonly validation: Dataset;
  /** how often the run saw each training image */
  readonly epochs: number;
  readonly seed: number;
  /** fonts for characters that are no classes; none leaves drawn strokes */
  readonly typefaces: readonly Typeface[];
  /** how many images the gate sees at the least; fewer make one that is quick and knows little */
  readonly least?: number;
  readonly signal?: AbortSignal | undefined;
  /** told of the share that is done, 0 to 1: first 0, at last 1 */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/**
 * Teaches a trained model one class more, "none of these", by outlier exposure: Hendrycks, Mazeika and Dietterich,
 * "Deep anomaly detection with outlier exposure" (ICLR 2019). Only a copy of its linear layers learns, upon the features
 * that the model has learnt: its own answers stay as they are, and a reading costs little more.
 *
 * @param rig the trained model on its device
 * @returns undefined where the model does not end with a linear layer, the gate diverged, or the signal came
 */
export async function fitGate(rig: Rig, options: GateOptions): Promise<StoredGate | undefined> {
  const { model, device, recipe, plan } = rig;
  const { train, validation, epochs, seed, typefaces, least = LEAST, signal, onProgress } = options;
  const classes = plan.classes.length;
  const head = headOf(plan.model, classes);
  const atOnce = imagesAtOnce(plan.model, classes);
  if (head === null) return undefined;
  onProgress?.(0);
  const most = Math.max(least, SHARE * count(train) * epochs);
  const images = gateImages(train, Math.min(most, MOST_IMAGES), seed, typefaces);
  const context = new Context(device, seed);
  const taught = buildHead(head, classes + 1, context);
  const training = model.training;
  model.eval();
  try {
    const { trunk, own } = partedAt(head, model);
    loadWeights(taught, await widened(own, taught), 'gate');
    const rounds = Math.max(1, Math.round(most / count(images)));
    await teach(rig, {
      trunk,
      taught,
      images,
      rounds,
      batch: Math.min(BATCH, atOnce),
      seed,
      signal,
      onProgress,
    });
    if (signal?.aborted) return undefined;
    onProgress?.(1);
    taught.eval();
    const forward = (x: Tensor): Tensor => rowsOf(trunk, own, taught, x);
    const rows = await outputsOf(forward, device, validation, recipe, atOnce);
    const energies = Float64Array.from(validation.labels, (_, i) => {
      const start = i * (2 * classes + 1);
      return logSumExp(rows, start, start + classes);
    });
    const energy = ENERGY / Math.max(deviationOf(energies), 1e-6);
    const sorted = measures(rows, classes, energy).sort();
    const least = sorted[Math.floor(REFUSED * sorted.length)];
    const weights = await weightsOf(taught);
    // A checkpoint with such a gate could not be read again; without one it is as good as before.
    return allFinite(weights) && Number.isFinite(least) ? { weights, energy, least } : undefined;
  } finally {
    model.train(training);
    taught.dispose();
    context.dispose();
  }
}

interface Lesson {
  readonly trunk: Sequential;
  readonly taught: Sequential;
  readonly images: Dataset;
  readonly rounds: number;
  readonly batch: number;
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: GateOptions['onProgress'];
}

/** Trains the head by steps that are captured once; what is left over at the end of a round waits for the next. */
async function teach({ device, recipe }: Rig, lesson: Lesson): Promise<void> {
  const { trunk, taught, images, rounds, batch, seed, signal, onProgress } = lesson;
  const size = Math.min(batch, count(images));
  const stepsPerRound = Math.floor(count(images) / size);
  const source = openBatchSource(device, images, recipe, { augmentation: AUGMENTATION, seed });
  const optimizer = new Adam(taught.parameters().values(), { lr: RATE });
  taught.train();
  source.prepare(size);
  const step = await device.capture((): [] => {
    const [batch, labels] = source.batch(size);
    const features = noGrad(() => trunk.forward(batch));
    const losses = F.crossEntropy(taught.forward(features), labels, { reduction: 'none' });
    // Of the sum and not the mean: Adam takes no notice, and small gradients do not vanish in half precision.
    backward(losses, { gradOutput: F.full(device, [size], 1) });
    optimizer.apply();
    optimizer.zeroGrad();
    return [];
  });
  try {
    for (let round = 0; round < rounds; round++) {
      source.start(epochOrder(count(images), seed, GATE_STREAM + round), round + 1);
      for (let k = 0; k < stepsPerRound; k++) {
        if (signal?.aborted) return;
        optimizer.lr = RATE * schedules['one-cycle'](optimizer.steps, rounds * stepsPerRound);
        optimizer.advance();
        source.seek(k * size, size, 0);
        step.run();
        if (optimizer.steps % PAUSE === 0) {
          await device.finish();
          onProgress?.(optimizer.steps / (rounds * stepsPerRound));
          await breathe();
        }
      }
    }
  } finally {
    step.dispose();
    source.dispose();
    optimizer.dispose();
  }
}

/** The weights of a head for one class more: that class begins with none of its own. */
async function widened(own: Sequential, taught: Sequential): Promise<Map<string, StoredTensor>> {
  const shapes = taught.state();
  return new Map(
    [...(await weightsOf(own))].map(([name, { data }]) => {
      const { shape, size } = shapes.get(name)!;
      const wide = new Float32Array(size);
      wide.set(data);
      return [name, { shape, data: wide }];
    }),
  );
}

function deviationOf(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

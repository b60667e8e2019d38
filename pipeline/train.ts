import { setImmediate } from 'node:timers/promises';
import { backward } from '../engine/autograd.ts';
import type { Device } from '../engine/device.ts';
import { InkgradError } from '../engine/errors.ts';
import * as F from '../engine/functional.ts';
import type { Context, Module } from '../engine/nn/index.ts';
import type { Optimizer, Schedule } from '../engine/optim/index.ts';
import { clipGradNorm } from '../engine/optim/index.ts';
import { scope } from '../engine/scope.ts';
import { Tensor } from '../engine/tensor.ts';
import { epochOrder, gatherLabels } from './data/batches.ts';
import type { Dataset } from './data/dataset.ts';
import { count } from './data/dataset.ts';
import { imagesOn } from './evaluate.ts';
import type { Recipe } from './preprocess/recipe.ts';

/** What a training loop works on. */
export interface Training {
  readonly model: Module;
  readonly context: Context;
  readonly optimizer: Optimizer;
  /** The factor on the optimiser's first rate. */
  readonly schedule: Schedule;
  readonly data: Dataset;
  readonly recipe: Recipe;
  readonly epochs: number;
  readonly batch: number;
  readonly seed: number;
  /** Scales gradients down to this norm; null leaves them. */
  readonly clip: number | null;
}

/** What is known of one training step. */
export interface StepRecord {
  /** From 1. */
  readonly step: number;
  /** From 1. */
  readonly epoch: number;
  /** The mean cross-entropy of the batch, before the update. */
  readonly loss: number;
  /** How many of the batch were recognised, before the update. */
  readonly correct: number;
  readonly samples: number;
  /** The learning rate of this step. */
  readonly rate: number;
}

/** The loss became NaN or infinite; the weights on the device are of no more use. */
export class DivergedError extends InkgradError {
  constructor(
    readonly step: number,
    loss: number,
  ) {
    super(`loss became ${loss} at step ${step}; try a lower --lr, or --clip 1`);
  }
}

/** Steps between two readings of the loss: a GPU should not wait for each, and the CPU has no queue. */
const readEvery = (device: Device): number => (device.kind === 'webgpu' ? 10 : 1);

export const stepsPerEpoch = ({ data, batch }: Pick<Training, 'data' | 'batch'>): number =>
  Math.ceil(count(data) / batch);

/** What one step leaves on the device until it is read. */
interface Pending {
  readonly step: number;
  readonly rate: number;
  readonly labels: Int32Array;
  readonly loss: Tensor;
  readonly predicted: Tensor;
}

/**
 * Trains one epoch (from 1). `onSteps` gets the records of each few steps, in order, as they are read back;
 * `signal` ends the epoch after the step at hand.
 *
 * @throws DivergedError at the first step whose loss is not finite
 */
export async function trainEpoch(
  training: Training,
  epoch: number,
  onSteps: (records: StepRecord[]) => void,
  signal?: AbortSignal,
): Promise<void> {
  const { model, context, data, batch, seed } = training;
  const order = epochOrder(count(data), seed, epoch);
  const every = readEvery(context.device);
  let pending: Pending[] = [];
  model.train();
  for (let start = 0; start < order.length && signal?.aborted !== true; start += batch) {
    pending.push(trainStep(training, order.subarray(start, start + batch)));
    if (pending.length < every && start + batch < order.length) continue;
    onSteps(await readBack(pending, epoch));
    pending = [];
    // Timers and signals get their turn.
    await setImmediate();
  }
  if (pending.length > 0) onSteps(await readBack(pending, epoch));
}

/** One step: forward, backward, update. Nothing is read from the device. */
export function trainStep(training: Training, indices: Int32Array): Pending {
  const { model, context, optimizer, data, recipe, clip } = training;
  const labels = gatherLabels(data, indices);
  context.setStep(optimizer.steps);
  setRate(training);
  const [loss, predicted] = scope(() => {
    const logits = model.forward(imagesOn(context.device, data, indices, recipe));
    const mean = F.crossEntropy(logits, Tensor.from(context.device, labels));
    backward(mean);
    if (clip !== null) clipGradNorm(model.parameters().values(), clip);
    optimizer.step();
    optimizer.zeroGrad();
    return [F.reshape(mean, [1]), F.argmax(logits, { axes: [1] })];
  });
  return { step: optimizer.steps, rate: optimizer.rate, labels, loss, predicted };
}

const firstRates = new WeakMap<Optimizer, number>();

/** Moves the optimiser's rate along the schedule. */
function setRate({ optimizer, schedule, epochs, ...training }: Training): void {
  const first = firstRates.get(optimizer) ?? optimizer.rate;
  firstRates.set(optimizer, first);
  optimizer.rate = first * schedule(optimizer.steps, epochs * stepsPerEpoch(training));
}

/** Reads the losses and predictions of some steps in two transfers. */
async function readBack(pending: readonly Pending[], epoch: number): Promise<StepRecord[]> {
  const [losses, predictions] = scope(() => [
    F.concat(pending.map(({ loss }) => loss)),
    F.concat(pending.map(({ predicted }) => predicted)),
  ]);
  const lossValues = await losses.read();
  const classes = await predictions.read();
  for (const tensor of [losses, predictions]) tensor.dispose();
  let at = 0;
  return pending.map(({ step, rate, labels, loss, predicted }, i) => {
    loss.dispose();
    predicted.dispose();
    if (!Number.isFinite(lossValues[i])) throw new DivergedError(step, lossValues[i]);
    const correct = labels.reduce((sum, label) => sum + (classes[at++] === label ? 1 : 0), 0);
    return { step, epoch, loss: lossValues[i], correct, samples: labels.length, rate };
  });
}

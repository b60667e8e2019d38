import { backward } from '../../engine/autograd.ts';
import type { CapturedStep, Device, TypedArray } from '../../engine/device.ts';
import { InkgradError } from '../../engine/errors.ts';
import * as F from '../../engine/functional.ts';
import type { Context, Module } from '../../engine/nn/index.ts';
import type { LossScale, Optimizer, Schedule } from '../../engine/optim/index.ts';
import type { Plan, PlanRow } from '../../engine/plan.ts';
import { keep } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';
import { breathe } from '../breathe.ts';
import type { Augmentation } from '../data/augment.ts';
import { epochOrder } from '../data/batches.ts';
import type { BatchSource } from '../data/batchSource.ts';
import { openBatchSource } from '../data/batchSource.ts';
import type { Dataset } from '../data/dataset.ts';
import { count } from '../data/dataset.ts';
import type { Recipe } from '../preprocess/recipe.ts';

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
  /** Changes the training images at random; without it they stay as they are. */
  readonly augment?: Augmentation;
  /** For half precision; without it the loss is trained on as it is. */
  readonly lossScale?: LossScale | null;
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
    super(`loss became ${loss} at step ${step}; try a lower \`lr\`, or \`clip\` 1`);
  }
}

/** Steps between two readings of their results: a GPU should not wait for each, and cpu has no captured steps to gain by. */
const readEvery = (device: Device): number => (device.kind === 'cpu' ? 1 : 10);

/** The step that is profiled: by then everything is compiled and warm, and no results are read. */
const PROFILED = 5;

/** Readings that may be under way before the next step waits for the first. */
const READINGS = 2;

export const stepsPerEpoch = ({ data, batch }: Pick<Training, 'data' | 'batch'>): number =>
  Math.ceil(count(data) / batch);

/** What is known of a step before its results have been read. */
interface Queued {
  readonly step: number;
  readonly rate: number;
  /** Where its batch begins in the epoch, and how many images it has. */
  readonly from: number;
  readonly samples: number;
}

export interface EpochOptions {
  readonly signal?: AbortSignal | undefined;
  readonly firstStep?: number;
  readonly pauseEvery?: number;
  /** Gets how many steps of the epoch are done. */
  readonly onPause?: (done: number) => void | Promise<void>;
  /** Gets the launches of the `PROFILED`th step, and their times where the device has timestamps. */
  readonly onProfile?: ((plan: Plan, timed: PlanRow[] | null) => void) | undefined;
}

/** Some steps and the results of their rows, on their way. */
interface Reading {
  readonly steps: readonly Queued[];
  readonly rows: Promise<TypedArray>;
}

/**
 * Trains by steps that are captured once for each size of batch: forward, backward and update, from bytes on the
 * device to results on the device. Before a step only its numbers are written: rate, step, place in the epoch.
 */
export class Trainer {
  readonly #source: BatchSource;
  readonly #every: number;
  /** The optimiser's rate before the schedule moved it. */
  readonly #firstRate: number;
  /** A loss and a class for each image of the steps that are read together. */
  readonly #rows: Tensor;
  readonly #steps = new Map<number, CapturedStep>();

  constructor(readonly training: Training) {
    const { context, data, recipe, batch, optimizer, seed, augment } = training;
    this.#firstRate = optimizer.rate;
    this.#source = openBatchSource(context.device, data, recipe, augment && { augmentation: augment, seed });
    this.#every = readEvery(context.device);
    this.#rows = keep(
      Tensor.from(context.device, new Float32Array(2 * this.#every * batch), [this.#every * batch, 2]),
    );
  }

  /**
   * Trains one epoch (from 1). `onSteps` gets the records of each few steps, in order, as they are read back, and is
   * waited for; `signal` ends the epoch after the step at hand.
   *
   * @param firstStep the step of the epoch to begin with, from 0
   * @param onPause called every `pauseEvery` steps, and waited for, when no step is under way
   * @throws DivergedError at the first step whose loss is not finite
   */
  async epoch(
    epoch: number,
    onSteps: (records: StepRecord[]) => void | Promise<void>,
    { signal, firstStep = 0, pauseEvery = Infinity, onPause, onProfile }: EpochOptions = {},
  ): Promise<void> {
    const { training } = this;
    const { model, context, data, batch, seed, optimizer } = training;
    const order = epochOrder(count(data), seed, epoch);
    const profiled = Math.min(PROFILED, training.epochs * stepsPerEpoch(training));
    this.#source.start(order, epoch);
    model.train();
    let queued: Queued[] = [];
    const readings: Reading[] = [];
    let paused = firstStep;
    const finish = async ({ steps, rows }: Reading) => {
      await onSteps(recordsOf(steps, await rows, { labels: data.labels, order, batch, epoch }));
      // Timers and signals get their turn.
      await breathe();
    };
    const read = (rows: Promise<TypedArray>) => {
      // It may fail before anybody waits for it; who does still hears of it.
      rows.catch(() => {});
      readings.push({ steps: queued, rows });
      queued = [];
    };
    for (let from = firstStep * batch; from < order.length && signal?.aborted !== true; from += batch) {
      const samples = Math.min(batch, order.length - from);
      const step = await this.step(samples);
      context.setStep(optimizer.steps);
      setRate(training, this.#firstRate);
      optimizer.advance();
      this.#source.seek(from, samples, queued.length * batch);
      queued.push({ step: optimizer.steps, rate: optimizer.rate, from, samples });
      if (onProfile !== undefined && optimizer.steps === profiled && step.plan !== null) {
        const timed = await step.runTimed();
        if (timed === null) step.run();
        onProfile(step.plan, timed);
        continue;
      }
      if (queued.length < this.#every && from + batch < order.length) {
        step.run();
        continue;
      }
      read(step.runAndRead(this.#rows));
      const done = Math.ceil((from + samples) / batch);
      const pause = onPause !== undefined && done - paused >= pauseEvery;
      while (readings.length >= (pause ? 1 : READINGS)) await finish(readings.shift()!);
      if (pause) {
        await onPause(done);
        paused = done;
      }
    }
    if (queued.length > 0) read(this.#rows.read());
    while (readings.length > 0) await finish(readings.shift()!);
  }

  /** The captured step for a batch of `samples` images. */
  async step(samples: number): Promise<CapturedStep> {
    let step = this.#steps.get(samples);
    if (step === undefined) {
      this.#source.prepare(samples);
      step = await this.training.context.device.capture(() => this.#body(samples));
      this.#steps.set(samples, step);
    }
    return step;
  }

  #body(samples: number): [] {
    const { model, optimizer, clip, lossScale = null } = this.training;
    const [images, labels] = this.#source.batch(samples);
    const logits = model.forward(images);
    const losses = F.crossEntropy(logits, labels, { reduction: 'none' });
    F.recordRows(losses, logits, this.#source.cursor, this.#rows);
    // The gradient of the mean, without the mean itself: nobody reads it here.
    const share = F.fill(losses.device, losses.shape, 1 / samples);
    backward(losses, { gradOutput: lossScale === null ? share : F.mul(share, lossScale.scale()) });
    optimizer.apply(lossScale, clip);
    optimizer.zeroGrad();
    return [];
  }

  /** The step for a whole batch, captured anew and not kept: for the tuner. */
  capture(): Promise<CapturedStep> {
    const { model, context, batch } = this.training;
    model.train();
    this.#source.prepare(batch);
    return context.device.capture(() => this.#body(batch));
  }

  dispose(): void {
    for (const step of this.#steps.values()) step.dispose();
    this.#steps.clear();
    this.#source.dispose();
    this.#rows.dispose();
  }
}

/** Rows as they were read, as records. */
function recordsOf(
  steps: readonly Queued[],
  rows: TypedArray,
  { labels, order, batch, epoch }: { labels: Int32Array; order: Int32Array; batch: number; epoch: number },
): StepRecord[] {
  return steps.map(({ step, rate, from, samples }, at) => {
    let sum = 0;
    let correct = 0;
    for (let i = 0; i < samples; i++) {
      const row = 2 * (at * batch + i);
      sum += rows[row];
      if (rows[row + 1] === labels[order[from + i]]) correct++;
    }
    const loss = sum / samples;
    if (!Number.isFinite(loss)) throw new DivergedError(step, loss);
    return { step, epoch, loss, correct, samples, rate };
  });
}

/** Moves the optimiser's rate along the schedule. */
function setRate({ optimizer, schedule, epochs, ...training }: Training, first: number): void {
  optimizer.rate = first * schedule(optimizer.steps, epochs * stepsPerEpoch(training));
}

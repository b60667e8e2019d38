import { recordRows } from '../../engine/data/batches.ts';
import type { CapturedStep, Device } from '../../engine/device.ts';
import type { TypedArray } from '../../engine/dtype.ts';
import * as F from '../../engine/functional.ts';
import { type Schedule, schedules, withWarmup } from '../../engine/optim/index.ts';
import { keep } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';
import { breathe } from '../breathe.ts';
import { epochOrder } from '../data/batches.ts';
import type { BatchSource } from '../data/batchSource.ts';
import { openBatchSource } from '../data/batchSource.ts';
import type { Dataset } from '../data/dataset.ts';
import { count } from '../data/dataset.ts';
import { Lesson, type LessonSettings } from './lesson.ts';
import type { Loss } from './objective.ts';
import type { Queued, StepRecord } from './records.ts';
import { recordsOf } from './records.ts';
import type { Rig } from './rig.ts';
import type { Settings } from './settings.ts';

/** What of the settings decides over steps. */
export type StepSettings = Pick<
  Settings,
  'epochs' | 'batch' | 'lr' | 'schedule' | 'warmup' | 'clip' | 'seed' | 'augment'
> &
  LessonSettings;

/** What a captured step does beside forward, backward and update. */
export interface StepParts {
  /** what is learned in the place of the settings' loss */
  readonly loss?: Loss;
  /** Asked before each step, from 0: its learning rate; undefined leaves it to the schedule. */
  readonly rate?: (step: number) => number | undefined;
  /** what follows each update, such as a running average of the weights; its kernels are part of the step */
  readonly average?: () => void;
}

/** Steps between two readings of their results: a GPU should not wait for each, and cpu has no captured steps to gain by. */
const readEvery = (device: Device): number => (device.kind === 'cpu' ? 1 : 10);

/** Readings that may be under way before the next step waits for the first. */
const READINGS = 2;

export const stepsPerEpoch = (data: Dataset, batch: number): number => Math.ceil(count(data) / batch);

export interface EpochOptions {
  readonly signal?: AbortSignal | undefined;
  /** The step of the epoch to begin with, from 0. */
  readonly firstStep?: number;
  /** Steps after which none shall be under way for once; never when left out. */
  readonly settleEvery?: number;
  /** Asked before each reading: whether they shall settle now. */
  readonly settleWhen?: (() => boolean) | undefined;
}

/** Some steps, in order, as they were read back. */
export interface Progress {
  readonly records: readonly StepRecord[];
  /** No further step is under way: what is on the device now is the state after the last of these. Not at the end of an epoch, which says so itself. */
  readonly settled: boolean;
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
  readonly #schedule: Schedule;
  readonly #lesson: Lesson;
  /**
   * A loss and a class for each image of the steps that are read together, and then the norm of the gradients of each of
   * these steps, where they are clipped.
   */
  readonly #rows: Tensor;
  /** int32 [2]: the row of the step's norm, as `recordRows` takes it. */
  readonly #place: Tensor;
  readonly #steps = new Map<number, CapturedStep>();

  /** @param rig what is trained; it outlives the trainer */
  constructor(
    readonly rig: Rig,
    readonly data: Dataset,
    readonly settings: StepSettings,
    readonly parts: StepParts = {},
  ) {
    const { device, recipe } = rig;
    const { augment, seed, batch, schedule, warmup } = settings;
    this.#schedule = withWarmup(schedules[schedule], warmup);
    this.#source = openBatchSource(device, data, recipe, { augmentation: augment, seed });
    this.#every = readEvery(device);
    this.#lesson = new Lesson(rig, data, settings, parts.loss);
    const rows = this.#every * (batch + 1);
    this.#rows = keep(Tensor.from(device, new Float32Array(2 * rows), [rows, 2]));
    this.#place = keep(Tensor.from(device, new Int32Array(2)));
  }

  /**
   * Trains one epoch (from 1), and yields the records of each few steps when they have been read. Steps go on while
   * who listens does what it does with them; `signal` ends the epoch after the step at hand.
   *
   * @throws DivergedError at the first step whose loss is not finite
   */
  async *epoch(
    epoch: number,
    { signal, firstStep = 0, settleEvery = Infinity, settleWhen }: EpochOptions = {},
  ): AsyncGenerator<Progress, void> {
    const { data, settings } = this;
    const { batch, seed } = settings;
    const order = epochOrder(count(data), seed, epoch);
    this.#source.start(order, epoch);
    this.rig.train();
    let queued: Queued[] = [];
    const readings: Reading[] = [];
    let settled = firstStep;
    const finish = async ({ steps, rows }: Reading) => {
      const normsFrom = settings.clip === null ? null : this.#every * batch;
      const records = recordsOf(steps, await rows, { labels: data.labels, order, batch, epoch, normsFrom });
      await breathe();
      return records;
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
      queued.push(this.#next(from, samples, queued.length));
      if (queued.length < this.#every && from + batch < order.length) {
        step.run();
        continue;
      }
      read(step.runAndRead(this.#rows));
      const done = Math.ceil((from + samples) / batch);
      const isDue = done - settled >= settleEvery || settleWhen?.() === true;
      const settle = isDue && from + batch < order.length;
      if (settle) settled = done;
      while (readings.length >= (settle ? 1 : READINGS)) {
        const records = await finish(readings.shift()!);
        yield { records, settled: settle && readings.length === 0 };
      }
    }
    if (queued.length > 0) read(this.#rows.read());
    while (readings.length > 0) {
      yield { records: await finish(readings.shift()!), settled: false };
    }
  }

  /** Writes the numbers of the next step: its rate, its random numbers, its place in the epoch and in the results. */
  #next(from: number, samples: number, row: number): Queued {
    const { optimizer, context } = this.rig;
    const { lr, epochs, batch } = this.settings;
    context.setStep(optimizer.steps);
    const planned = () => lr * this.#schedule(optimizer.steps, epochs * stepsPerEpoch(this.data, batch));
    optimizer.lr = this.parts.rate?.(optimizer.steps) ?? planned();
    optimizer.advance();
    this.#source.seek(from, samples, row * batch);
    this.#place.write(Int32Array.of(0, this.#every * batch + row));
    this.#lesson.advance(optimizer.steps);
    this.rig.average?.advance(optimizer.steps);
    return { step: optimizer.steps, rate: optimizer.lr, from, samples };
  }

  /** The captured step for a batch of `samples` images. */
  async step(samples: number): Promise<CapturedStep> {
    let step = this.#steps.get(samples);
    if (step === undefined) {
      this.#source.prepare(samples);
      step = await this.rig.device.capture(() => this.#body(samples));
      this.#steps.set(samples, step);
    }
    return step;
  }

  #body(samples: number): [] {
    const { optimizer, lossScale, average } = this.rig;
    const [images, labels] = this.#source.batch(samples);
    const { losses, logits } = this.#lesson.backward(images, labels);
    recordRows(losses, logits, this.#source.cursor, this.#rows);
    const norm = optimizer.apply(lossScale, this.settings.clip);
    if (norm !== null)
      recordRows(F.reshape(norm, [1]), F.zeros(norm.device, [1, 1]), this.#place, this.#rows);
    optimizer.zeroGrad();
    average?.update();
    this.parts.average?.();
    return [];
  }

  /** The step for a whole batch, captured anew and not kept: for the tuner, and to be looked at. */
  capture(): Promise<CapturedStep> {
    const { device } = this.rig;
    const { batch } = this.settings;
    this.rig.train();
    this.#source.prepare(batch);
    return device.capture(() => this.#body(batch));
  }

  dispose(): void {
    for (const step of this.#steps.values()) step.dispose();
    this.#steps.clear();
    this.#source.dispose();
    this.#lesson.dispose();
    this.#rows.dispose();
    this.#place.dispose();
  }
}

/** How fast training goes, and how soon it recognises digits it has not seen. */

import type { Device } from '../../engine/device.ts';
import { evaluate } from '../../pipeline/evaluate/evaluate.ts';
import type { ModelSpec } from '../../pipeline/model/model.ts';
import type { LoadedData } from '../../pipeline/node/data/load.ts';
import { Rig } from '../../pipeline/train/rig.ts';
import { resolveSettings } from '../../pipeline/train/settings.ts';
import { stepsPerEpoch, Trainer } from '../../pipeline/train/trainer.ts';
import type { Machine } from '../../report/machine.ts';
import { describeMachine } from '../../report/machine.ts';
import { median, percentile } from '../timing.ts';

/** Shares of the test images whose time is told. */
export const TARGETS = [0.97, 0.98, 0.99];

export interface TrainSettings {
  readonly epochs: number;
  readonly batch: number;
  readonly lr: number;
  /** Steps between two evaluations. */
  readonly every: number;
  readonly seeds: readonly number[];
}

/** What one evaluation on the test images found. */
export interface Point {
  readonly step: number;
  /** Of training, from the first step; evaluations do not count. */
  readonly seconds: number;
  readonly accuracy: number;
  readonly loss: number;
}

/** One seed on one device. */
export interface TrainRun {
  readonly device: Device['kind'];
  readonly seed: number;
  readonly steps: number;
  readonly seconds: number;
  readonly samplesPerSecond: number;
  /** Milliseconds per step: the one in the middle, and the one that 95 % stay below. */
  readonly stepMs: { readonly median: number; readonly p95: number };
  readonly curve: readonly Point[];
  /** For each target the first evaluation that reached it; null where none did. */
  readonly reached: readonly { readonly target: number; readonly seconds: number | null }[];
}

export interface TrainReport {
  readonly machine: Machine;
  readonly model: string;
  readonly data: { readonly source: string; readonly train: number; readonly test: number };
  readonly settings: TrainSettings;
  readonly devices: readonly { readonly device: Device['kind']; readonly adapter: string }[];
  readonly runs: readonly TrainRun[];
}

export interface TrainBench {
  readonly devices: readonly Device[];
  readonly model: ModelSpec;
  readonly data: LoadedData;
  readonly settings: TrainSettings;
  /** After every few steps: how many of all runs together are done. */
  onProgress?(done: number, text: string): void;
}

/** Trains with every seed on every device. Devices take turns, so that all of them meet the same machine. */
export async function benchTrain(bench: TrainBench): Promise<TrainReport> {
  const { devices, model, data, settings } = bench;
  const jobs = settings.seeds.flatMap((seed) => devices.map((device) => ({ seed, device })));
  const perRun = settings.epochs * stepsPerEpoch(data.train, settings.batch);
  const runs: TrainRun[] = [];
  for (const [i, { seed, device }] of jobs.entries()) {
    const onStep = (step: number, text: string) =>
      bench.onProgress?.(i * perRun + step, `${device.kind} seed ${seed}${text}`);
    runs.push(await trainOnce(bench, device, seed, onStep));
  }
  return {
    machine: describeMachine(),
    model: model.name,
    data: { source: data.source, train: data.train.labels.length, test: data.test.labels.length },
    settings,
    devices: devices.map(({ kind, adapter }) => ({ device: kind, adapter })),
    runs,
  };
}

async function trainOnce(
  { model: spec, data, settings }: TrainBench,
  device: Device,
  seed: number,
  onStep: (step: number, text: string) => void,
): Promise<TrainRun> {
  const { epochs, batch, lr, every } = settings;
  const { train, test, recipe } = data;
  const resolved = resolveSettings({ epochs, batch, lr, seed });
  const rig = new Rig(device, { model: spec, classes: train.classes, recipe, settings: resolved });
  const { model, optimizer } = rig;
  const total = epochs * stepsPerEpoch(train, batch);
  const curve: Point[] = [];
  const stepTimes: number[] = [];
  let samples = 0;
  let next = every;
  const clock = new Stopwatch();
  /** Shares the time since the steps before among those that are done since. */
  const note = (done: number) => {
    const fresh = done - stepTimes.length;
    if (fresh > 0) stepTimes.push(...new Array<number>(fresh).fill(clock.lap() / fresh));
  };

  clock.start();
  const trainer = new Trainer(rig, train, resolved);
  // Steps wait for what is done between: an evaluation stops the clock and sees the weights of this step.
  for await (const { records } of allEpochs(trainer, epochs)) {
    for (const record of records) samples += record.samples;
    note(records[records.length - 1].step);
    // Results are read late: more steps may be queued by now than there are records of.
    const { steps } = optimizer;
    const due = steps >= next || steps === total;
    if (!due || steps === curve.at(-1)?.step) {
      onStep(steps, '');
      continue;
    }
    while (next <= steps) next += every;
    await device.finish();
    note(steps);
    clock.stop();
    const { accuracy, loss } = await evaluate(model, device, test, recipe);
    curve.push({ step: steps, seconds: clock.seconds, accuracy, loss });
    onStep(steps, `  ${(100 * accuracy).toFixed(2)} % after ${clock.seconds.toFixed(1)} s`);
    clock.start();
  }
  clock.stop();
  trainer.dispose();
  rig.dispose();
  const { seconds } = clock;
  return {
    device: device.kind,
    seed,
    steps: total,
    seconds,
    samplesPerSecond: samples / seconds,
    stepMs: { median: median(stepTimes), p95: percentile(stepTimes, 0.95) },
    curve,
    reached: TARGETS.map((target) => ({ target, seconds: timeTo(target, curve) })),
  };
}

async function* allEpochs(trainer: Trainer, epochs: number) {
  for (let epoch = 1; epoch <= epochs; epoch++) yield* trainer.epoch(epoch);
}

/** The seconds of the first evaluation that reached a share; null where none did. */
export const timeTo = (target: number, curve: readonly Point[]): number | null =>
  curve.find(({ accuracy }) => accuracy >= target)?.seconds ?? null;

/** A clock that can be stopped. */
class Stopwatch {
  #total = 0;
  #from: number | null = null;
  #lap = 0;

  get seconds(): number {
    return this.#now() / 1000;
  }

  start(): void {
    this.#from = performance.now();
  }

  stop(): void {
    this.#total = this.#now();
    this.#from = null;
    this.#lap = this.#total;
  }

  /** Milliseconds that it ran since the lap before, or since it was stopped. */
  lap(): number {
    const now = this.#now();
    const passed = now - this.#lap;
    this.#lap = now;
    return passed;
  }

  #now(): number {
    return this.#total + (this.#from === null ? 0 : performance.now() - this.#from);
  }
}

import type { Device } from '../../../engine/device.ts';
import { WebGpuDevice } from '../../../engine/devices/webgpu/device.ts';
import { tune } from '../../../engine/devices/webgpu/tuner.ts';
import { DeviceLostError, InkgradError } from '../../../engine/errors.ts';
import type { Plan, PlanRow } from '../../../engine/plan.ts';
import { allFinite, loadWeights } from '../../checkpoint/weights.ts';
import { readCheckpoint } from './checkpointFile.ts';
import type { Dataset } from '../../data/dataset.ts';
import { hashDataset } from '../data/hashDataset.ts';
import { count } from '../../data/dataset.ts';
import type { LoadedData } from '../data/load.ts';
import { validationSplit } from '../../data/cuts.ts';
import type { Evaluation } from '../../evaluate/evaluate.ts';
import { evaluate } from '../../evaluate/evaluate.ts';
import type { ModelSpec } from '../../model/model.ts';
import { place } from '../../model/model.ts';
import type { Snapshot } from '../../train/rig.ts';
import { Rig } from '../../train/rig.ts';
import { RunDirectory } from './runDirectory.ts';
import type { Settings } from '../../train/settings.ts';
import { rigPlanOf } from '../../train/settings.ts';
import type { StepRecord } from '../../train/train.ts';
import { DivergedError, stepsPerEpoch } from '../../train/train.ts';
import { keepTilings, recallTilings } from '../devices/tuning.ts';

/** What a run tells while it goes on. */
export interface Listener {
  /** After every few steps. */
  onSteps?(records: readonly StepRecord[], total: number): void;
  /** After each epoch, with what it reached on the validation images. */
  onEpoch?(epoch: number, validation: Evaluation): void;
  /** When the device was lost and the run goes on after `step` on another one. */
  onLoss?(step: number, message: string, next: Device): void;
  /** Before tilings are measured, which takes some seconds the first time. */
  onTune?(): void;
  /** The launches of one step, and their times where the device has timestamps. */
  onProfile?: ((plan: Plan, timed: PlanRow[] | null) => void) | undefined;
  /** While the test images are evaluated. */
  onTest?(done: number, total: number): void;
}

export interface RunInput {
  readonly device: Device;
  /** Opens another device when this one is lost; without it a lost device ends the run. */
  readonly reopen?: () => Promise<Device>;
  readonly model: ModelSpec;
  readonly data: LoadedData;
  readonly settings: Settings;
  /** The run directory to make. */
  readonly out: string;
  /** Recorded in config.json beside the rest. */
  readonly about: object;
  /** Measures tilings for this model first, when the run is long enough to gain by it. */
  readonly tune?: boolean;
  readonly signal?: AbortSignal;
}

export interface RunResult {
  readonly steps: number;
  /** Training images per second of training, evaluation not counted. */
  readonly samplesPerSecond: number;
  /** Null when the run was interrupted. */
  readonly test: Evaluation | null;
}

/** Steps from which on measuring tilings costs less than it brings. */
const WORTH_TUNING = 300;

/** Steps between two snapshots in memory, from which a run goes on when its device is lost. */
const SNAPSHOT_EVERY = 200;

/** Devices that may be lost in a row without a step between. */
const LOSSES = 3;

/** A place in the run from which it can go on. */
interface Mark {
  /** From 1. */
  readonly epoch: number;
  /** Steps of the epoch that are done. */
  readonly firstStep: number;
  readonly snapshot: Snapshot;
  readonly best: Evaluation | null;
}

/**
 * Trains a model from fresh weights into a run directory, keeps the epoch that is best on the validation
 * images, and evaluates that one on the test images, once. When the device is lost it goes on from the last
 * snapshot on another one.
 *
 * @throws DivergedError when the loss stops being finite; checkpoints/last.safetensors is then the last good one
 * @throws DeviceLostError when no other device can be had; checkpoints/last.safetensors then holds the last snapshot
 */
export async function runTraining(input: RunInput, listener: Listener = {}): Promise<RunResult> {
  const { device, model: spec, data, settings, out, signal } = input;
  checkImages(spec, data.train);
  const { classes } = data.train;
  const [train, validation] = data.validation
    ? [data.train, data.validation]
    : validationSplit(data.train, settings);
  const { epochs, batch } = settings;
  const rigPlan = rigPlanOf(spec, classes.length, train, data.recipe, settings);
  let rig = new Rig(device, rigPlan);
  const run = new RunDirectory(out, {
    ...input.about,
    device: device.kind,
    adapter: device.adapter,
    model: spec,
    parameters: place(spec, classes.length).reduce((sum, { parameters }) => sum + parameters, 0),
    settings,
    data: {
      source: data.source,
      classes,
      recipe: data.recipe,
      images: { train: count(train), validation: count(validation), test: count(data.test) },
      hash: { train: hashDataset(data.train), test: hashDataset(data.test) },
      ...(data.train.fonts && { synthetic: { train: data.train.fonts, test: data.test.fonts } }),
    },
  });
  const perEpoch = stepsPerEpoch({ data: train, batch });
  const total = epochs * perEpoch;
  const stopped = () => signal?.aborted ?? false;
  const save = (name: 'last' | 'best', { weights, optimizer: { steps: step } }: Snapshot) => {
    if (!allFinite(weights)) throw new DivergedError(step, Number.NaN);
    run.save(name, { model: spec, classes, recipe: data.recipe, step, weights });
  };

  let mark: Mark = { epoch: 1, firstStep: 0, snapshot: await rig.snapshot(), best: null };
  // Written before the first step, so that a folder that cannot be written is found before an epoch is spent.
  save('last', mark.snapshot);
  let seconds = 0;
  let trained = 0;
  // After a loss some steps are done again: they are told once.
  let told = 0;
  let toldEpochs = 0;

  const trainEpoch = async ({ epoch, firstStep, best }: Mark): Promise<void> => {
    const onSteps = (records: StepRecord[]) => {
      const fresh = records.filter(({ step }) => step > told);
      told = Math.max(told, ...records.map(({ step }) => step));
      run.log(fresh);
      trained += records.reduce((sum, { samples }) => sum + samples, 0);
      if (fresh.length > 0) listener.onSteps?.(fresh, total);
    };
    const onPause = async (done: number) => {
      if (done < perEpoch) mark = { epoch, firstStep: done, best, snapshot: await rig.snapshot() };
    };
    const { onProfile } = listener;
    const options = { signal, firstStep, pauseEvery: SNAPSHOT_EVERY, onPause, onProfile };
    const start = performance.now();
    try {
      await rig.trainer.epoch(epoch, onSteps, options);
    } finally {
      seconds += (performance.now() - start) / 1000;
    }
    // A batch's loss tells of the weights before its update: those after the last one are judged here.
    const scores = await evaluate(rig.model, rig.device, validation, data.recipe, { signal });
    const snapshot = await rig.snapshot();
    if (!Number.isFinite(scores.loss)) throw new DivergedError(snapshot.optimizer.steps, scores.loss);
    save('last', snapshot);
    if (stopped()) return;
    if (epoch > toldEpochs) {
      toldEpochs = epoch;
      run.log([{ epoch, validation: { loss: scores.loss, accuracy: scores.accuracy } }]);
      listener.onEpoch?.(epoch, scores);
    }
    const isBest = best === null || isBetter(scores, best);
    if (isBest) save('best', snapshot);
    mark = { epoch: epoch + 1, firstStep: 0, snapshot, best: isBest ? scores : best };
  };

  /** Takes the tilings that are known for the adapter, and measures the others when the run is long enough. */
  const tuneFirst = async (): Promise<void> => {
    const here = rig.device;
    if (input.tune !== true || !(here instanceof WebGpuDevice)) return;
    recallTilings(here);
    if (total < WORTH_TUNING) return;
    const capture = () => rig.trainer.capture();
    if ((await tune(here, capture, () => listener.onTune?.())) > 0) keepTilings(here);
    // Measuring has trained on.
    rig.restore(mark.snapshot);
  };

  const test = async (): Promise<Evaluation | null> => {
    const path = run.checkpointPath('best');
    loadWeights(rig.model, readCheckpoint(path).weights, path);
    const onProgress = (done: number, of: number) => listener.onTest?.(done, of);
    const scores = await evaluate(rig.model, rig.device, data.test, data.recipe, { onProgress, signal });
    return stopped() ? null : scores;
  };

  /** Does `body`, and does it again on another device for as long as devices are lost. */
  const lasting = async <T>(body: () => Promise<T>): Promise<T> => {
    let before = -1;
    for (let losses = 1; ; ) {
      try {
        return await body();
      } catch (error) {
        if (!(error instanceof DeviceLostError)) throw error;
        save('last', mark.snapshot);
        losses = told === before ? losses + 1 : 1;
        before = told;
        const next = losses > LOSSES || stopped() ? null : await reopened(input.reopen);
        if (next === null) throw error;
        if (rig.device !== device) rig.device.close();
        if (device instanceof WebGpuDevice && next instanceof WebGpuDevice) {
          for (const [key, name] of device.traits.tuned) next.traits.tuned.set(key, name);
        }
        rig = new Rig(next, rigPlan);
        rig.restore(mark.snapshot);
        const { steps: step } = mark.snapshot.optimizer;
        run.log([{ recovered: { step, lost: error.message } }]);
        listener.onLoss?.(step, error.message, next);
      }
    }
  };

  try {
    await lasting(tuneFirst);
    while (mark.epoch <= epochs && !stopped()) await lasting(() => trainEpoch(mark));
    const scores = stopped() ? null : await lasting(test);
    const steps = rig.optimizer.steps;
    const samplesPerSecond = seconds === 0 ? 0 : trained / seconds;
    if (scores !== null) run.log([{ test: { loss: scores.loss, accuracy: scores.accuracy } }]);
    rig.dispose();
    return { steps, samplesPerSecond, test: scores };
  } finally {
    if (rig.device !== device) rig.device.close();
  }
}

/** Another device; null where none can be had. */
async function reopened(reopen: RunInput['reopen']): Promise<Device | null> {
  try {
    return (await reopen?.()) ?? null;
  } catch {
    // The loss itself says what happened.
    return null;
  }
}

/** The launches of one training step, of which none is run. */
export async function planTraining(
  device: Device,
  model: ModelSpec,
  data: LoadedData,
  settings: Settings,
): Promise<Plan> {
  checkImages(model, data.train);
  const rig = new Rig(device, rigPlanOf(model, data.train.classes.length, data.train, data.recipe, settings));
  if (device instanceof WebGpuDevice) recallTilings(device);
  const { plan } = await rig.trainer.capture();
  if (plan === null) throw new InkgradError(`the device ${device.kind} notes no launches; use webgpu`);
  return plan;
}

/** More accurate, or as accurate with a lower loss: a small validation part is soon recognised as a whole. */
const isBetter = (a: Evaluation, b: Evaluation): boolean =>
  a.accuracy > b.accuracy || (a.accuracy === b.accuracy && a.loss < b.loss);

function checkImages({ name, input: [channels, height, width] }: ModelSpec, { size }: Dataset): void {
  if (channels === 1 && height === size && width === size) return;
  throw new InkgradError(
    `model ${name}: takes images of ${channels}×${height}×${width}, but the data has 1×${size}×${size}; ` +
      `give a model file with "input": [1, ${size}, ${size}]`,
  );
}

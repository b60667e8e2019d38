import type { Device } from '../../../engine/device.ts';
import type { Plan, PlanRow } from '../../../engine/devices/plan.ts';
import { WebGpuDevice } from '../../../engine/devices/webgpu/device.ts';
import { tune } from '../../../engine/devices/webgpu/tuner.ts';
import { fitCertainty } from '../../certainty/fit.ts';
import type { GateOptions } from '../../certainty/fitGate.ts';
import { allFinite, loadWeights } from '../../checkpoint/weights.ts';
import { validationSplit } from '../../data/cuts.ts';
import type { Dataset } from '../../data/dataset.ts';
import { count } from '../../data/dataset.ts';
import { withDrawn } from '../../data/drawn/withDrawn.ts';
import { imagesAtOnce } from '../../evaluate/atOnce.ts';
import type { Evaluation } from '../../evaluate/evaluate.ts';
import { evaluate } from '../../evaluate/evaluate.ts';
import { PipelineError } from '../../faults.ts';
import type { ModelSpec } from '../../model/model.ts';
import { place } from '../../model/model.ts';
import type { EpochEvent, FitEvent, RunState } from '../../train/fit.ts';
import { fit } from '../../train/fit.ts';
import { checkMemory, leastStepBytes } from '../../train/memory.ts';
import { profileStep } from '../../train/profile.ts';
import type { StepRecord } from '../../train/records.ts';
import { DivergedError } from '../../train/records.ts';
import type { RigPlan } from '../../train/rig.ts';
import { Rig } from '../../train/rig.ts';
import type { Settings } from '../../train/settings.ts';
import type { SurviveEvent } from '../../train/survive.ts';
import { survive } from '../../train/survive.ts';
import { stepsPerEpoch, Trainer } from '../../train/trainer.ts';
import { hashDataset } from '../data/hashDataset.ts';
import type { LoadedData } from '../data/load.ts';
import { memoryOf } from '../devices/memory.ts';
import { keepTilings, recallTilings } from '../devices/tuning.ts';
import { gateTypefaces } from '../draw/gateTypefaces.ts';
import type { RunOrigin } from './runConfig.ts';
import { RunDirectory } from './runDirectory.ts';

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
  /** Before the first step: the launches of one, and their times where the device has timestamps. */
  onProfile?: ((plan: Plan, timed: readonly PlanRow[] | null) => void) | undefined;
  /** While it is fitted how far answers can be trusted: the share that is done, 0 to 1. */
  onCertainty?: ((share: number) => void) | undefined;
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
  readonly about: RunOrigin;
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

/** What a run tells beside what `fit` does. */
type RunEvent =
  | FitEvent
  | { readonly kind: 'tune' }
  | { readonly kind: 'profile'; readonly plan: Plan; readonly timed: readonly PlanRow[] | null }
  | { readonly kind: 'test'; readonly scores: Evaluation };

/**
 * Trains a model from fresh weights into a run directory, keeps the epoch that is best on the validation
 * images, and evaluates that one on the test images, once. When the device is lost it goes on from the last
 * state on another one.
 *
 * @throws DivergedError when the loss stops being finite; checkpoints/last.safetensors is then the last good one
 * @throws DeviceLostError when no other device can be had; checkpoints/last.safetensors then holds the last state
 */
export async function runTraining(input: RunInput, listener: Listener = {}): Promise<RunResult> {
  const { device, model, data, settings, signal, reopen } = input;
  checkImages(model, data.train);
  const { classes } = data.train;
  const { recipe } = data;
  const [own, validation] = data.validation
    ? [data.train, data.validation]
    : validationSplit(data.train, settings);
  // Validation and test stay as they are: how well the data is read is told of nothing else.
  const train = withDrawn(own, settings);
  checkStep(input, train);
  const plan: RigPlan = { model, classes, recipe, settings };
  const total = settings.epochs * stepsPerEpoch(train, settings.batch);
  let run: RunDirectory | null = null;

  async function* course(rig: Rig, from: RunState): AsyncGenerator<RunEvent, void> {
    if (from.optimizer.steps === 0) yield* look(rig, train, input, listener.onProfile !== undefined, total);
    yield* fit(rig, { train, validation }, settings, from, signal);
    if (signal?.aborted) return;
    const { epochs, seed } = settings;
    const typefaces = gateTypefaces();
    const { onCertainty } = listener;
    await addCertainty(run!, rig, {
      train: own,
      validation,
      epochs,
      seed,
      typefaces,
      signal,
      onProgress: onCertainty,
    });
    if (signal?.aborted) return;
    const best = run!.read('best');
    loadWeights(rig.model, best.weights, best.path);
    const onProgress = (done: number, of: number) => listener.onTest?.(done, of);
    const scores = await evaluate(rig.model, rig.device, data.test, recipe, {
      ...{ onProgress, signal, atOnce: imagesAtOnce(model, classes.length) },
    });
    if (!signal?.aborted) yield { kind: 'test', scores };
  }

  const book = new RunBook(input, listener, total);
  for await (const event of survive(device, plan, course, { reopen, signal })) {
    // The folder is made once the model fits the device, and before an epoch is spent.
    run ??= new RunDirectory(input.out, configOf(input, train, validation));
    book.note(event, run);
  }
  return book.result;
}

/**
 * Fits how far the answers of a run's checkpoints can be trusted, and keeps it in them. The last epoch is mostly the
 * best as well.
 */
async function addCertainty(run: RunDirectory, rig: Rig, options: GateOptions): Promise<void> {
  const [best, last] = [run.read('best'), run.read('last')];
  const fits = last.step === best.step ? 1 : 2;
  const told = (before: number) => (share: number) => options.onProgress?.((before + share) / fits);
  const certainty = await fitCertainty(rig, best, { ...options, onProgress: told(0) });
  if (certainty === null) return;
  run.save('best', { ...best, certainty });
  const again = fits === 1 ? certainty : await fitCertainty(rig, last, { ...options, onProgress: told(1) });
  if (again !== null) run.save('last', { ...last, certainty: again });
}

/** Keeps a run's files while it tells what happens, and passes that on. */
class RunBook {
  #steps = 0;
  #seconds = 0;
  #trained = 0;
  #test: Evaluation | null = null;
  /** After a loss some steps are done again: they are told once. */
  #told = 0;

  constructor(
    readonly input: RunInput,
    readonly listener: Listener,
    readonly total: number,
  ) {}

  get result(): RunResult {
    const samplesPerSecond = this.#seconds === 0 ? 0 : this.#trained / this.#seconds;
    return { steps: this.#steps, samplesPerSecond, test: this.#test };
  }

  note(event: RunEvent | SurviveEvent, run: RunDirectory): void {
    const { listener } = this;
    if ('state' in event) this.#steps = event.state.optimizer.steps;
    switch (event.kind) {
      case 'steps':
        this.#noteSteps(event.records, event.seconds, run);
        break;
      case 'epoch':
        this.#noteEpoch(event, run);
        break;
      case 'start':
      case 'stopped':
      case 'lost':
        this.#save(run, 'last', event.state);
        break;
      case 'recovered': {
        const { steps } = event.state.optimizer;
        run.log([{ recovered: { step: steps, lost: event.message } }]);
        listener.onLoss?.(steps, event.message, event.device);
        break;
      }
      case 'tune':
        listener.onTune?.();
        break;
      case 'profile':
        listener.onProfile?.(event.plan, event.timed);
        break;
      case 'test':
        this.#test = event.scores;
        run.log([{ test: { loss: event.scores.loss, accuracy: event.scores.accuracy } }]);
        break;
    }
  }

  #noteEpoch({ epoch, validation, isBest, state }: EpochEvent, run: RunDirectory): void {
    this.#save(run, 'last', state);
    run.log([{ epoch, validation: { loss: validation.loss, accuracy: validation.accuracy } }]);
    this.listener.onEpoch?.(epoch, validation);
    if (isBest) this.#save(run, 'best', state);
  }

  #noteSteps(records: readonly StepRecord[], seconds: number, run: RunDirectory): void {
    const fresh = records.filter(({ step }) => step > this.#told);
    this.#told = Math.max(this.#told, ...records.map(({ step }) => step));
    this.#seconds += seconds;
    for (const { samples } of records) this.#trained += samples;
    run.log(fresh);
    if (fresh.length > 0) this.listener.onSteps?.(fresh, this.total);
  }

  #save(run: RunDirectory, name: 'last' | 'best', { weights, optimizer: { steps: step } }: RunState): void {
    if (!allFinite(weights)) throw new DivergedError(step, Number.NaN);
    const { model, data } = this.input;
    run.save(name, { model, classes: data.train.classes, recipe: data.recipe, step, weights });
  }
}

/**
 * What comes before the first step: takes the tilings that are known for the adapter and measures the others when the
 * run is long enough, and times one step where that is wanted. Both train, so the rig is restored by what follows.
 */
async function* look(
  rig: Rig,
  train: Dataset,
  { settings, tune: tunes }: RunInput,
  profiles: boolean,
  total: number,
): AsyncGenerator<RunEvent, void> {
  const { device } = rig;
  if (tunes === true && device instanceof WebGpuDevice) {
    recallTilings(device);
    if (total >= WORTH_TUNING) {
      const trainer = new Trainer(rig, train, settings);
      let measures = false;
      const capture = () => trainer.capture();
      if ((await tune(device, capture, () => (measures = true))) > 0) keepTilings(device);
      trainer.dispose();
      if (measures) yield { kind: 'tune' };
    }
  }
  const profile = profiles ? await profileStep(rig, train, settings) : null;
  if (profile !== null) yield { kind: 'profile', ...profile };
}

/** The launches of one training step, of which none is run. */
export async function planTraining(
  device: Device,
  model: ModelSpec,
  data: LoadedData,
  settings: Settings,
): Promise<Plan> {
  checkImages(model, data.train);
  const { train, recipe } = data;
  checkStep({ device, model, settings }, train);
  const rig = new Rig(device, { model, classes: train.classes, recipe, settings });
  if (device instanceof WebGpuDevice) recallTilings(device);
  const { plan } = await new Trainer(rig, train, settings).capture();
  if (plan === null)
    throw new PipelineError(`the device ${device.kind} notes no launches; use webgpu`, 'invalid-setting');
  return plan;
}

function configOf({ device, model, data, settings, about }: RunInput, train: Dataset, validation: Dataset) {
  const { classes, fonts } = data.train;
  return {
    ...about,
    device: device.kind,
    adapter: device.adapter,
    model,
    parameters: place(model, classes.length).reduce((sum, { parameters }) => sum + parameters, 0),
    settings,
    data: {
      source: data.source,
      classes,
      recipe: data.recipe,
      images: { train: count(train), validation: count(validation), test: count(data.test) },
      hash: { train: hashDataset(data.train), test: hashDataset(data.test) },
      ...(fonts && { synthetic: { train: fonts, test: data.test.fonts } }),
    },
  };
}

/** Before memory is taken: whether a step may fit the device. A batch has as many images as there are at the most. */
function checkStep(
  { device, model, settings }: Pick<RunInput, 'device' | 'model' | 'settings'>,
  train: Dataset,
) {
  const batch = Math.min(settings.batch, count(train));
  const bytes = leastStepBytes(place(model, train.classes.length), batch, settings.optimizer);
  checkMemory(bytes, memoryOf(device), batch);
}

function checkImages({ name, input: [channels, height, width] }: ModelSpec, { size }: Dataset): void {
  if (channels === 1 && height === size && width === size) return;
  throw new PipelineError(
    `model ${name}: takes images of ${channels}×${height}×${width}, but the data has 1×${size}×${size}; ` +
      `give a model file with "input": [1, ${size}, ${size}]`,
    'wrong-size',
  );
}

import type { Device } from '../../../engine/device.ts';
import type { Plan } from '../../../engine/devices/plan.ts';
import { WebGpuDevice } from '../../../engine/devices/webgpu/device.ts';
import { type CertaintyOptions, fitCertainty } from '../../certainty/fit.ts';
import type { CheckpointFile } from '../../checkpoint/checkpoint.ts';
import type { StoredProgress } from '../../checkpoint/progress.ts';
import { loadWeights } from '../../checkpoint/weights.ts';
import type { Dataset } from '../../data/dataset.ts';
import { count } from '../../data/dataset.ts';
import { imagesAtOnce } from '../../evaluate/atOnce.ts';
import type { DetailedEvaluation } from '../../evaluate/evaluate.ts';
import { evaluate } from '../../evaluate/evaluate.ts';
import { PipelineError } from '../../faults.ts';
import type { StoredTensor } from '../../formats/safetensors.ts';
import type { ModelSpec } from '../../model/model.ts';
import { place } from '../../model/model.ts';
import type { RunState } from '../../train/fit.ts';
import { fit } from '../../train/fit.ts';
import { checkImages } from '../../train/images.ts';
import type { RigPlan } from '../../train/rig.ts';
import { Rig } from '../../train/rig.ts';
import type { Settings } from '../../train/settings.ts';
import { survive } from '../../train/survive.ts';
import { stepsPerEpoch, Trainer } from '../../train/trainer.ts';
import { Watch } from '../../train/watch.ts';
import { watched } from '../../train/watched.ts';
import type { LoadedData } from '../data/load.ts';
import { recallTilings } from '../devices/tuning.ts';
import { gateTypefaces } from '../draw/gateTypefaces.ts';
import type { UnwritableError } from '../files/writeFile.ts';
import { checkStep, imagesOf } from './checks.ts';
import { look } from './look.ts';
import { hashesOf } from './resumable.ts';
import { type Listener, RunBook, type RunEvent, type SaveEvery } from './runBook.ts';
import type { RunConfig, RunOrigin } from './runConfig.ts';
import { RunDirectory, type WriteFault } from './runDirectory.ts';
import { RunFolder } from './runFolder.ts';

export interface RunInput {
  readonly device: Device;
  /** Opens another device when this one is lost; without it a lost device ends the run. */
  readonly reopen?: () => Promise<Device>;
  readonly model: ModelSpec;
  readonly data: LoadedData;
  readonly settings: Settings;
  /** The run directory to make, or a folder that was taken for it; or the directory of the run to go on with. */
  readonly out: string | RunFolder;
  /** Weights to begin with, by name; those that are not named are drawn anew. */
  readonly weights?: ReadonlyMap<string, StoredTensor>;
  /** What a run that goes on has done; a fresh start when left out. */
  readonly from?: CheckpointFile & { readonly progress: StoredProgress };
  /** How often checkpoints/last.safetensors is written within an epoch; at its end alone when left out. */
  readonly saveEvery?: SaveEvery;
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
  readonly test: DetailedEvaluation | null;
  /** Files of the run that could not be written when they should have been. */
  readonly faults: readonly WriteFault[];
}

/**
 * Trains a model from fresh weights into a run directory, or goes on with a run, keeps the epoch that is best on the
 * validation images, and evaluates that one on the test images, once. When the device is lost it goes on from the last
 * state on another one.
 *
 * A file that cannot be written after the first ends no run: what it should hold is kept in memory and tried again.
 *
 * @throws UnwritableError when the run directory cannot be made; nothing of it is left then
 * @throws DivergedError when the loss stops being finite; checkpoints/last.safetensors is then the last good one
 * @throws DeviceLostError when no other device can be had; checkpoints/last.safetensors then holds the last state
 */
export async function runTraining(input: RunInput, listener: Listener = {}): Promise<RunResult> {
  const { device, model, data, settings, signal, reopen, out } = input;
  const { classes } = data.train;
  const { recipe } = data;
  const { own, train, validation } = imagesOf(input);
  const plan: RigPlan = { model, classes, recipe, settings, weights: input.weights };
  const { minutes } = settings;
  const until = minutes === null ? undefined : AbortSignal.timeout(60_000 * minutes);
  const total = settings.epochs * stepsPerEpoch(train, settings.batch);
  const watch = new Watch(train, validation);
  let run: RunDirectory | null = null;

  async function* course(rig: Rig, from: RunState): AsyncGenerator<RunEvent, void> {
    if (device instanceof WebGpuDevice && input.tune === true) recallTilings(device);
    const profiles = listener.onProfile !== undefined;
    const wants = { settings, tunes: input.tune === true, profiles, total };
    if (from.optimizer.steps === 0) yield* look(rig, train, wants);
    const parts = { train, validation, until, wantsState: () => book.isSaveDue };
    yield* watched(fit(rig, parts, settings, from, signal), watch, rig, validation);
    if (signal?.aborted) return;
    const { epochs, seed, certainty } = settings;
    const withGate = certainty === 'gate';
    await addCertainty(run!, rig, {
      ...{ train: own, validation, epochs, seed, signal, withGate },
      typefaces: withGate ? gateTypefaces() : [],
      onProgress: listener.onCertainty,
    });
    if (signal?.aborted) return;
    const best = run!.read('best');
    loadWeights(rig.model, best.weights, best.path);
    const onProgress = (done: number, of: number) => listener.onTest?.(done, of);
    const scores = await evaluate(rig.model, rig.device, data.test, recipe, {
      ...{ onProgress, signal, atOnce: imagesAtOnce(model, classes.length) },
      temperature: best.certainty.temperature,
    });
    if (!signal?.aborted) yield { kind: 'test', scores };
  }

  const { from } = input;
  const begin = from && { weights: from.weights, ...from.progress };
  const book = new RunBook(input, listener, total);
  const onFault = (fault: UnwritableError) => listener.onFault?.(fault);
  const folder = begin === undefined && typeof out === 'string' ? RunFolder.take(out) : out;
  try {
    for await (const event of survive(device, plan, course, { reopen, signal, from: begin })) {
      if (event.kind !== 'start') book.note(event, run!);
      else if (typeof folder === 'string') run = RunDirectory.resume(folder, goingOn(input), onFault);
      else {
        // The model fits the device by now, and no epoch is spent yet.
        const config = configOf(input, train, validation);
        run = RunDirectory.begin(folder, config, book.lastOf(event.state, 0), onFault);
      }
    }
  } finally {
    run?.finish();
    if (typeof folder !== 'string') folder.release();
  }
  return { ...book.result, faults: run?.faults ?? [] };
}

/** How a run goes on, and where. */
const goingOn = ({ from, about: { reading: _, amount: __, ...here }, device, settings }: RunInput) => ({
  logged: from!.progress.logged,
  settings,
  resumption: { step: from!.step, device: device.kind, adapter: device.adapter, ...here },
});

/**
 * Fits how far the answers of a run's checkpoints can be trusted, and keeps it in them. The last epoch is mostly the
 * best as well.
 */
async function addCertainty(run: RunDirectory, rig: Rig, options: CertaintyOptions): Promise<void> {
  const [best, last] = [run.read('best'), run.read('last')];
  const fits = last.step === best.step ? 1 : 2;
  const told = (before: number) => (share: number) => options.onProgress?.((before + share) / fits);
  const certainty = await fitCertainty(rig, best, { ...options, onProgress: told(0) });
  if (certainty === null) return;
  run.save('best', { ...best, certainty });
  const again = fits === 1 ? certainty : await fitCertainty(rig, last, { ...options, onProgress: told(1) });
  if (again !== null) run.save('last', { ...last, certainty: again });
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

function configOf(
  { device, model, data, settings, about }: RunInput,
  train: Dataset,
  validation: Dataset,
): RunConfig {
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
      hash: hashesOf(data),
      ...(fonts && { synthetic: { train: fonts, test: data.test.fonts } }),
    },
  };
}

import type { Device } from '../engine/device.ts';
import { InkgradError } from '../engine/errors.ts';
import { Context } from '../engine/nn/index.ts';
import type { Optimizer } from '../engine/optim/index.ts';
import { Adam, AdamW, SGD, schedules, withWarmup } from '../engine/optim/index.ts';
import type { Tensor } from '../engine/tensor.ts';
import { allFinite, loadWeights, readCheckpoint, weightsOf } from './checkpoint.ts';
import type { Dataset } from './data/dataset.ts';
import { count, hashDataset, subset } from './data/dataset.ts';
import type { LoadedData } from './data/load.ts';
import { stratifiedSplit } from './data/split.ts';
import type { Evaluation } from './evaluate.ts';
import { evaluate } from './evaluate.ts';
import type { ModelSpec } from './model.ts';
import { build, place } from './model.ts';
import { RunDirectory } from './runDirectory.ts';
import type { StepRecord, Training } from './train.ts';
import { DivergedError, stepsPerEpoch, Trainer } from './train.ts';

/** Every setting of a training run: what `train` takes as flags and config.json records. */
export interface Settings {
  readonly epochs: number;
  readonly batch: number;
  readonly lr: number;
  readonly optimizer: OptimizerName;
  readonly schedule: keyof typeof schedules;
  /** Steps of linear warm-up before the schedule. */
  readonly warmup: number;
  /** For sgd and nesterov. */
  readonly momentum: number;
  readonly weightDecay: number;
  /** The largest norm of the gradients; null leaves them as they are. */
  readonly clip: number | null;
  readonly seed: number;
  /** The share of the training images that is kept aside to choose the best epoch. */
  readonly validation: number;
}

export const optimizerNames = ['adam', 'adamw', 'sgd', 'nesterov'] as const;
export type OptimizerName = (typeof optimizerNames)[number];

function makeOptimizer(parameters: Iterable<Tensor>, settings: Settings): Optimizer {
  const { lr: rate, momentum, weightDecay } = settings;
  const makers: Record<OptimizerName, () => Optimizer> = {
    adam: () => new Adam(parameters, { rate, weightDecay }),
    adamw: () => new AdamW(parameters, { rate, weightDecay }),
    sgd: () => new SGD(parameters, { rate, momentum, weightDecay }),
    nesterov: () => new SGD(parameters, { rate, momentum, weightDecay, nesterov: true }),
  };
  return makers[settings.optimizer]();
}

/** What a run tells while it goes on. */
export interface Listener {
  /** After every few steps. */
  onSteps?(records: readonly StepRecord[], total: number): void;
  /** After each epoch, with what it reached on the validation images. */
  onEpoch?(epoch: number, validation: Evaluation): void;
  /** While the test images are evaluated. */
  onTest?(done: number, total: number): void;
}

export interface RunInput {
  readonly device: Device;
  readonly model: ModelSpec;
  readonly data: LoadedData;
  readonly settings: Settings;
  /** The run directory to make. */
  readonly out: string;
  /** Recorded in config.json beside the rest. */
  readonly about: object;
  readonly signal?: AbortSignal;
}

export interface RunResult {
  readonly steps: number;
  /** Training images per second of training, evaluation not counted. */
  readonly samplesPerSecond: number;
  /** Null when the run was interrupted. */
  readonly test: Evaluation | null;
}

/**
 * Trains a model from fresh weights into a run directory, keeps the epoch that is best on the validation
 * images, and evaluates that one on the test images, once.
 *
 * @throws DivergedError when the loss stops being finite; checkpoints/last.safetensors is then the last good one
 */
export async function runTraining(input: RunInput, listener: Listener = {}): Promise<RunResult> {
  const { device, model: spec, data, settings, out, signal } = input;
  checkImages(spec, data.train);
  const { classes } = data.train;
  const context = new Context(device, settings.seed);
  const model = build(spec, classes.length, context);
  const [train, validation] = splitValidation(data.train, settings);
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
    },
  });
  const training: Training = {
    model,
    context,
    optimizer: makeOptimizer(model.parameters().values(), settings),
    schedule: withWarmup(schedules[settings.schedule], settings.warmup),
    data: train,
    recipe: data.recipe,
    epochs: settings.epochs,
    batch: settings.batch,
    seed: settings.seed,
    clip: settings.clip,
  };
  const trainer = new Trainer(training);
  const total = settings.epochs * stepsPerEpoch(training);
  const stopped = () => signal?.aborted ?? false;
  const save = async (name: 'last' | 'best') => {
    const weights = await weightsOf(model);
    const step = training.optimizer.steps;
    if (!allFinite(weights)) throw new DivergedError(step, Number.NaN);
    run.save(name, { model: spec, classes, recipe: data.recipe, step, weights });
  };

  // Written before the first step, so that a folder that cannot be written is found before an epoch is spent.
  await save('last');
  let best: Evaluation | null = null;
  let seconds = 0;
  for (let epoch = 1; epoch <= settings.epochs && !stopped(); epoch++) {
    const start = performance.now();
    const onSteps = (records: StepRecord[]) => {
      run.log(records);
      listener.onSteps?.(records, total);
    };
    await trainer.epoch(epoch, onSteps, { signal });
    seconds += (performance.now() - start) / 1000;
    // A batch's loss tells of the weights before its update: those after the last one are judged here.
    const scores = await evaluate(model, device, validation, data.recipe, { signal });
    if (!Number.isFinite(scores.loss)) throw new DivergedError(training.optimizer.steps, scores.loss);
    await save('last');
    if (stopped()) break;
    run.log([{ epoch, validation: { loss: scores.loss, accuracy: scores.accuracy } }]);
    listener.onEpoch?.(epoch, scores);
    if (best === null || isBetter(scores, best)) {
      best = scores;
      await save('best');
    }
  }

  const steps = training.optimizer.steps;
  const samplesPerSecond = seconds === 0 ? 0 : samplesIn(training, steps) / seconds;
  if (stopped()) return { steps, samplesPerSecond, test: null };
  const path = run.checkpointPath('best');
  loadWeights(model, readCheckpoint(path).weights, path);
  const onProgress = (done: number, of: number) => listener.onTest?.(done, of);
  const test = await evaluate(model, device, data.test, data.recipe, { onProgress, signal });
  if (stopped()) return { steps, samplesPerSecond, test: null };
  run.log([{ test: { loss: test.loss, accuracy: test.accuracy } }]);
  trainer.dispose();
  training.optimizer.dispose();
  model.dispose();
  return { steps, samplesPerSecond, test };
}

/** More accurate, or as accurate with a lower loss: a small validation part is soon recognised as a whole. */
const isBetter = (a: Evaluation, b: Evaluation): boolean =>
  a.accuracy > b.accuracy || (a.accuracy === b.accuracy && a.loss < b.loss);

/** The images that `steps` steps have seen: the last batch of an epoch may be smaller. */
function samplesIn(training: Training, steps: number): number {
  const perEpoch = stepsPerEpoch(training);
  const images = count(training.data);
  return Math.floor(steps / perEpoch) * images + Math.min((steps % perEpoch) * training.batch, images);
}

/** Sets a stratified part of the training images aside; without any, the training images validate themselves. */
function splitValidation(train: Dataset, { validation, seed }: Settings): [Dataset, Dataset] {
  if (validation === 0) return [train, train];
  const [kept, aside] = stratifiedSplit(train.labels, [1 - validation, validation], seed);
  if (kept.length === 0 || aside.length === 0) {
    throw new InkgradError(
      `--validation ${validation}: leaves ${kept.length} of ${count(train)} images to train and ${aside.length} to ` +
        'validate; use more images, or --validation 0 to keep none aside',
    );
  }
  return [subset(train, kept), subset(train, aside)];
}

function checkImages({ name, input: [channels, height, width] }: ModelSpec, { size }: Dataset): void {
  if (channels === 1 && height === size && width === size) return;
  throw new InkgradError(
    `model ${name}: takes images of ${channels}×${height}×${width}, but the data has 1×${size}×${size}; ` +
      `give a model file with "input": [1, ${size}, ${size}]`,
  );
}

/** How soon training recognises a share of the test images. */
import type { WebGpuDevice } from '../../engine/devices/webgpu/device.ts';
import { tune } from '../../engine/devices/webgpu/tuner.ts';
import { count, subset } from '../../pipeline/data/dataset.ts';
import { evaluate } from '../../pipeline/evaluate/evaluate.ts';
import type { LoadedData } from '../../pipeline/node/data/load.ts';
import { loadData } from '../../pipeline/node/data/load.ts';
import { Rig } from '../../pipeline/train/rig.ts';
import { resolveSettings } from '../../pipeline/train/settings.ts';
import { stepsPerEpoch, Trainer } from '../../pipeline/train/trainer.ts';
import type { Part } from './part.ts';
import { oneLine } from './part.ts';
import type { GpuSettings, Recipe } from './settings.ts';
import { modelNamed } from './settings.ts';

export interface AccuracyRun extends Recipe {
  readonly seed: number;
  /** Seconds of training until the first evaluation that reached the target; null where none did. */
  readonly trainSeconds: number | null;
  /** The same with all that went before it in this run: copies, captures and evaluations. */
  readonly wallSeconds: number | null;
  /** Of training, all epochs. */
  readonly allTrainSeconds: number;
  readonly accuracy: number;
}

export interface AccuracyData {
  /** What is done once for a model and a size of batch, before the runs: choosing tilings, compiling, warming up. */
  readonly warmUps: { model: string; batch: number; seconds: number }[];
  readonly runs: AccuracyRun[];
}

export const accuracyPart: Part<AccuracyData> = async (context, data) => {
  const { settings, host } = context;
  context.say('reading MNIST');
  const images = await load(settings);
  const warm = new Set<string>();
  for (const seed of settings.seeds) {
    for (const recipe of settings.recipes) {
      const { model, batch, lr, epochs } = recipe;
      const name = `${model}, batch ${batch}, rate ${lr}, epochs ${epochs}, seed ${seed}`;
      if (context.left() < 0) {
        context.lacks(`${name}: the time was over`);
        continue;
      }
      try {
        const device = await host.device('fast');
        if (!warm.has(`${model} ${batch}`)) {
          context.say(`warming up ${model}, batch ${batch}`);
          const start = performance.now();
          await warmUp(device, images, recipe);
          data.warmUps.push({ model, batch, seconds: (performance.now() - start) / 1000 });
          warm.add(`${model} ${batch}`);
        }
        const run = await runOnce(device, images, settings, recipe, seed);
        data.runs.push(run);
        const { accuracy, trainSeconds } = run;
        context.say(`${name}: ${(100 * accuracy).toFixed(2)} %, ${trainSeconds?.toFixed(2) ?? '–'} s`);
      } catch (error) {
        context.lacks(`${name}: ${oneLine(error)}`);
        host.drop('fast');
        warm.clear();
      }
    }
  }
};

async function load({ images }: GpuSettings): Promise<LoadedData> {
  const data = await loadData('mnist', { seed: 1 });
  if (images === null) return data;
  const first = (length: number) => Int32Array.from({ length }, (_, i) => i);
  const [train, test] = images;
  return { ...data, train: subset(data.train, first(train)), test: subset(data.test, first(test)) };
}

/** Model, optimiser and steps, captured and with their data on the device. */
async function setUp(
  device: WebGpuDevice,
  { train, recipe: preprocessing }: LoadedData,
  { model: name, batch, lr, epochs }: Recipe,
  seed: number,
  tunes: boolean,
) {
  const settings = resolveSettings({ batch, lr, epochs, seed });
  const plan = { model: modelNamed(name), classes: train.classes, recipe: preprocessing, settings };
  const rig = new Rig(device, plan);
  const { model, optimizer } = rig;
  const trainer = new Trainer(rig, train, settings);
  if (tunes) {
    // Adam's numbers, for the steps that the tuner runs.
    optimizer.advance();
    await tune(device, () => trainer.capture());
  }
  model.train();
  // A whole batch, and what is left for the last of an epoch.
  const sizes = [Math.min(batch, count(train)), count(train) % batch];
  for (const size of sizes) if (size > 0) await trainer.step(size);
  await device.finish();
  const dispose = () => {
    trainer.dispose();
    rig.dispose();
  };
  return { model, trainer, dispose };
}

/** Steps whose results nobody wants: the clock rate of an idle GPU is low. */
const WARM_STEPS = 50;

async function warmUp(device: WebGpuDevice, data: LoadedData, recipe: Recipe): Promise<void> {
  const { model, trainer, dispose } = await setUp(device, data, recipe, 1, true);
  const step = await trainer.step(Math.min(recipe.batch, count(data.train)));
  for (let i = 0; i < (device.isSoftware ? 1 : WARM_STEPS); i++) step.run();
  await evaluate(model, device, data.test, data.recipe);
  dispose();
}

async function runOnce(
  device: WebGpuDevice,
  data: LoadedData,
  { target, evaluations }: GpuSettings,
  recipe: Recipe,
  seed: number,
): Promise<AccuracyRun> {
  const start = performance.now();
  const { model, trainer, dispose } = await setUp(device, data, recipe, seed, false);
  const perEpoch = stepsPerEpoch(data.train, recipe.batch);
  let accuracy = 0;
  let trainMs = 0;
  let since = performance.now();
  let reached: { trainSeconds: number; wallSeconds: number } | null = null;
  /** Called when no step is under way: evaluates with the clock of training stopped. */
  const look = async () => {
    trainMs += performance.now() - since;
    ({ accuracy } = await evaluate(model, device, data.test, data.recipe));
    since = performance.now();
    if (accuracy >= target) reached ??= { trainSeconds: trainMs / 1000, wallSeconds: (since - start) / 1000 };
  };
  try {
    for (let epoch = 1; epoch <= recipe.epochs; epoch++) {
      let looked = 0;
      let done = 0;
      const settleEvery = Math.ceil(perEpoch / evaluations);
      for await (const { records, settled } of trainer.epoch(epoch, { settleEvery })) {
        done += records.length;
        if (!settled) continue;
        looked = done;
        // Once it is there, only the end is of interest.
        if (reached === null) await look();
      }
      const isLast = epoch === recipe.epochs;
      if ((looked < perEpoch && reached === null) || isLast) await look();
    }
  } finally {
    dispose();
  }
  return {
    ...{ ...recipe, seed, accuracy, allTrainSeconds: trainMs / 1000 },
    ...(reached ?? { trainSeconds: null, wallSeconds: null }),
  };
}

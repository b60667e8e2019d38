import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Device } from '../../engine/device.ts';
import type { TypedArray } from '../../engine/dtype.ts';
import { Random } from '../../engine/random.ts';
import { augmentations } from '../../pipeline/data/augment.ts';
import type { Dataset } from '../../pipeline/data/dataset.ts';
import type { ModelSpec } from '../../pipeline/model/model.ts';
import { readCheckpoint } from '../../pipeline/node/runs/checkpointFile.ts';
import type { Recipe } from '../../pipeline/preprocess/recipe.ts';
import { recipes } from '../../pipeline/preprocess/recipe.ts';
import type { StepRecord } from '../../pipeline/train/records.ts';
import type { RigPlan, Snapshot } from '../../pipeline/train/rig.ts';
import { Rig } from '../../pipeline/train/rig.ts';
import { resolveSettings, type Settings } from '../../pipeline/train/settings.ts';
import { Trainer } from '../../pipeline/train/trainer.ts';

export const CLASSES = ['a', 'b', 'c'];

/** Noise, each class with bright columns of its own. */
export function stripes(count: number, size: number, seed: number): Dataset {
  const random = new Random(seed, 0x5712);
  const labels = Int32Array.from({ length: count }, () => random.integer(CLASSES.length));
  const images = Uint8Array.from({ length: count * size * size }, (_, i) => {
    const label = labels[Math.floor(i / (size * size))];
    return random.integer(128) + ((i % size) % CLASSES.length === label ? 60 : 0);
  });
  return { name: 'stripes', classes: CLASSES, size, images, labels };
}

export const recipeFor = (size: number): Recipe => ({ ...recipes.mnist, size });

/** A little of everything: both kinds of convolution's tilings, pooling, running means, layers that branch, dropout, two linear ones. */
export const smallModel = (size: number): ModelSpec => ({
  name: 'small',
  input: [1, size, size],
  layers: [
    { type: 'conv2d', outChannels: 4, kernelSize: 3, padding: 'same' },
    { type: 'relu' },
    { type: 'maxPool2d', kernelSize: 2 },
    {
      type: 'residual',
      layers: [{ type: 'conv2d', outChannels: 6, kernelSize: 3, padding: 'same' }, { type: 'batchNorm2d' }],
      shortcut: [{ type: 'conv2d', outChannels: 6, kernelSize: 1 }],
    },
    { type: 'relu' },
    { type: 'flatten' },
    { type: 'dropout', p: 0.2 },
    { type: 'linear', outFeatures: 20 },
    { type: 'relu' },
    { type: 'linear', outFeatures: 'classes' },
  ],
});

export const settings = resolveSettings({
  epochs: 1,
  batch: 8,
  lr: 0.01,
  optimizer: 'adam',
  schedule: 'constant',
  warmup: 0,
  momentum: 0.9,
  weightDecay: 0,
  seed: 3,
  validation: 0.1,
  augment: augmentations.none,
});

export interface RigOptions extends Partial<Settings> {
  readonly model?: ModelSpec;
  readonly makeOptimizer?: NonNullable<RigPlan['makeOptimizer']>;
}

/** A rig with the steps that train it. */
export class TrainedRig extends Rig {
  readonly trainer: Trainer;

  constructor(device: Device, plan: RigPlan, data: Dataset, settings: Settings) {
    super(device, plan);
    this.trainer = new Trainer(this, data, settings);
  }

  override dispose(): void {
    this.trainer.dispose();
    super.dispose();
  }
}

/** A model, its optimiser and its steps on a device, all from one seed. */
export function rigOn(device: Device, data: Dataset, options: RigOptions = {}): TrainedRig {
  const { model = smallModel(data.size), makeOptimizer, ...given } = options;
  const all = { ...settings, ...given };
  const { classes } = data;
  const plan = { model, classes, recipe: recipeFor(data.size), settings: all };
  return new TrainedRig(device, { ...plan, ...(makeOptimizer && { makeOptimizer }) }, data, all);
}

/** Trains for some epochs; gives what is known of each step. */
export async function trained(rig: TrainedRig, epochs = 1): Promise<StepRecord[]> {
  const all: StepRecord[] = [];
  for (let epoch = 1; epoch <= epochs; epoch++) all.push(...(await epochOf(rig.trainer, epoch)));
  return all;
}

/** The records of all steps of an epoch. */
export async function epochOf(trainer: Trainer, epoch = 1): Promise<StepRecord[]> {
  const all: StepRecord[] = [];
  for await (const { records } of trainer.epoch(epoch)) all.push(...records);
  return all;
}

/** A hash of the bits of numbers: −0 is not 0, and NaN is itself. */
export const bitsOf = ({ buffer, byteOffset, byteLength }: TypedArray): string =>
  createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex')
    .slice(0, 16);

/** Everything in a snapshot, to the bit. */
export const bitsOfSnapshot = ({ weights, optimizer }: Snapshot): Record<string, string | number> => ({
  ...Object.fromEntries([...weights].map(([name, { data }]) => [name, bitsOf(data as TypedArray)])),
  ...Object.fromEntries(optimizer.moments.map((moment, i) => [`moment ${i}`, bitsOf(moment)])),
  steps: optimizer.steps,
});

/** The weights of a run's checkpoint, to the bit. */
export function bitsInRun(out: string, name: 'last' | 'best' = 'last'): Record<string, string | number> {
  const { step, weights } = readCheckpoint(join(out, `checkpoints/${name}.safetensors`));
  return {
    ...Object.fromEntries([...weights].map(([key, { data }]) => [key, bitsOf(data as TypedArray)])),
    step,
  };
}

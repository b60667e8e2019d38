import * as v from 'valibot';
import { schedules } from '../../engine/optim/schedules.ts';
import { isPlain } from '../../engine/options.ts';
import type { Augmentation } from '../data/augment.ts';
import { augmentations, isAugmentation } from '../data/augment.ts';
import { PipelineError } from '../faults.ts';
import type { Field, Values } from '../fields.ts';
import { choice, fits, number, optional } from '../fields.ts';
import { type ClassWeights, isClassWeights } from './classWeights.ts';
import { optimizerNames, usualDecay } from './optimizerNames.ts';

export const precisions = ['f32', 'f16'] as const;
export type Precision = (typeof precisions)[number];

/** What can be fitted after a training. */
const certainties = ['gate', 'temperature'] as const;

type ScheduleName = keyof typeof schedules;

/**
 * Every setting of a training run, a row each: flags of `train`, their checks, the type `Settings` and config.json are
 * made of it.
 */
export const settingFields = {
  /** Passes over the training images; 5 when left out. */
  epochs: number('count', 5, 'Passes over the training images'),
  /** Images per step; 64 when left out. */
  batch: number('batch', 64, 'Images per step'),
  /** The learning rate, the peak of the schedule; 0.003 when left out. */
  lr: number('positive', 0.003, 'Learning rate; the peak of the schedule'),
  /** How weights are updated: `adam`, when left out, `adamw`, `sgd` or `nesterov`. */
  optimizer: choice(optimizerNames, 'adam', 'How weights are updated'),
  /** How the learning rate changes; `one-cycle` when left out. */
  schedule: choice(Object.keys(schedules) as ScheduleName[], 'one-cycle', 'How `lr` changes'),
  /** Steps of linear warm-up before the schedule; 0 when left out. */
  warmup: number('countOrZero', 0, 'Steps of linear warm-up before the schedule'),
  /** From 0 to less than 1, for `sgd` and `nesterov`; 0.9 when left out. */
  momentum: number('share', 0.9, 'From 0 to less than 1, for sgd and nesterov'),
  /** For `adam` and `adamw`, from 0 to less than 1: what stays of the average of gradients in a step; 0.9 when left out. */
  beta1: number('share', 0.9, 'What stays of the average of gradients in a step, for adam and adamw'),
  /** The same of the average of their squares; 0.999 when left out. */
  beta2: number('share', 0.999, 'What stays of the average of their squares, for adam and adamw'),
  /** L2 penalty, 0 when left out; for `adamw` decoupled decay, 0.01. */
  weightDecay: {
    ...number('positiveOrZero', 0, 'L2 penalty, 0 when left out; for adamw decoupled decay, 0.01'),
    initial: undefined,
  },
  /** The largest norm of the gradients, above 0; unlimited when left out. */
  clip: optional('positive', 'Largest norm of the gradients, > 0; unlimited when left out'),
  /** The share of each label that goes to all classes alike; 0 when left out. */
  labelSmoothing: number('share', 0, 'Share of each label that goes to all classes alike; 0.1 is usual'),
  /** How much classes count: `none`, when left out, `balanced`, rare ones more, or a weight above 0 for each class by name. */
  classWeights: {
    kind: 'data',
    schema: v.custom<ClassWeights>(isClassWeights),
    expected: 'none, balanced, or a weight > 0 for each class',
    initial: 'none',
    help: 'How much classes count: none, balanced (rare ones more), or a JSON file such as {"a": 2}',
  } as Field<ClassWeights>,
  /** Images are blended with others by shares from Beta(α, α): α; 0, not at all, when left out. */
  mixup: number('positiveOrZero', 0, 'Blend images with others by shares from Beta(α, α); 0.2 is usual'),
  /** Rectangles of other images are put in, by shares from Beta(α, α): α; 0, not at all, when left out. */
  cutmix: number(
    'positiveOrZero',
    0,
    'Put rectangles of other images in, by shares from Beta(α, α); 1 is usual',
  ),
  /** Parts that each batch is worked through in, one after the other, for less memory; 1 when left out. */
  accumulate: number(
    'count',
    1,
    'Parts that each batch is worked through in, one after the other, for less memory',
  ),
  /** Keeps a running average of the weights with this decay, and reads with it; 0, none, when left out. */
  ema: number('share', 0, 'Keep a running average of the weights, and read with it; 0.999 is usual'),
  /** Ends after so many epochs that brought nothing better; never when left out. */
  patience: optional('count', 'Stop after so many epochs that brought nothing better'),
  /** Ends after so many minutes; never when left out. */
  minutes: optional('positive', 'Stop training after so many minutes'),
  /** Keeps a checkpoint of every N-th epoch, on the command line. */
  keepEvery: optional('count', 'Keep a checkpoint of every N-th epoch, beside the best and the last'),
  /** Leaves the first N layers of the model as they are; 0 when left out. */
  freeze: number('countOrZero', 0, 'Leave the first N layers of the model as they are'),
  /** The same seed gives the same run: a safe integer ≥ 0; 1 when left out. */
  seed: number('countOrZero', 1, 'The same seed gives the same run'),
  /** `f32`, when left out, or `f16`, which multiplies in half precision on webgpu, with loss scaling. */
  precision: choice(precisions, 'f32', 'f16 multiplies in half precision, with loss scaling (webgpu)'),
  /** The share of the training images that is kept aside to pick the best epoch; 0.05 when left out. */
  validation: number('share', 0.05, 'Share of the training images kept aside to pick the best epoch'),
  /** What tells how far answers can be trusted: `gate`, when left out, refuses what is no character too; `temperature`. */
  certainty: choice(
    certainties,
    'gate',
    'What tells how far answers can be trusted; a gate refuses what is no character too, and takes seconds',
  ),
  /** Drawn digits in other hands beside the training images, a share of them; 0 when left out. */
  drawn: {
    ...number(
      'share',
      0,
      'Drawn digits in other hands beside the training images, a share of them; for mnist 0.15',
    ),
    initial: undefined,
  },
  /** How training images are changed at random; not at all when left out. */
  augment: {
    kind: 'data',
    schema: v.custom<Augmentation>(isAugmentation),
    expected: 'an augmentation, such as "light" or "strong:rotation=10"',
    initial: augmentations.none,
    help: 'Change training images at random: none, light or strong; strong:rotation=10,erase=0 sets fields',
  } as Field<Augmentation>,
} as const;

/** What a training run is made with, everything resolved. */
export type Settings = Values<typeof settingFields>;

export type SettingName = keyof Settings;
export const settingNames = Object.keys(settingFields) as SettingName[];

/** @throws PipelineError where a setting cannot have that value */
export function checkSetting(name: SettingName, value: unknown): void {
  const field: Field = settingFields[name];
  if (fits(field, value)) return;
  const said = isPlain(value) ? JSON.stringify(value) : String(value);
  throw new PipelineError(`\`${name}\` ${said}: expected ${field.expected}`, 'invalid-setting');
}

/**
 * Settings as some of them are given; the others are as they are where nobody says.
 *
 * @category Training
 * @example
 * import { resolveSettings } from 'inkgrad/train';
 *
 * const { epochs, lr, optimizer, weightDecay } = resolveSettings({ optimizer: 'adamw' });
 * console.log(epochs, lr, optimizer, weightDecay);
 * // 5 0.003 adamw 0.01
 */
export function resolveSettings(
  given: { readonly [Name in SettingName]?: Settings[Name] | undefined },
): Settings {
  const resolved = settingNames.map((name) => [name, given[name] ?? settingFields[name].initial]);
  const settings = Object.fromEntries(resolved) as Settings;
  return {
    ...settings,
    drawn: given.drawn ?? 0,
    weightDecay: given.weightDecay ?? usualDecay(settings.optimizer),
  };
}

import * as v from 'valibot';
import { schedules } from '../../engine/optim/schedules.ts';
import type { Augmentation } from '../data/augment.ts';
import { augmentations, isAugmentation } from '../data/augment.ts';
import { PipelineError } from '../faults.ts';
import type { Field, Values } from '../fields.ts';
import { choice, fits, number, optional } from '../fields.ts';
import { type ClassWeights, isClassWeights } from './classWeights.ts';
import { optimizerNames, usualDecay } from './optimizerNames.ts';

export const precisions = ['f32', 'f16'] as const;
export type Precision = (typeof precisions)[number];

type ScheduleName = keyof typeof schedules;

/**
 * Every setting of a training run, a row each: flags of `train`, their checks, the type `Settings` and config.json are
 * made of it.
 */
export const settingFields = {
  epochs: number('count', 5, 'Passes over the training images'),
  batch: number('batch', 64, 'Images per step'),
  lr: number('positive', 0.003, 'Learning rate; the peak of the schedule'),
  optimizer: choice(optimizerNames, 'adam', 'How weights are updated'),
  schedule: choice(Object.keys(schedules) as ScheduleName[], 'one-cycle', 'How `lr` changes'),
  warmup: number('countOrZero', 0, 'Steps of linear warm-up before the schedule'),
  momentum: number('share', 0.9, 'From 0 to less than 1, for sgd and nesterov'),
  weightDecay: {
    ...number('positiveOrZero', 0, 'L2 penalty, 0 when left out; for adamw decoupled decay, 0.01'),
    initial: undefined,
  },
  clip: optional('positive', 'Largest norm of the gradients, > 0; unlimited when left out'),
  labelSmoothing: number('share', 0, 'Share of each label that goes to all classes alike; 0.1 is usual'),
  classWeights: {
    kind: 'data',
    schema: v.custom<ClassWeights>(isClassWeights),
    expected: 'none, balanced, or a weight > 0 for each class',
    initial: 'none',
    help: 'How much classes count: none, balanced (rare ones more), or a JSON file such as {"a": 2}',
  } as Field<ClassWeights>,
  mixup: number('positiveOrZero', 0, 'Blend images with others by shares from Beta(α, α); 0.2 is usual'),
  cutmix: number(
    'positiveOrZero',
    0,
    'Put rectangles of other images in, by shares from Beta(α, α); 1 is usual',
  ),
  accumulate: number(
    'count',
    1,
    'Parts that each batch is worked through in, one after the other, for less memory',
  ),
  ema: number('share', 0, 'Keep a running average of the weights, and read with it; 0.999 is usual'),
  patience: optional('count', 'Stop after so many epochs that brought nothing better'),
  minutes: optional('positive', 'Stop training after so many minutes'),
  keepEvery: optional('count', 'Keep a checkpoint of every N-th epoch, beside the best and the last'),
  freeze: number('countOrZero', 0, 'Leave the first N layers of the model as they are'),
  seed: number('countOrZero', 1, 'The same seed gives the same run'),
  precision: choice(precisions, 'f32', 'f16 multiplies in half precision, with loss scaling (webgpu)'),
  validation: number('share', 0.05, 'Share of the training images kept aside to pick the best epoch'),
  drawn: {
    ...number(
      'share',
      0,
      'Drawn digits in other hands beside the training images, a share of them; for mnist 0.15',
    ),
    initial: undefined,
  },
  augment: {
    kind: 'data',
    schema: v.custom<Augmentation>(isAugmentation),
    expected: 'an augmentation',
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
  throw new PipelineError(`\`${name}\` ${String(value)}: expected ${field.expected}`, 'invalid-setting');
}

/**
 * Settings as some of them are given; the others are as they are where nobody says.
 *
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

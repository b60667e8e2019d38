import { PipelineError } from '../../../pipeline/faults.ts';
import { branchesOf, withInner } from '../../../pipeline/model/branches.ts';
import type { LayerSpec } from '../../../pipeline/model/layers.ts';
import type { ModelSpec } from '../../../pipeline/model/model.ts';
import {
  checkSetting,
  type SettingName,
  type Settings,
  settingNames,
} from '../../../pipeline/train/settings.ts';

/** What steps are done by: it may change between two of them. */
export interface Terms {
  readonly model: ModelSpec;
  readonly settings: Settings;
}

/** When a setting that is changed counts: from the next step, there with an optimiser made anew, or from a new start. */
export type Counts = 'step' | 'optimizer' | 'start';

export const counting: Readonly<Record<SettingName, Counts>> = {
  epochs: 'step',
  batch: 'step',
  lr: 'step',
  optimizer: 'optimizer',
  schedule: 'step',
  warmup: 'step',
  momentum: 'optimizer',
  beta1: 'optimizer',
  beta2: 'optimizer',
  weightDecay: 'optimizer',
  clip: 'step',
  labelSmoothing: 'step',
  classWeights: 'step',
  mixup: 'step',
  cutmix: 'step',
  accumulate: 'step',
  ema: 'start',
  patience: 'step',
  minutes: 'start',
  keepEvery: 'start',
  freeze: 'start',
  seed: 'start',
  precision: 'start',
  validation: 'start',
  certainty: 'start',
  drawn: 'start',
  augment: 'step',
};

/** What is changed of them. */
export interface Changed {
  readonly settings?: Partial<Settings>;
  /** the share of each dropout layer, from 0 to less than 1 */
  readonly dropout?: number;
}

/**
 * The terms with something changed.
 *
 * @throws PipelineError where it cannot be so, or counts from the start alone
 */
export function changed({ model, settings }: Terms, { settings: given = {}, dropout }: Changed): Terms {
  const asked = settingNames.filter((name) => given[name] !== undefined && given[name] !== settings[name]);
  for (const name of asked) {
    checkSetting(name, given[name]);
    if (counting[name] === 'start')
      throw new PipelineError(
        `\`${name}\` counts from the first step; start anew to change it`,
        'invalid-setting',
      );
  }
  return {
    model: dropout === undefined ? model : { ...model, layers: withDropout(model.layers, dropout) },
    settings: { ...settings, ...Object.fromEntries(asked.map((name) => [name, given[name]])) },
  };
}

const withDropout = (layers: readonly LayerSpec[], p: number): LayerSpec[] =>
  layers.map((layer) => ({
    ...layer,
    ...Object.fromEntries(branchesOf(layer).map(([name, inner]) => [name, withDropout(inner, p)])),
    ...(layer.type === 'dropout' && { p }),
  }));

/** The share of a model's dropout layers, where one is given; null where it has none. */
export const dropoutOf = ({ layers }: ModelSpec): number | null =>
  (withInner(layers).find(({ type }) => type === 'dropout')?.p as number | undefined) ?? null;

/** Whether steps by other terms need their network put up anew. */
export const needsRig = (a: Terms, b: Terms): boolean =>
  a.model !== b.model ||
  settingNames.some((name) => counting[name] === 'optimizer' && a.settings[name] !== b.settings[name]);

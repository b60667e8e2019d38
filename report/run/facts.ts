/** From what a run was made, in words. */
import { augmentations } from '../../pipeline/data/augment.ts';
import type { RunRecord } from '../../pipeline/node/runs/readRun.ts';
import { grouped } from '../../pipeline/text/grouped.ts';
import { visible } from '../../pipeline/text/visible.ts';
import { resolveSettings, settingNames } from '../../pipeline/train/settings.ts';

export type Fact = readonly [name: string, says: string];

/**
 * Model, data, device and versions.
 *
 * @param speed training images per second; null where that is not known
 */
export function factsOf({ path, config }: Pick<RunRecord, 'path' | 'config'>, speed: number | null): Fact[] {
  const { model, parameters, data, device, adapter, inkgrad, node, started, resumed } = config;
  const { train, validation, test } = data.images;
  const { name: recipe, steps } = data.recipe;
  const all: (readonly [string, string | undefined])[] = [
    ['run', path],
    ['started', started],
    ['model', `${model.name}, ${grouped(parameters)} parameters`],
    ['data', data.source],
    [
      'images',
      `${grouped(train)} to train, ${grouped(validation)} to validate, ${grouped(test)} to test, in ${grouped(data.classes.length)} classes`,
    ],
    ['recipe', `${recipe}${steps.length === 0 ? ', which takes images as they are' : ''}`],
    ['device', `${device} (${adapter})`],
    ['speed', speed === null ? undefined : `${grouped(speed)} training images/s`],
    [
      'resumed',
      resumed?.map(({ step, device }) => `after ${grouped(step)} steps on ${device}`).join(', ') || undefined,
    ],
    ['versions', inkgrad && `inkgrad ${inkgrad}, Node.js ${node}`],
    ['test images', `SHA-256 ${data.hash.test}`],
  ];
  return all.flatMap(([name, says]) => (says === undefined ? [] : [[name, visible(says)] as const]));
}

/** A setting of several runs. */
export interface SettingRow {
  readonly name: string;
  /** a text for each run */
  readonly values: readonly string[];
  /** whether it is as it is where nobody says, in each run */
  readonly isUsual: boolean;
  readonly differs: boolean;
}

/** Augmentations that have a name are called by it. */
const named = new Map(Object.entries(augmentations).map(([name, fields]) => [JSON.stringify(fields), name]));

const written = (value: unknown): string => named.get(JSON.stringify(value)) ?? inWords(value);

const inWords = (value: unknown): string =>
  typeof value === 'object' && value !== null
    ? Object.entries(value)
        .map(([name, each]) => `${name} ${written(each)}`)
        .join(', ')
    : value === null || value === undefined
      ? '–'
      : String(value);

/** Every setting of some runs, and what else a person chooses: model, data and device. */
export function settingsOf(runs: readonly RunRecord[]): SettingRow[] {
  const row = (name: string, of: (run: RunRecord) => unknown, usual?: (run: RunRecord) => unknown) => {
    const values = runs.map((run) => visible(written(of(run))));
    return {
      ...{ name, values },
      isUsual: usual !== undefined && runs.every((run) => written(of(run)) === written(usual(run))),
      differs: new Set(values).size > 1,
    };
  };
  const usual = resolveSettings({});
  return [
    row('model', ({ config }) => config.model.name),
    row('parameters', ({ config }) => config.parameters),
    row('data', ({ config }) => config.data.source),
    row('recipe', ({ config }) => config.data.recipe.name),
    row('training images', ({ config }) => config.data.images.train),
    row('device', ({ config }) => config.device),
    ...settingNames.map((name) =>
      row(
        name,
        // Those that its version did not know are as they are where nobody says.
        ({ config }) => resolveSettings(config.settings)[name],
        () => usual[name],
      ),
    ),
  ];
}

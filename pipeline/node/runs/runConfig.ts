import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PipelineError } from '../../faults.ts';
import type { ModelSpec } from '../../model/model.ts';
import type { Recipe } from '../../preprocess/recipe.ts';
import type { Settings } from '../../train/settings.ts';
import type { LoadOptions } from '../data/load.ts';
import type { Reading } from '../data/reading.ts';
import { withFile } from '../files/openFile.ts';
import { writeDurably } from '../files/writeFile.ts';

/** What config.json records of a run: all that it was made from. */
export interface RunConfig extends RunOrigin {
  /** each time that it went on after it had been stopped */
  readonly resumed?: readonly Resumption[];
  readonly device: string;
  readonly adapter: string;
  readonly model: ModelSpec;
  readonly parameters: number;
  readonly settings: Settings;
  readonly data: {
    /** `mnist`, `synth`, or an absolute path */
    readonly source: string;
    readonly classes: readonly string[];
    readonly recipe: Recipe;
    readonly images: { readonly train: number; readonly validation: number; readonly test: number };
    readonly hash: DataHashes;
    /** the fonts of each part, where no hand wrote them */
    readonly synthetic?: { readonly train: readonly string[]; readonly test: readonly string[] | undefined };
  };
}

/** SHA-256 of what a network sees of each part. */
export interface DataHashes {
  readonly train: string;
  /** where the source sets images aside to choose the best epoch by */
  readonly validation?: string;
  readonly test: string;
}

/** Where and when a run went on. */
export interface Resumption {
  /** steps that were done */
  readonly step: number;
  readonly device: string;
  readonly adapter: string;
}

/** What of it only the caller knows. */
export interface RunOrigin {
  /** the version of inkgrad */
  readonly inkgrad?: string;
  readonly node?: string;
  /** when, in ISO 8601 */
  readonly started?: string;
  /** how the data was read where it does not say so itself */
  readonly reading?: Reading;
  /** how much of it was read */
  readonly amount?: Amount;
  /** what was asked for, before it was resolved */
  readonly asked?: Readonly<Record<string, unknown>>;
}

/** How much of a data set is read, as `LoadOptions` has it. */
export type Amount = Pick<LoadOptions, 'limit' | 'synthCount' | 'maxPixels' | 'skipBroken'>;

const pathOf = (run: string): string => join(run, 'config.json');

export const writeConfig = (run: string, config: RunConfig): void =>
  writeDurably(pathOf(run), `${JSON.stringify(config, null, 2)}\n`);

export const removeConfig = (run: string): void => rmSync(pathOf(run), { force: true });

/**
 * Reads config.json of a run directory.
 *
 * @throws PipelineError where it is missing, or no object of such a file
 */
export function readConfig(run: string): RunConfig {
  const path = pathOf(run);
  if (!existsSync(path)) {
    throw new PipelineError(
      `${run}: holds no config.json; give the folder that inkgrad train wrote`,
      'not-a-checkpoint',
    );
  }
  try {
    const config = parsed(path);
    if (typeof config.data.source === 'string' && typeof config.settings === 'object') return config;
  } catch {
    // Told below, as what lacks these fields.
  }
  throw new PipelineError(`${path}: is broken; train the run again`, 'damaged');
}

const parsed = (path: string): RunConfig =>
  JSON.parse(withFile(path, (file) => readFileSync(file, 'utf8'))) as RunConfig;

/** What of a config.json says where the images of a run are, and how they were split. */
export interface RunData {
  readonly source: string;
  readonly reading: Reading;
  readonly seed: number;
  readonly testHash: string | undefined;
  /** whether images that could not be read were left out */
  readonly skipBroken: boolean;
}

/**
 * Reads what config.json says of a run's images.
 *
 * @param checkpoint a file in `checkpoints/` of the run
 * @returns null where there is no config.json beside it
 * @throws InkgradError where it is broken
 */
export function readRunData(checkpoint: string): RunData | null {
  const path = join(dirname(checkpoint), '..', 'config.json');
  if (!existsSync(path)) return null;
  try {
    const { reading, amount, data, settings } = parsed(path);
    const { source, hash } = data as { source: unknown; hash?: { test?: string } };
    const { seed } = settings as { seed: unknown };
    const sound = typeof source === 'string' && typeof seed === 'number';
    if (sound) {
      const skipBroken = amount?.skipBroken === true;
      return { source, reading: reading ?? {}, seed, testHash: hash?.test, skipBroken };
    }
  } catch {
    // Told below, as what lacks these fields.
  }
  throw new PipelineError(`${path}: is broken; give \`data\``, 'damaged');
}

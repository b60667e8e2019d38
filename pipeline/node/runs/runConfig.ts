import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PipelineError } from '../../faults.ts';
import type { ModelSpec } from '../../model/model.ts';
import type { Recipe } from '../../preprocess/recipe.ts';
import type { Settings } from '../../train/settings.ts';
import type { Reading } from '../data/reading.ts';
import { withFile } from '../files/openFile.ts';

/** What config.json records of a run: all that it was made from. */
export interface RunConfig extends RunOrigin {
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
    readonly hash: { readonly train: string; readonly test: string };
    /** the fonts of each part, where no hand wrote them */
    readonly synthetic?: { readonly train: readonly string[]; readonly test: readonly string[] | undefined };
  };
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
  /** what was asked for, before it was resolved */
  readonly asked?: Readonly<Record<string, unknown>>;
}

/** What of a config.json says where the images of a run are, and how they were split. */
export interface RunData {
  readonly source: string;
  readonly reading: Reading;
  readonly seed: number;
  readonly testHash: string | undefined;
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
    const { reading, data, settings } = JSON.parse(
      withFile(path, (file) => readFileSync(file, 'utf8')),
    ) as RunConfig;
    const { source, hash } = data as { source: unknown; hash?: { test?: string } };
    const { seed } = settings as { seed: unknown };
    const sound = typeof source === 'string' && typeof seed === 'number';
    if (sound) return { source, reading: reading ?? {}, seed, testHash: hash?.test };
  } catch {
    // Told below, as what lacks these fields.
  }
  throw new PipelineError(`${path}: is broken; give \`data\``, 'damaged');
}

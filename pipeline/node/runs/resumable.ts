import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckpointFile } from '../../checkpoint/checkpoint.ts';
import type { StoredProgress } from '../../checkpoint/progress.ts';
import type { DatasetPair } from '../../data/dataset.ts';
import { PipelineError } from '../../faults.ts';
import { fits } from '../../fields.ts';
import { resolveSettings, type Settings, settingFields, settingNames } from '../../train/settings.ts';
import { hashDataset } from '../data/hashDataset.ts';
import type { LoadedData, LoadOptions } from '../data/load.ts';
import { readCheckpoint } from './checkpointFile.ts';
import { isTest, readMetrics } from './metrics.ts';
import { type DataHashes, type RunConfig, readConfig } from './runConfig.ts';

/** A run with all that it needs to go on. */
export interface Resumable {
  readonly path: string;
  readonly config: RunConfig;
  readonly settings: Settings;
  /** what its checkpoints/last.safetensors holds */
  readonly last: CheckpointFile & { readonly progress: StoredProgress };
  /** whether all its epochs are done, and the test */
  readonly isFinished: boolean;
}

/**
 * Reads from where a run goes on.
 *
 * @param path a run directory
 * @throws PipelineError where it is none, is broken, or is of a version that kept only weights
 */
export function readResumable(path: string): Resumable {
  const config = readConfig(path);
  const settings = settingsOf(config, join(path, 'config.json'));
  const file = join(path, 'checkpoints', 'last.safetensors');
  if (!existsSync(file)) {
    throw new PipelineError(
      `${path}: was stopped before its first step; train it anew, into the same folder if you like`,
      'not-resumable',
    );
  }
  const { progress, ...last } = readCheckpoint(file);
  if (progress === undefined) {
    throw new PipelineError(
      `${file}: holds weights alone, without what it takes to go on exactly; \`from\` begins a new run with them`,
      'not-resumable',
    );
  }
  return { path, config, settings, last: { ...last, progress }, isFinished: isDone(path) };
}

/** The settings of a run; those that its version did not know are as they are where nobody says. */
function settingsOf({ settings }: RunConfig, file: string): Settings {
  const resolved = resolveSettings(settings);
  const wrong = settingNames.find((name) => {
    const field = settingFields[name];
    return resolved[name] !== undefined && !fits(field as never, resolved[name]);
  });
  if (wrong === undefined) return resolved;
  throw new PipelineError(`${file}: its setting ${wrong} is broken; train the run again`, 'damaged');
}

function isDone(path: string): boolean {
  const file = join(path, 'metrics.jsonl');
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return false;
  const last = readMetrics(file).at(-1);
  return last !== undefined && isTest(last);
}

/** How the images of a run were loaded: with `loadData` they are the same again, where nothing has changed. */
export const loadOptionsOf = ({ config, settings }: Resumable): [source: string, LoadOptions] => [
  config.data.source,
  {
    ...config.amount,
    seed: settings.seed,
    recipe: config.data.recipe,
    ...(config.reading && { reading: config.reading }),
  },
];

export const hashesOf = ({ train, validation, test }: LoadedData): DataHashes => ({
  train: hashDataset(train),
  ...(validation && { validation: hashDataset(validation) }),
  test: hashDataset(test),
});

/**
 * @param data what was loaded anew for a run
 * @throws PipelineError where it differs from what the run was trained on
 */
export function checkSameData({ config }: Resumable, data: LoadedData): void {
  const hashes = hashesOf(data);
  const changed = Object.entries(config.data.hash).find(
    ([part, hash]) => hashes[part as keyof DatasetPair] !== hash,
  );
  if (changed === undefined) return;
  throw new PipelineError(
    `${config.data.source}: its ${changed[0]} images have changed since the run was begun, so that it cannot go on exactly; ` +
      'bring them back, or train anew',
    'data-changed',
  );
}

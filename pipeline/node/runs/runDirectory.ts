import { accessSync, constants, existsSync, mkdirSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Checkpoint, CheckpointFile } from '../../checkpoint/checkpoint.ts';
import { PipelineError } from '../../faults.ts';
import type { Settings } from '../../train/settings.ts';
import { writing } from '../files/writeFile.ts';
import { readCheckpoint, saveCheckpoint } from './checkpointFile.ts';
import { appendMetrics, type Metric } from './metrics.ts';
import { type Resumption, type RunConfig, readConfig, writeConfig } from './runConfig.ts';

/** The first free name of the form `runs/lenet-1`. */
export function nextRunPath(model: string): string {
  for (let n = 1; ; n++) {
    const path = join('runs', `${model}-${n}`);
    if (!existsSync(path)) return path;
  }
}

/**
 * Refuses a folder that holds something already, so that no run overwrites another, and one that cannot be made,
 * before any work is done for it.
 */
export function checkRunPath(path: string): void {
  if (existsSync(path) && !statSync(path).isDirectory()) {
    throw new PipelineError(
      `\`out\` ${path}: is a file; give a folder that is new or empty`,
      'folder-in-use',
    );
  }
  let entries: string[];
  try {
    accessSync(nearestFolder(path), constants.W_OK);
    entries = existsSync(path) ? readdirSync(path) : [];
  } catch (error) {
    throw new PipelineError(
      `\`out\` ${path}: cannot be made (${(error as Error).message}); give another folder`,
      'unwritable',
    );
  }
  if (entries.length > 0)
    throw new PipelineError(
      `\`out\` ${path}: is not empty; give a folder that is new or empty`,
      'folder-in-use',
    );
}

/** The folder itself, or the nearest one around it that is there. */
function nearestFolder(path: string): string {
  let folder = resolve(path);
  while (!existsSync(folder)) folder = dirname(folder);
  if (!statSync(folder).isDirectory()) throw new Error(`${folder} is a file`);
  return folder;
}

/** The best epoch, where it stands, and those that are kept beside them. */
export type CheckpointName = 'last' | 'best' | `epoch-${number}`;

/** What a training run leaves behind: config.json, metrics.jsonl and checkpoints/{last,best}.safetensors. */
export class RunDirectory {
  private constructor(readonly path: string) {}

  /** Makes the folder and writes config.json. */
  static make(path: string, config: RunConfig): RunDirectory {
    checkRunPath(path);
    try {
      mkdirSync(join(path, 'checkpoints'), { recursive: true });
    } catch (error) {
      throw new PipelineError(
        `\`out\` ${path}: cannot be made (${(error as Error).message}); give another folder`,
        'unwritable',
      );
    }
    writeConfig(path, config);
    return new RunDirectory(path);
  }

  /**
   * Opens the folder of a run that goes on.
   *
   * @param logged bytes of metrics.jsonl that tell of what is done; what follows them is cut off
   * @param settings as they are from now on
   */
  static reopen(path: string, logged: number, settings: Settings, resumption: Resumption): RunDirectory {
    const config = readConfig(path);
    writeConfig(path, { ...config, settings, resumed: [...(config.resumed ?? []), resumption] });
    const run = new RunDirectory(path);
    if (run.logged > logged) writing(run.metrics, () => truncateSync(run.metrics, logged));
    return run;
  }

  get metrics(): string {
    return join(this.path, 'metrics.jsonl');
  }

  /** Bytes of metrics.jsonl. */
  get logged(): number {
    return existsSync(this.metrics) ? statSync(this.metrics).size : 0;
  }

  /** Adds lines to metrics.jsonl. */
  log(metrics: readonly Metric[]): void {
    appendMetrics(this.metrics, metrics);
  }

  checkpointPath(name: CheckpointName): string {
    return join(this.path, 'checkpoints', `${name}.safetensors`);
  }

  save(name: CheckpointName, checkpoint: Checkpoint): void {
    saveCheckpoint(this.checkpointPath(name), checkpoint);
  }

  read(name: CheckpointName): CheckpointFile {
    return readCheckpoint(this.checkpointPath(name));
  }
}

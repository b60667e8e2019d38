import { appendFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { InkgradError } from '../engine/errors.ts';
import type { Checkpoint } from './checkpoint.ts';
import { saveCheckpoint } from './checkpoint.ts';
import { writeWhole } from './writeFile.ts';

/** The first free name of the form `runs/lenet-1`. */
export function nextRunPath(model: string): string {
  for (let n = 1; ; n++) {
    const path = join('runs', `${model}-${n}`);
    if (!existsSync(path)) return path;
  }
}

/** Refuses a folder that holds something already, so that no run overwrites another. */
export function checkRunPath(path: string): void {
  if (!existsSync(path)) return;
  let entries: string[];
  try {
    entries = readdirSync(path);
  } catch {
    throw new InkgradError(`--out ${path}: is a file; give a folder that is new or empty`);
  }
  if (entries.length > 0)
    throw new InkgradError(`--out ${path}: is not empty; give a folder that is new or empty`);
}

/** What a training run leaves behind: config.json, metrics.jsonl and checkpoints/{last,best}.safetensors. */
export class RunDirectory {
  /** Makes the folder and writes config.json. */
  constructor(
    readonly path: string,
    config: object,
  ) {
    checkRunPath(path);
    try {
      mkdirSync(join(path, 'checkpoints'), { recursive: true });
    } catch (error) {
      throw new InkgradError(
        `--out ${path}: cannot be made (${(error as Error).message}); give another folder`,
      );
    }
    writeWhole(join(path, 'config.json'), `${JSON.stringify(config, null, 2)}\n`);
  }

  /** Adds lines to metrics.jsonl, one JSON object each. */
  log(records: readonly object[]): void {
    if (records.length === 0) return;
    const lines = records.map((record) => `${JSON.stringify(record)}\n`).join('');
    appendFileSync(join(this.path, 'metrics.jsonl'), lines);
  }

  checkpointPath(name: 'last' | 'best'): string {
    return join(this.path, 'checkpoints', `${name}.safetensors`);
  }

  save(name: 'last' | 'best', checkpoint: Checkpoint): void {
    saveCheckpoint(this.checkpointPath(name), checkpoint);
  }
}

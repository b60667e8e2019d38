import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Checkpoint,
  type CheckpointFile,
  checkpointBytes,
  parseCheckpoint,
} from '../../checkpoint/checkpoint.ts';
import { UnwritableError, writeDurably } from '../files/writeFile.ts';
import { type CheckpointName, checkpointPath, readCheckpoint, saveCheckpoint } from './checkpointFile.ts';
import { type Metric, MetricsFile } from './metrics.ts';
import type { RunConfig } from './runConfig.ts';
import type { RunFolder } from './runFolder.ts';

/** A file of a run that could not be written when it should have been. */
export interface WriteFault {
  readonly path: string;
  /** in the system's words */
  readonly reason: string;
  /** whether it was written later, and lacks nothing */
  readonly isMended: boolean;
}

/**
 * What a training run leaves behind: config.json, metrics.jsonl and checkpoints/{last,best}.safetensors. A disk that
 * does not take them ends no run that is under way: what could not be written is kept in memory and tried again.
 */
export class RunDirectory {
  readonly path: string;
  readonly #metrics: MetricsFile;
  readonly #unsaved = new Map<CheckpointName, Checkpoint>();
  /** Reasons by path. */
  readonly #faults = new Map<string, string>();

  /**
   * Begins a run with what it is made from and the weights that it starts with.
   *
   * @param onFault told of each file that cannot be written later on, once
   * @throws UnwritableError where these cannot be written; none of them is left then
   */
  constructor(
    folder: RunFolder,
    config: RunConfig,
    start: Checkpoint,
    readonly onFault: (fault: UnwritableError) => void = () => {},
  ) {
    this.path = folder.path;
    const configPath = join(this.path, 'config.json');
    try {
      writeDurably(configPath, `${JSON.stringify(config, null, 2)}\n`);
      saveCheckpoint(this.checkpointPath('last'), start);
    } catch (error) {
      rmSync(configPath, { force: true });
      throw error;
    }
    folder.begin();
    this.#metrics = new MetricsFile(join(this.path, 'metrics.jsonl'));
  }

  checkpointPath(name: CheckpointName): string {
    return checkpointPath(this.path, name);
  }

  /** Adds lines to metrics.jsonl. */
  log(metrics: readonly Metric[]): void {
    this.#endure(() => this.#metrics.append(metrics));
  }

  /** Adds lines to metrics.jsonl, and has them and all before on the disk. */
  logDurably(metrics: readonly Metric[]): void {
    this.log(metrics);
    this.#endure(() => this.#metrics.sync());
  }

  save(name: CheckpointName, checkpoint: Checkpoint): void {
    this.#unsaved.set(name, checkpoint);
    this.#saveAll();
  }

  /** A checkpoint as it was saved last, also where the disk did not take it. */
  read(name: CheckpointName): CheckpointFile {
    const unsaved = this.#unsaved.get(name);
    const path = this.checkpointPath(name);
    return unsaved === undefined ? readCheckpoint(path) : parseCheckpoint(checkpointBytes(unsaved), path);
  }

  /** Tries once more what could not be written. */
  finish(): void {
    this.#saveAll();
    this.logDurably([]);
  }

  get faults(): WriteFault[] {
    const missing = [...this.#unsaved.keys()].map((name) => this.checkpointPath(name));
    if (!this.#metrics.isWritten) missing.push(this.#metrics.path);
    return [...this.#faults].map(([path, reason]) => ({ path, reason, isMended: !missing.includes(path) }));
  }

  #saveAll(): void {
    for (const [name, checkpoint] of this.#unsaved) {
      this.#endure(() => {
        saveCheckpoint(this.checkpointPath(name), checkpoint);
        this.#unsaved.delete(name);
      });
    }
  }

  #endure(write: () => void): void {
    try {
      write();
    } catch (error) {
      if (!(error instanceof UnwritableError)) throw error;
      const { path, reason } = error;
      if (this.#faults.has(path)) return;
      this.#faults.set(path, reason);
      this.onFault(error);
    }
  }
}

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Checkpoint,
  type CheckpointFile,
  checkpointBytes,
  parseCheckpoint,
} from '../../checkpoint/checkpoint.ts';
import type { Settings } from '../../train/settings.ts';
import { UnwritableError } from '../files/writeFile.ts';
import { type CheckpointName, checkpointPath, readCheckpoint, saveCheckpoint } from './checkpointFile.ts';
import { LinesFile } from './linesFile.ts';
import type { Metric } from './metrics.ts';
import { type Resumption, type RunConfig, readConfig, removeConfig, writeConfig } from './runConfig.ts';
import { type RunFolder, RunMark, sweepRun } from './runFolder.ts';
import { type Timing, timingsPath } from './timings.ts';

/** A file of a run that could not be written when it should have been. */
export interface WriteFault {
  readonly path: string;
  /** in the system's words */
  readonly reason: string;
  /** whether it was written later, and lacks nothing */
  readonly isMended: boolean;
}

type OnFault = (fault: UnwritableError) => void;

/** How a run goes on. */
interface Going {
  readonly logged: number;
  readonly settings: Settings;
  readonly resumption: Resumption;
}

/**
 * What a training run leaves behind: config.json, metrics.jsonl, timings.jsonl and checkpoints/{last,best}.safetensors. A disk that
 * does not take them ends no run that is under way: what could not be written is kept in memory and tried again.
 */
export class RunDirectory {
  readonly path: string;
  readonly #metrics: LinesFile<Metric>;
  readonly #timings: LinesFile<Timing>;
  readonly #unsaved = new Map<CheckpointName, Checkpoint>();
  /** Reasons by path. */
  readonly #faults = new Map<string, string>();

  private constructor(
    path: string,
    readonly mark: RunMark,
    readonly onFault: OnFault,
    kept?: number,
  ) {
    this.path = path;
    this.#metrics = new LinesFile(join(path, 'metrics.jsonl'), kept);
    this.#timings = new LinesFile(timingsPath(path));
  }

  /**
   * Begins a run with what it is made from and the weights that it starts with.
   *
   * @param onFault told of each file that cannot be written later on, once
   * @throws UnwritableError where these cannot be written; none of them is left then
   */
  static begin(folder: RunFolder, config: RunConfig, start: Checkpoint, onFault: OnFault): RunDirectory {
    const { path } = folder;
    const mark = new RunMark(path);
    const last = checkpointPath(path, 'last');
    try {
      writeConfig(path, config);
      saveCheckpoint(last, start);
    } catch (error) {
      removeConfig(path);
      rmSync(last, { force: true });
      mark.remove();
      throw error;
    }
    folder.begin();
    return new RunDirectory(path, mark, onFault);
  }

  /**
   * Goes on with a run.
   *
   * @param logged bytes of metrics.jsonl that tell of what is done; what follows them is cut off
   * @param settings as they are from now on
   * @throws PipelineError where another process trains there; UnwritableError where it cannot be written
   */
  static resume(path: string, { logged, settings, resumption }: Going, onFault: OnFault): RunDirectory {
    const run = new RunDirectory(path, new RunMark(path), onFault, logged);
    try {
      sweepRun(path);
      const config = readConfig(path);
      writeConfig(path, { ...config, settings, resumed: [...(config.resumed ?? []), resumption] });
      run.#metrics.sync();
    } catch (error) {
      run.mark.remove();
      throw error;
    }
    return run;
  }

  /** Bytes of metrics.jsonl. */
  get logged(): number {
    return this.#metrics.length;
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

  /** Adds a line to timings.jsonl. */
  logTiming(timing: Timing): void {
    this.#endure(() => this.#timings.append([timing]));
  }

  save(name: CheckpointName, checkpoint: Checkpoint): void {
    this.#unsaved.set(name, checkpoint);
    this.#saveAll();
    this.mark.renew();
  }

  /** A checkpoint as it was saved last, also where the disk did not take it. */
  read(name: CheckpointName): CheckpointFile {
    const unsaved = this.#unsaved.get(name);
    const path = this.checkpointPath(name);
    return unsaved === undefined ? readCheckpoint(path) : parseCheckpoint(checkpointBytes(unsaved), path);
  }

  /** Tries once more what could not be written; nobody trains here then. */
  finish(): void {
    this.#saveAll();
    this.logDurably([]);
    this.#endure(() => this.#timings.append([]));
    this.mark.remove();
  }

  get faults(): WriteFault[] {
    const missing = [...this.#unsaved.keys()].map((name) => this.checkpointPath(name));
    for (const { isWritten, path } of [this.#metrics, this.#timings]) if (!isWritten) missing.push(path);
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

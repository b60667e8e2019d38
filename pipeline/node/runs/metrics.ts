import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { StepRecord } from '../../train/records.ts';
import { withFile } from '../files/openFile.ts';
import { syncFile, syncFolder } from '../files/sync.ts';
import { writing } from '../files/writeFile.ts';

interface Scores {
  readonly loss: number;
  readonly accuracy: number;
}

/** A line of metrics.jsonl. */
export type Metric =
  | StepRecord
  | { readonly epoch: number; readonly validation: Scores }
  /** The device was lost; steps after this one were done again on another. */
  | { readonly recovered: { readonly step: number; readonly lost: string } }
  /** Something a person should know of the run. */
  | { readonly remark: { readonly step: number; readonly text: string } }
  | { readonly test: Scores };

/**
 * A file that grows by lines, one JSON object each. Lines that could not be written stay in memory and are written with
 * the next; the file itself ends with a whole line whatever happens.
 */
export class MetricsFile {
  #pending = '';
  /** Bytes of whole lines; null before the file is first opened. */
  #length: number | null = null;

  /** @param kept bytes at its beginning that are right; what follows them is cut off when it is first written */
  constructor(
    readonly path: string,
    readonly kept = Infinity,
  ) {}

  /** Bytes of its lines, those that could not be written yet too. */
  get length(): number {
    const whole = () => (existsSync(this.path) ? wholeLines(readFileSync(this.path)).length : 0);
    this.#length ??= Math.min(whole(), this.kept);
    return this.#length + Buffer.byteLength(this.#pending);
  }

  /** Whether it has all lines. */
  get isWritten(): boolean {
    return this.#pending === '';
  }

  /**
   * Adds lines.
   *
   * @throws UnwritableError where the file cannot be written
   */
  append(metrics: readonly Metric[]): void {
    this.#pending += metrics.map((metric) => `${JSON.stringify(metric)}\n`).join('');
    if (this.#pending !== '') this.#write((file) => this.#add(file));
  }

  /**
   * Waits until all lines are on the disk: done where a person is told of what they say, not for each.
   *
   * @throws UnwritableError where the file cannot be written
   */
  sync(): void {
    this.#write((file) => {
      this.#add(file);
      syncFile(file);
      syncFolder(dirname(this.path));
    });
  }

  #write(body: (file: number) => void): void {
    writing(this.path, () => {
      const file = openSync(this.path, 'a');
      try {
        body(file);
      } finally {
        closeSync(file);
      }
    });
  }

  #add(file: number): void {
    const lines = Buffer.from(this.#pending);
    // What a process that was killed wrote half of is no line.
    const length = this.length - lines.length;
    cutAt(length, file);
    try {
      writeFileSync(file, lines);
    } catch (error) {
      cutAt(length, file);
      throw error;
    }
    this.#length = length + lines.length;
    this.#pending = '';
  }
}

function cutAt(length: number, file: number): void {
  if (fstatSync(file).size > length) ftruncateSync(file, length);
}

/** The lines of a file, in order, up to one that is not whole: a process may have been killed, or the power cut, there. */
export const readMetrics = (file: string): Metric[] =>
  withFile(file, (open) => wholeLines(readFileSync(open)).metrics);

/** @returns the lines before the first that is not whole, and how many bytes they have */
function wholeLines(bytes: Buffer): { metrics: Metric[]; length: number } {
  const metrics: Metric[] = [];
  let length = 0;
  for (;;) {
    const end = bytes.indexOf('\n', length);
    const metric = end < 0 ? null : metricOf(bytes.toString('utf8', length, end));
    if (metric === null) return { metrics, length };
    metrics.push(metric);
    length = end + 1;
  }
}

function metricOf(line: string): Metric | null {
  try {
    return JSON.parse(line) as Metric;
  } catch {
    return null;
  }
}

export const isStep = (metric: Metric): metric is StepRecord => 'rate' in metric;

export const isTest = (metric: Metric): metric is Extract<Metric, { readonly test: Scores }> =>
  'test' in metric;

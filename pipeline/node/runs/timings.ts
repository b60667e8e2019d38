import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readLines } from './linesFile.ts';

/** A line of timings.jsonl: how fast an epoch was, or what of it was done since a run was resumed. */
export interface Timing {
  readonly epoch: number;
  /** training images */
  readonly images: number;
  /** of training, evaluation not counted */
  readonly seconds: number;
  readonly device: string;
}

/**
 * The file of a run that says how fast it was. It is apart from metrics.jsonl, which is the same to the bit wherever and
 * however often a run was resumed.
 */
export const timingsPath = (run: string): string => join(run, 'timings.jsonl');

/** The timings of a run, one for each epoch; of an epoch that was done twice the later one. */
export function readTimings(run: string): Timing[] {
  const file = timingsPath(run);
  const timings = existsSync(file) ? readLines<Timing>(file) : [];
  return [...new Map(timings.map((timing) => [timing.epoch, timing])).values()].sort(
    (a, b) => a.epoch - b.epoch,
  );
}

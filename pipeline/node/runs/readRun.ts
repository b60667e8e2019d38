import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { isBetter } from '../../train/fit.ts';
import type { StepRecord } from '../../train/records.ts';
import { isStep, readMetrics } from './metrics.ts';
import { type RunConfig, readConfig } from './runConfig.ts';
import { readTimings, type Timing } from './timings.ts';

/** How well images were read. */
export interface Scores {
  readonly loss: number;
  readonly accuracy: number;
}

/** What a run tells of itself: from what it was made, and how it went. */
export interface RunRecord {
  readonly path: string;
  /** the name of its folder */
  readonly name: string;
  readonly config: RunConfig;
  readonly steps: readonly StepRecord[];
  /** how fast each epoch was; of some it may not be known */
  readonly timings: readonly Timing[];
  readonly epochs: readonly { readonly epoch: number; readonly validation: Scores }[];
  /** what a person should know, told while it ran */
  readonly remarks: readonly string[];
  /** null as long as the run is not over */
  readonly test: Scores | null;
}

/**
 * Reads what a run tells of itself.
 *
 * @param path a run directory
 * @throws PipelineError where it is none, or is broken
 */
export function readRun(path: string): RunRecord {
  const config = readConfig(path);
  const file = join(path, 'metrics.jsonl');
  const metrics = existsSync(file) ? readMetrics(file) : [];
  return {
    ...{ path, name: basename(resolve(path)), config },
    steps: metrics.filter(isStep),
    timings: readTimings(path),
    epochs: metrics.flatMap((metric) => ('validation' in metric ? [metric] : [])),
    remarks: metrics.flatMap((metric) =>
      'remark' in metric
        ? [metric.remark.text]
        : 'recovered' in metric
          ? [`the device was lost (${metric.recovered.lost}); went on from step ${metric.recovered.step}`]
          : [],
    ),
    // A run that was trained on has tested more than once.
    test: metrics.flatMap((metric) => ('test' in metric ? [metric.test] : [])).at(-1) ?? null,
  };
}

/** The epoch whose weights a run keeps as its best. */
export const bestEpochOf = ({ epochs }: Pick<RunRecord, 'epochs'>): RunRecord['epochs'][number] | null =>
  epochs.reduce<RunRecord['epochs'][number] | null>(
    (best, each) => (best === null || isBetter(each.validation, best.validation) ? each : best),
    null,
  );

/** Training images per second over all epochs that are known; null where none is. */
export function speedOf({ timings }: Pick<RunRecord, 'timings'>): number | null {
  const sum = (of: 'images' | 'seconds') => timings.reduce((total, timing) => total + timing[of], 0);
  return sum('seconds') > 0 ? sum('images') / sum('seconds') : null;
}

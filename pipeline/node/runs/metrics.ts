import { appendFileSync, readFileSync } from 'node:fs';
import type { StepRecord } from '../../train/records.ts';
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

/** Adds lines to a file, one JSON object each. */
export function appendMetrics(file: string, metrics: readonly Metric[]): void {
  if (metrics.length === 0) return;
  const lines = metrics.map((metric) => `${JSON.stringify(metric)}\n`).join('');
  writing(file, () => appendFileSync(file, lines));
}

/** The lines of a file, in order. */
export const readMetrics = (file: string): Metric[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Metric);

export const isStep = (metric: Metric): metric is StepRecord => 'rate' in metric;

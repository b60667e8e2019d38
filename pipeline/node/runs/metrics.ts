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
  | { readonly test: Scores };

/** Adds lines to a file, one JSON object each. */
export function appendMetrics(file: string, metrics: readonly Metric[]): void {
  if (metrics.length === 0) return;
  const lines = metrics.map((metric) => `${JSON.stringify(metric)}\n`).join('');
  writing(file, () => appendFileSync(file, lines));
}

/** The lines of a file, in order; the last is left out where it was torn. */
export const readMetrics = (file: string): Metric[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Metric);

export const isStep = (metric: Metric): metric is StepRecord => 'rate' in metric;

export const isTest = (metric: Metric): boolean => 'test' in metric;

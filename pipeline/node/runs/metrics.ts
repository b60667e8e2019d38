import type { StepRecord } from '../../train/records.ts';
import { readLines } from './linesFile.ts';

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

export const readMetrics = (file: string): Metric[] => readLines<Metric>(file);

export const isStep = (metric: Metric): metric is StepRecord => 'rate' in metric;

export const isTest = (metric: Metric): metric is Extract<Metric, { readonly test: Scores }> =>
  'test' in metric;

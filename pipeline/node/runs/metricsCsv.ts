import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import { writeDurably } from '../files/writeFile.ts';
import { isStep, type Metric, readMetrics } from './metrics.ts';

/** The columns; a line of metrics.jsonl fills those that it knows. */
const COLUMNS = [
  ...['step', 'epoch', 'rate', 'loss', 'accuracy', 'norm'],
  ...['validation_loss', 'validation_accuracy', 'test_loss', 'test_accuracy'],
];

type Row = Readonly<Record<string, number | undefined>>;

/**
 * What metrics.jsonl of a run tells in numbers, as a table for other programs: a row for each step, for each epoch with
 * the last step of it, and for the test.
 */
export function metricsCsv(metrics: readonly Metric[]): string {
  let step = 0;
  const rows = metrics.flatMap((metric): Row[] => {
    if (isStep(metric)) {
      const { epoch, rate, loss, correct, samples, norm } = metric;
      step = metric.step;
      return [{ step, epoch, rate, loss, accuracy: correct / samples, norm }];
    }
    if ('validation' in metric) {
      const { loss, accuracy } = metric.validation;
      return [{ step, epoch: metric.epoch, validation_loss: loss, validation_accuracy: accuracy }];
    }
    if ('test' in metric) return [{ step, test_loss: metric.test.loss, test_accuracy: metric.test.accuracy }];
    return [];
  });
  return `${Papa.unparse({ fields: COLUMNS, data: [...rows] }, { newline: '\n' })}\n`;
}

const pathIn = (run: string): string => join(run, 'metrics.csv');

export const hasMetricsCsv = (run: string): boolean => existsSync(pathIn(run));

/**
 * Writes metrics.csv beside metrics.jsonl of a run.
 *
 * @throws UnwritableError where it cannot be written
 */
export const writeMetricsCsv = (run: string): void =>
  writeDurably(pathIn(run), metricsCsv(readMetrics(join(run, 'metrics.jsonl'))));

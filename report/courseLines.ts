import type { RunRecord } from '../pipeline/node/runs/readRun.ts';
import { percent } from './format.ts';
import { sparkline } from './sparkline.ts';

/** Characters of a curve in a line of text, at most, and of what stands around it. */
const WIDTH = 40;
const AROUND = 32;

/**
 * How a run went, as small curves for a terminal: a line for the loss of its steps, one for what each epoch reached.
 *
 * @param columns that a line may have
 */
export function courseLines(
  { steps, epochs }: Pick<RunRecord, 'steps' | 'epochs'>,
  columns: number,
): string[] {
  const width = Math.max(8, Math.min(WIDTH, columns - AROUND));
  const losses = steps.map(({ loss }) => loss);
  const reached = epochs.map(({ validation }) => validation.accuracy).filter(Number.isFinite);
  // One batch alone says little.
  const few = Math.ceil(losses.length / WIDTH);
  const [first, last] = [losses.slice(0, few), losses.slice(-few)].map(mean);
  return [
    ...(losses.length > 1
      ? [`loss      ${sparkline(losses, width)}  ${first.toFixed(4)} to ${last.toFixed(4)}`]
      : []),
    ...(reached.length > 1
      ? [`accuracy  ${sparkline(reached, width)}  ${percent(reached[0])} to ${percent(reached.at(-1)!)}`]
      : []),
  ];
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

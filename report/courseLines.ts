import type { RunRecord } from '../pipeline/node/runs/readRun.ts';
import { percent } from './format.ts';
import { sparkline } from './sparkline.ts';

/** Characters of a curve in a line of text. */
const WIDTH = 40;

/** How a run went, as small curves for a terminal: a line for the loss of its steps, one for what each epoch reached. */
export function courseLines({ steps, epochs }: Pick<RunRecord, 'steps' | 'epochs'>): string[] {
  const losses = steps.map(({ loss }) => loss);
  const reached = epochs.map(({ validation }) => validation.accuracy).filter(Number.isFinite);
  const from = (values: readonly number[], write: (value: number) => string) =>
    `${write(values[0])} to ${write(values[values.length - 1])}`;
  return [
    ...(losses.length > 1
      ? [`loss      ${sparkline(losses, WIDTH)}  ${from(losses, (loss) => loss.toFixed(4))}`]
      : []),
    ...(reached.length > 1 ? [`accuracy  ${sparkline(reached, WIDTH)}  ${from(reached, percent)}`] : []),
  ];
}

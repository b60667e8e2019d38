import type { Dataset } from '../data/dataset.ts';
import { count } from '../data/dataset.ts';
import { PipelineError } from '../faults.ts';
import { DivergedError, type StepRecord } from './records.ts';
import type { Rig } from './rig.ts';
import type { Settings } from './settings.ts';
import { Trainer } from './trainer.ts';

/** The learning rates that are tried, from one to the other by equal factors. */
export interface RateRange {
  readonly from: number;
  readonly to: number;
  readonly steps: number;
}

export const usualRange: RateRange = { from: 1e-6, to: 3, steps: 200 };

/** A step's rate, and the loss of its batch before it, smoothed over the steps so far. */
export interface RatePoint {
  readonly rate: number;
  readonly loss: number;
}

/** The part that the newest loss has in the smoothed one. */
const NEWEST = 0.05;

/** Once the loss is so many times the lowest, larger rates say no more. */
const ENOUGH = 4;

/**
 * Trains with a rate that grows with each step (Smith, 2017): where the loss falls fastest, the rate is good; where it
 * rises, too high. The rig is then of no more use.
 *
 * @param onStep called with what is known so far
 * @returns the points up to where the loss grew past all sense, one for each step
 */
export async function findRates(
  rig: Rig,
  train: Dataset,
  settings: Settings,
  { from, to, steps }: RateRange,
  onStep: (points: readonly RatePoint[]) => void = () => {},
): Promise<RatePoint[]> {
  const rateOf = (step: number) => from * (to / from) ** (step / Math.max(1, steps - 1));
  const trainer = new Trainer(rig, train, settings, { rate: rateOf });
  const points: RatePoint[] = [];
  let mean = 0;
  let lowest = Infinity;
  /** @returns whether there is more to learn */
  const add = ({ rate, loss }: StepRecord): boolean => {
    mean += NEWEST * (loss - mean);
    // Without the start from 0.
    const smoothed = mean / (1 - (1 - NEWEST) ** (points.length + 1));
    points.push({ rate, loss: smoothed });
    lowest = Math.min(lowest, smoothed);
    return points.length < steps && smoothed < ENOUGH * lowest;
  };
  try {
    for (let epoch = 1; count(train) > 0; epoch++) {
      for await (const { records } of trainer.epoch(epoch)) {
        for (const record of records) if (!add(record)) return points;
        onStep(points);
      }
    }
    return points;
  } catch (error) {
    if (!(error instanceof DivergedError)) throw error;
    return points;
  } finally {
    trainer.dispose();
  }
}

/**
 * The rate to take as the peak of a schedule: two thirds along the longest fall of the loss, as fastai's "valley" has it.
 *
 * @throws PipelineError where the loss never falls
 */
export function proposedRate(points: readonly RatePoint[]): number {
  const [start, end] = longestFall(points.map(({ loss }) => loss));
  if (end - start < 2) {
    throw new PipelineError(
      `in ${points.length} steps the loss never falls: no learning rate can be proposed; try more steps or other bounds`,
      'diverged',
    );
  }
  return points[start + Math.floor((2 * (end - start)) / 3)].rate;
}

/** Begin and end of the longest decreasing subsequence. */
function longestFall(losses: readonly number[]): [number, number] {
  const length = losses.map(() => 1);
  const before = losses.map((_, i) => i);
  let end = 0;
  losses.forEach((loss, i) => {
    for (let k = 0; k < i; k++) {
      if (losses[k] <= loss || length[k] + 1 <= length[i]) continue;
      length[i] = length[k] + 1;
      before[i] = before[k];
    }
    if (length[i] > length[end]) end = i;
  });
  return [before[end], end];
}

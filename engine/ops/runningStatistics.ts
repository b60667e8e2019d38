/**
 * runningStatistics: moves the running averages of a batch normalisation in place towards those of a batch of `count`
 * values for each channel, the variance as the unbiased one, as PyTorch does (all [C]).
 *
 * runningMean ← runningMean + momentum·(mean − runningMean)
 * runningVariance ← runningVariance + momentum·(variance·count/(count − 1) − runningVariance)
 */

import { expectFloat, expectShape } from '../expect.ts';
import type { ListedOp } from '../op.ts';

export interface RunningAttrs {
  /** The share of the batch, from 0 to 1. */
  readonly momentum: number;
  /** How many values each channel of the batch has, 2 or more. */
  readonly count: number;
}

export const runningStatistics: ListedOp<RunningAttrs> = {
  name: 'runningStatistics',
  inPlace: 2,
  infer([mean, variance, runningMean, runningVariance]) {
    expectFloat('runningStatistics', mean, variance, runningMean, runningVariance);
    expectShape('runningStatistics', 'a variance', variance, mean.shape);
    expectShape('runningStatistics', 'a running mean', runningMean, mean.shape);
    expectShape('runningStatistics', 'a running variance', runningVariance, mean.shape);
    return [runningMean, runningVariance];
  },
  define([mean, variance], [runningMean, runningVariance], { momentum, count }) {
    for (let c = 0; c < mean.data.length; c++) {
      const unbiased = (variance.data[c] * count) / (count - 1);
      runningMean.data[c] += momentum * (mean.data[c] - runningMean.data[c]);
      runningVariance.data[c] += momentum * (unbiased - runningVariance.data[c]);
    }
  },
  grad: { none: 'it updates running averages, outside of the graph' },
  gpu: 'runningStatistics',
  wasm: 'runningStatistics',
  samples: [
    { inputs: ['3', '3 positive', '3', '3 positive'], attrs: { momentum: 0.1, count: 12 } },
    { inputs: ['131', '131 positive', '131', '131 positive'], attrs: { momentum: 0.5, count: 2 } },
    { inputs: ['7', '7', '7', '7'], attrs: { momentum: 0, count: 50_176 } },
    { inputs: ['1', '1', '1', '1'], attrs: { momentum: 1, count: 3 } },
    { inputs: ['0', '0', '0', '0'], attrs: { momentum: 0.1, count: 4 } },
  ],
};

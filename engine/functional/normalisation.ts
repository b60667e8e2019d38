/** Dropout and batch normalisation. */

import { expectRank } from '../expect.ts';
import { apply } from '../graph.ts';
import type { DropoutAttrs } from '../ops/dropout.ts';
import { ops } from '../ops/index.ts';
import type { Tensor } from '../tensor.ts';
import { add, div, mul, sqrt, sub } from './elementwise.ts';
import { mean } from './reductions.ts';
import { reshape } from './shapes.ts';

/** Zeroes with probability p; `state` is [seed low, seed high, step], int32. */
export const dropout = (x: Tensor, state: Tensor, attrs: DropoutAttrs): Tensor =>
  apply(ops.dropout, [x, state], attrs)[0];

/** What batchNorm2d measured: the mean and the biased variance of each channel, [C]. */
export interface BatchStatistics {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** Mean and biased variance of each channel of x [N,C,H,W]. */
export function batchStatistics(x: Tensor): BatchStatistics {
  expectRank('batchStatistics', 'an input', x, 4, '[N,C,H,W]');
  const axes = [0, 2, 3];
  const average = mean(x, { axes, keepDims: true });
  const centred = sub(x, average);
  const variance = mean(mul(centred, centred), { axes });
  return { mean: reshape(average, [x.shape[1]]), variance };
}

/**
 * y = (x − mean)/√(variance + eps)·weight + bias per channel (Ioffe and Szegedy, 2015), for x [N,C,H,W] and
 * [C] each. In training `statistics` come from batchStatistics(x), and the gradient flows through them too.
 */
export function batchNorm2d(
  x: Tensor,
  statistics: BatchStatistics,
  weight: Tensor,
  bias: Tensor,
  eps = 1e-5,
): Tensor {
  const channel = (t: Tensor) => reshape(t, [1, x.shape[1], 1, 1]);
  const scale = div(weight, sqrt(add(statistics.variance, eps)));
  return add(mul(sub(x, channel(statistics.mean)), channel(scale)), channel(bias));
}

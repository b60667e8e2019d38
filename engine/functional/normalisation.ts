/** Dropout, and normalisation over batches, layers, groups and instances. */

import { InkgradError, named, ShapeError, whatIs } from '../errors.ts';
import {
  expectList,
  expectNumber,
  expectRank,
  expectShape,
  expectTensor,
  expectTensors,
  isTensor,
} from '../expect.ts';
import { applyWith } from '../graph.ts';
import type { DropoutAttrs } from '../ops/dropout.ts';
import * as ops from '../ops/pages.ts';
import type { Known } from '../options.ts';
import { checkOptions } from '../options.ts';
import type { Shape } from '../shape.ts';
import { show, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { add, div, mul, sqrt, sub } from './elementwise.ts';
import { mean } from './reductions.ts';
import { reshape } from './shapes.ts';

/** With what its gradient takes beside the functions that all take. */
const apply = applyWith(() => ({ dropout }));

const dropoutOptions: Known<DropoutAttrs> = { p: true, stream: true };

/**
 * Zeroes with probability p, and divides the others by 1 − p; `state` is [seed low, seed high, step], int32, and `stream`
 * the number of the sequence that is drawn from it.
 *
 * @throws InkgradError for a state that is no tensor: the layer `nn.Dropout` keeps one
 */
export const dropout = (x: Tensor, state: Tensor, attrs: DropoutAttrs): Tensor => {
  if (!isTensor(state))
    throw new InkgradError(
      `dropout: state is ${whatIs(state)}; expected an int32 tensor of random state: new nn.Dropout(0.5) keeps one`,
    );
  checkOptions('dropout', attrs, dropoutOptions);
  return apply(ops.dropout, [x, state], attrs)[0];
};

/** What batchNorm2d measured: the mean and the biased variance of each channel, [C]. */
export interface BatchStatistics {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** Mean and biased variance of each channel of x [N,C,H,W]. */
export function batchStatistics(x: Tensor): BatchStatistics {
  expectTensor('batchStatistics', 'its input', x);
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
  expectTensors('batchNorm2d', { x, weight, bias });
  if (!isTensor(statistics?.mean) || !isTensor(statistics.variance))
    throw new ShapeError(
      `batchNorm2d: statistics are ${whatIs(statistics)}; expected { mean, variance }, as F.batchStatistics(x) gives them`,
    );
  expectRank('batchNorm2d', 'an input', x, 4, '[N,C,H,W]');
  for (const [what, each] of Object.entries({ ...statistics, weight, bias })) {
    expectShape('batchNorm2d', `a ${what}`, each, [x.shape[1]]);
  }
  const channel = (t: Tensor) => reshape(t, [1, x.shape[1], 1, 1]);
  const scale = div(weight, sqrt(add(statistics.variance, eps)));
  return add(mul(sub(x, channel(statistics.mean)), channel(scale)), channel(bias));
}

type Affine = [weight?: Tensor | null, bias?: Tensor | null, eps?: number];

/** Refuses a weight or a bias of another shape than this. */
function expectAffine(op: string, shape: Shape, [weight = null, bias = null, eps = 1e-5]: Affine): void {
  expectTensors(op, { ...(weight !== null && { weight }), ...(bias !== null && { bias }) });
  expectNumber(op, 'eps', eps);
  if (weight !== null) expectShape(op, 'a weight', weight, shape);
  if (bias !== null) expectShape(op, 'a bias', bias, shape);
}

/** Rows of x [M,K] of mean 0 and variance 1, as `shape`; then weight·that + bias, laid out as `laid`. */
function standardised(x: Tensor, shape: Shape, laid: Shape, affine: Affine): Tensor {
  const [weight = null, bias = null, eps = 1e-5] = affine;
  const centred = sub(x, mean(x, { axes: [1], keepDims: true }));
  const variance = mean(mul(centred, centred), { axes: [1], keepDims: true });
  const y = reshape(div(centred, sqrt(add(variance, eps))), shape);
  const scaled = weight === null ? y : mul(y, reshape(weight, laid));
  return bias === null ? scaled : add(scaled, reshape(bias, laid));
}

/** Each sample normalised over its last axes, of shape `own` as weight and bias (Ba et al., 2016). */
export function layerNorm(x: Tensor, own: Shape, ...affine: Affine): Tensor {
  expectTensor('layerNorm', 'its input', x);
  expectList('layerNorm', 'own', own);
  const lead = x.shape.slice(0, Math.max(0, x.shape.length - own.length));
  expectShape('layerNorm', 'an input', x, [...lead, ...own]);
  expectAffine('layerNorm', own, affine);
  return standardised(reshape(x, [sizeOf(lead), sizeOf(own)]), x.shape, own, affine);
}

/** Each group of channels of x [N,C,…] normalised by itself; weight and bias are [C] (Wu and He, 2018). */
export function groupNorm(x: Tensor, groups: number, ...affine: Affine): Tensor {
  expectTensor('groupNorm', 'its input', x);
  const [n, channels, ...places] = x.shape;
  if (!(channels % groups === 0)) {
    throw new ShapeError(
      `groupNorm: ${groups} groups of ${show(x.shape)}; expected [N,C,…], C in equal groups`,
    );
  }
  expectAffine('groupNorm', [channels], affine);
  const rows = reshape(x, [n * groups, (channels / groups) * sizeOf(places)]);
  return standardised(rows, x.shape, [channels, ...places.map(() => 1)], affine);
}

/** Each channel of each sample of x [N,C,…] normalised by itself. */
export const instanceNorm = named('instanceNorm', (x: Tensor, ...affine: Affine): Tensor => {
  expectTensor('instanceNorm', 'its input', x);
  return groupNorm(x, x.shape[1] ?? 1, ...affine);
});

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
import type { BatchNormAttrs } from '../ops/normalisation.ts';
import * as ops from '../ops/pages.ts';
import type { Known } from '../options.ts';
import { checkOptions } from '../options.ts';
import type { Shape } from '../shape.ts';
import { show, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { add, div, mul, sqrt, sub } from './elementwise.ts';
import { mean } from './reductions.ts';
import { reshape } from './shapes.ts';

/** With what their gradients take beside the functions that all take. */
const apply = applyWith(() => ({ dropout, batchNormGrad }));

/** What dropout leaves out, and by which random numbers. */
export interface DropoutOptions {
  /** The probability of a zero, from 0 to less than 1. */
  readonly p: number;
  /** Which of the independent sequences of the seed is drawn from: a whole number, another for each layer. */
  readonly stream: number;
}

const dropoutOptions: Known<DropoutOptions> = { p: true, stream: true };

/**
 * Zeroes each element with probability p, and divides the others by 1 − p, so that the expected value stays
 * (Srivastava et al., 2014). The layer `nn.Dropout` keeps the state.
 *
 * @param x of any shape
 * @param state [seed low, seed high, step], int32: the same state has the same zeros, on every device
 * @returns the shape of x
 * @throws InkgradError for a state that is no tensor, ShapeError for a p outside of [0,1)
 * @category Normalisation
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const state = Tensor.from(Int32Array.from([7, 0, 0]));
 * console.log(await F.dropout(F.ones([6]), state, { p: 0.5, stream: 0 }).toArray());
 * // [ 2, 2, 0, 0, 0, 2 ]
 */
export const dropout = (x: Tensor, state: Tensor, options: DropoutOptions): Tensor => {
  if (!isTensor(state))
    throw new InkgradError(
      `dropout: state is ${whatIs(state)}; expected an int32 tensor of random state: new nn.Dropout(0.5) keeps one`,
    );
  checkOptions('dropout', options, dropoutOptions);
  return apply(ops.dropout, [x, state], options)[0];
};

/** What batchNorm2d takes away, and divides by. */
export interface BatchStatistics {
  /** The mean of each channel, [C]. */
  readonly mean: Tensor;
  /** The biased variance of each channel, [C]. */
  readonly variance: Tensor;
}

/**
 * Mean and biased variance of each channel of x: of all images and places together.
 *
 * @param x [N,C,H,W]
 * @returns [C] each
 * @throws ShapeError for another rank
 * @category Normalisation
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const { mean, variance } = F.batchStatistics(Tensor.from([[[[1, 3]], [[5, 5]]]]));
 * console.log(await mean.toArray(), await variance.toArray());
 * // [ 2, 5 ] [ 1, 0 ]
 */
export function batchStatistics(x: Tensor): BatchStatistics {
  expectTensor('batchStatistics', 'its input', x);
  expectRank('batchStatistics', 'an input', x, 4, '[N,C,H,W]');
  const axes = [0, 2, 3];
  const average = mean(x, { axes, keepDims: true });
  const centred = sub(x, average);
  const variance = mean(mul(centred, centred), { axes });
  return { mean: reshape(average, [x.shape[1]]), variance };
}

/** What batch normalisation is followed by. */
export interface BatchNorm2dOptions {
  /** Whether relu follows, in the same launch; false when left out. */
  readonly relu?: boolean;
}

const batchNorm2dOptions: Known<BatchNorm2dOptions> = { relu: true };

/**
 * (x − mean)/√(variance + eps)·weight + bias per channel (Ioffe and Szegedy, 2015).
 *
 * @param x [N,C,H,W]
 * @param statistics [C] each: averages, or `batchStatistics(x)`, where the gradient flows through them too; in training
 * `nn.BatchNorm2d` does both in one
 * @param weight [C]
 * @param bias [C]
 * @param eps keeps the divisor away from 0
 * @returns the shape of x
 * @throws ShapeError for shapes that do not fit
 * @category Normalisation
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const x = Tensor.from([[[[1, 3]]]]);
 * const y = F.batchNorm2d(x, F.batchStatistics(x), F.ones([1]), F.zeros([1]), 0);
 * console.log(await y.read());
 * // Float32Array(2) [ -1, 1 ]
 */
export function batchNorm2d(
  x: Tensor,
  statistics: BatchStatistics,
  weight: Tensor,
  bias: Tensor,
  eps = 1e-5,
  options: BatchNorm2dOptions = {},
): Tensor {
  expectTensors('batchNorm2d', { x, weight, bias });
  checkOptions('batchNorm2d', options, batchNorm2dOptions);
  if (!isTensor(statistics?.mean) || !isTensor(statistics.variance))
    throw new ShapeError(
      `batchNorm2d: statistics are ${whatIs(statistics)}; expected { mean, variance }, as F.batchStatistics(x) gives them`,
    );
  expectRank('batchNorm2d', 'an input', x, 4, '[N,C,H,W]');
  const { mean, variance } = statistics;
  for (const [what, each] of Object.entries({ mean, variance, weight, bias }))
    expectShape('batchNorm2d', `a ${what}`, each, [x.shape[1]]);
  const { relu = false } = options;
  return apply(ops.normalise, [x, mean, variance, weight, bias], { eps, relu })[0];
}

/**
 * A batch that was normalised by its own statistics, and those.
 *
 * @internal
 */
export interface NormalisedBatch extends BatchStatistics {
  /** The shape of x. */
  readonly y: Tensor;
}

/**
 * batchNorm2d by the statistics of x itself, and relu where it follows, in few passes over memory.
 *
 * @internal
 */
export function batchNorm(x: Tensor, weight: Tensor, bias: Tensor, attrs: BatchNormAttrs): NormalisedBatch {
  expectTensors('batchNorm', { x, weight, bias });
  const [y, mean, variance] = apply(ops.batchNorm, [x, weight, bias], attrs);
  return { y, mean, variance };
}

/**
 * batchNorm's gradients for x, weight and bias, from that for y.
 *
 * @internal
 */
export function batchNormGrad(
  g: Tensor,
  x: Tensor,
  { mean, variance }: BatchStatistics,
  weight: Tensor,
  bias: Tensor,
  attrs: BatchNormAttrs,
): [x: Tensor, weight: Tensor, bias: Tensor] {
  const inputs = [g, x, mean, variance, weight, ...(attrs.relu ? [bias] : [])];
  const [dx, dweight, dbias] = apply(ops.batchNormGrad, inputs, attrs);
  return [dx, dweight, dbias];
}

/** What standardised rows are scaled by, what is added to them, and what keeps the divisor away from 0. */
type Affine = readonly [weight: Tensor | null, bias: Tensor | null, eps: number];

/** Refuses a weight or a bias of another shape than this. */
function expectAffine(op: string, shape: Shape, [weight, bias, eps]: Affine): void {
  expectTensors(op, { ...(weight !== null && { weight }), ...(bias !== null && { bias }) });
  expectNumber(op, 'eps', eps);
  if (weight !== null) expectShape(op, 'a weight', weight, shape);
  if (bias !== null) expectShape(op, 'a bias', bias, shape);
}

/** Rows of x [M,K] of mean 0 and variance 1, as `shape`; then weight·that + bias, laid out as `laid`. */
function standardised(x: Tensor, shape: Shape, laid: Shape, affine: Affine): Tensor {
  const [weight, bias, eps] = affine;
  const centred = sub(x, mean(x, { axes: [1], keepDims: true }));
  const variance = mean(mul(centred, centred), { axes: [1], keepDims: true });
  const y = reshape(div(centred, sqrt(add(variance, eps))), shape);
  const scaled = weight === null ? y : mul(y, reshape(weight, laid));
  return bias === null ? scaled : add(scaled, reshape(bias, laid));
}

/**
 * Each sample normalised to mean 0 and variance 1 over its last axes (Ba et al., 2016), then ·weight + bias.
 *
 * @param x […,...own]
 * @param own the shape of the last axes
 * @param weight of shape `own`, or null for 1
 * @param bias of shape `own`, or null for 0
 * @param eps is added to the variance
 * @returns the shape of x
 * @throws ShapeError for shapes that do not fit
 * @category Normalisation
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const x = Tensor.from([[1, 3], [10, 30]]);
 * console.log(await F.layerNorm(x, [2], null, null, 0).toArray());
 * // [ [ -1, 1 ], [ -1, 1 ] ]
 */
export function layerNorm(
  x: Tensor,
  own: Shape,
  weight: Tensor | null = null,
  bias: Tensor | null = null,
  eps = 1e-5,
): Tensor {
  const affine = [weight, bias, eps] as const;
  expectTensor('layerNorm', 'its input', x);
  expectList('layerNorm', 'own', own);
  const lead = x.shape.slice(0, Math.max(0, x.shape.length - own.length));
  expectShape('layerNorm', 'an input', x, [...lead, ...own]);
  expectAffine('layerNorm', own, affine);
  return standardised(reshape(x, [sizeOf(lead), sizeOf(own)]), x.shape, own, affine);
}

/**
 * Each group of channels of each sample normalised by itself (Wu and He, 2018), then ·weight + bias.
 *
 * @param x [N,C,…]
 * @param groups of how many equal parts the channels are
 * @param weight [C], or null for 1
 * @param bias [C], or null for 0
 * @param eps is added to the variance
 * @returns the shape of x
 * @throws ShapeError for groups that do not divide the channels, and shapes that do not fit
 * @category Normalisation
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const x = Tensor.from([[[1], [3], [10], [30]]]);
 * console.log(await F.groupNorm(x, 2, null, null, 0).toArray());
 * // [ [ [ -1 ], [ 1 ], [ -1 ], [ 1 ] ] ]
 */
export function groupNorm(
  x: Tensor,
  groups: number,
  weight: Tensor | null = null,
  bias: Tensor | null = null,
  eps = 1e-5,
): Tensor {
  const affine = [weight, bias, eps] as const;
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

/**
 * Each channel of each sample normalised by itself (Ulyanov et al., 2016), then ·weight + bias.
 *
 * @param x [N,C,…]
 * @param weight [C], or null for 1
 * @param bias [C], or null for 0
 * @param eps is added to the variance
 * @returns the shape of x
 * @throws ShapeError for shapes that do not fit
 * @function
 * @category Normalisation
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const x = Tensor.from([[[1, 3], [10, 30]]]);
 * console.log(await F.instanceNorm(x, null, null, 0).toArray());
 * // [ [ [ -1, 1 ], [ -1, 1 ] ] ]
 */
export const instanceNorm = named(
  'instanceNorm',
  (x: Tensor, weight: Tensor | null = null, bias: Tensor | null = null, eps = 1e-5): Tensor => {
    expectTensor('instanceNorm', 'its input', x);
    return groupNorm(x, x.shape[1] ?? 1, weight, bias, eps);
  },
);

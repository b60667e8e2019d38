/** One value out of many, over any axes. */

import { named } from '../errors.ts';
import { expectFloat } from '../expect.ts';
import { apply, noGrad } from '../graph.ts';
import * as ops from '../ops/pages.ts';
import type { ReduceAttrs } from '../ops/reduce.ts';
import type { Shape } from '../shape.ts';
import { reducedShape, resolveAxes, sameShape, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { abs, add, affine, clamp, exp, isZero, log, mul, neg, sqrt, sub } from './elementwise.ts';
import { pad, permute, reshape, slice } from './shapes.ts';

type ReduceOptions = Partial<ReduceAttrs>;

export const sum = (x: Tensor, { axes, keepDims = false }: ReduceOptions = {}): Tensor =>
  apply(ops.sum, [x], { axes, keepDims })[0];

/** Σ x / n over the axes. */
export const mean = named('mean', (x: Tensor, options: ReduceOptions = {}): Tensor => {
  const axes = resolveAxes('mean', options.axes, x.shape.length);
  const count = sizeOf(axes.map((axis) => x.shape[axis]));
  return affine(sum(x, options), 1 / count, 0);
});

export const max = (x: Tensor, { axes, keepDims = false }: ReduceOptions = {}): Tensor =>
  apply(ops.max, [x], { axes, keepDims })[0];

export const min = named('min', (x: Tensor, options: ReduceOptions = {}): Tensor => {
  return neg(max(neg(x), options));
});

/** ln Σ eˣ, without overflow. */
export const logSumExp = named('logSumExp', (x: Tensor, options: ReduceOptions = {}): Tensor => {
  // Of ±∞ nothing can be taken away.
  const shift = noGrad(() => clamp(max(x, { ...options, keepDims: true }), -3.4e38, 3.4e38));
  const y = log(sum(exp(sub(x, shift)), options));
  return add(y, reshape(shift, y.shape));
});

/** Σ|x| for p = 1, √Σx² for p = 2, whose gradient at 0 is 0. */
export const norm = named('norm', (x: Tensor, given: ReduceOptions & { readonly p?: 1 | 2 } = {}): Tensor => {
  const { p = 2, ...options } = given;
  if (p === 1) return sum(abs(x), options);
  const squares = sum(mul(x, x), options);
  const nothing = isZero(squares);
  return sub(sqrt(add(squares, nothing)), nothing);
});

/** Π x over the axes, multiplied in pairs, so that the gradient is right where a factor is 0. */
export function prod(x: Tensor, { axes, keepDims = false }: ReduceOptions = {}): Tensor {
  expectFloat('prod', x);
  const reduced = resolveAxes('prod', axes, x.shape.length);
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !reduced.includes(axis));
  const shape = reducedShape(x.shape, reduced, keepDims);
  const length = sizeOf(reduced.map((axis) => x.shape[axis]));
  let rows = reshape(permute(x, [...reduced, ...kept]), [length, sizeOf(shape)]);
  for (let [n, width] = rows.shape; n !== 1; [n] = rows.shape) {
    const half = (start: number) => slice(rows, [start, 0], [n / 2, width]);
    rows = n === 0 || n % 2 === 1 ? pad(rows, [0, 0], [1, 0], 1) : mul(half(0), half(n / 2));
  }
  return reshape(rows, shape);
}

/** int32: the place of the first maximum among the reduced elements. */
export const argmax = (x: Tensor, { axes, keepDims = false }: ReduceOptions = {}): Tensor =>
  apply(ops.argmax, [x], { axes, keepDims })[0];

export const softmax = (x: Tensor, axis = -1): Tensor => apply(ops.softmax, [x], { axis })[0];
export const logSoftmax = (x: Tensor, axis = -1): Tensor => apply(ops.logSoftmax, [x], { axis })[0];

/** The transpose of broadcasting: sums x over the axes along which `shape` was repeated. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return reshape(x, shape);
  const lead = x.shape.length - shape.length;
  const axes = x.shape.map((_, axis) => axis).filter((axis) => axis < lead || shape[axis - lead] === 1);
  return reshape(sum(x, { axes }), shape);
}

/** [1]: 1 when every element is a number, neither infinite nor NaN, else 0. */
export const allFinite = (x: Tensor): Tensor => apply(ops.allFinite, [x], {})[0];

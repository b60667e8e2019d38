/** One value out of many, over any axes. */

import { named, ShapeError } from '../errors.ts';
import { expectFloat, expectList, expectNumber, expectTensor } from '../expect.ts';
import { apply, noGrad } from '../graph.ts';
import * as ops from '../ops/pages.ts';
import type { ReduceAttrs } from '../ops/reduce.ts';
import type { Known } from '../options.ts';
import { checkOptions } from '../options.ts';
import type { Shape } from '../shape.ts';
import { reducedShape, resolveAxes, sameShape, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { abs, add, affine, clamp, exp, isZero, log, mul, neg, sqrt, sub } from './elementwise.ts';
import { pad, permute, reshape, slice } from './shapes.ts';

export interface ReduceOptions {
  /** One axis or several, counted from the end where negative; all when left out. */
  readonly axes?: number | readonly number[] | undefined;
  /** Whether they stay, with length 1; false when left out. */
  readonly keepDims?: boolean | undefined;
}

const reduceOptions: Known<ReduceOptions> = { axes: true, keepDims: true };

/** Options as ops take them, of a reduction of x. */
function reduced(op: string, x: Tensor, options: ReduceOptions): ReduceAttrs {
  expectTensor(op, 'its input', x);
  checkOptions(op, options, reduceOptions);
  const { axes, keepDims = false } = options;
  if (axes === undefined || typeof axes === 'number')
    return { axes: axes === undefined ? axes : [axes], keepDims };
  expectList(op, 'axes', axes);
  return { axes, keepDims };
}

/** Σ x over the axes. */
export const sum = (x: Tensor, options: ReduceOptions = {}): Tensor =>
  apply(ops.sum, [x], reduced('sum', x, options))[0];

/** Σ x / n over the axes. */
export const mean = named('mean', (x: Tensor, options: ReduceOptions = {}): Tensor => {
  const attrs = reduced('mean', x, options);
  const axes = resolveAxes('mean', attrs.axes, x.shape.length);
  const count = sizeOf(axes.map((axis) => x.shape[axis]));
  return affine(sum(x, attrs), 1 / count, 0);
});

/** The largest over the axes; NaN where one is NaN. */
export const max = (x: Tensor, options: ReduceOptions = {}): Tensor =>
  apply(ops.max, [x], reduced('max', x, options))[0];

/** The smallest over the axes; NaN where one is NaN. */
export const min = named('min', (x: Tensor, options: ReduceOptions = {}): Tensor => {
  return neg(max(neg(x), reduced('min', x, options)));
});

/** ln Σ eˣ, without overflow. */
export const logSumExp = named('logSumExp', (x: Tensor, options: ReduceOptions = {}): Tensor => {
  const attrs = reduced('logSumExp', x, options);
  // Of ±∞ nothing can be taken away.
  const shift = noGrad(() => clamp(max(x, { ...attrs, keepDims: true }), -3.4e38, 3.4e38));
  const y = log(sum(exp(sub(x, shift)), attrs));
  return add(y, reshape(shift, y.shape));
});

export interface NormOptions extends ReduceOptions {
  /** 1 or 2; 2 when left out. */
  readonly p?: 1 | 2 | undefined;
}

const normOptions: Known<NormOptions> = { p: true, ...reduceOptions };

/** Σ|x| for p = 1, √Σx² for p = 2, whose gradient at 0 is 0. */
export const norm = named('norm', (x: Tensor, options: NormOptions = {}): Tensor => {
  checkOptions('norm', options, normOptions);
  const { p = 2, ...others } = options;
  if (p !== 1 && p !== 2) throw new ShapeError(`norm: p is ${p}; expected 1 or 2`);
  const attrs = reduced('norm', x, others);
  if (p === 1) return sum(abs(x), attrs);
  const squares = sum(mul(x, x), attrs);
  const nothing = isZero(squares);
  return sub(sqrt(add(squares, nothing)), nothing);
});

/** Π x over the axes, multiplied in pairs, so that the gradient is right where a factor is 0. */
export function prod(x: Tensor, options: ReduceOptions = {}): Tensor {
  const { axes, keepDims } = reduced('prod', x, options);
  expectFloat('prod', x);
  const gone = resolveAxes('prod', axes, x.shape.length);
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !gone.includes(axis));
  const shape = reducedShape(x.shape, gone, keepDims);
  const length = sizeOf(gone.map((axis) => x.shape[axis]));
  let rows = reshape(permute(x, [...gone, ...kept]), [length, sizeOf(shape)]);
  for (let [n, width] = rows.shape; n !== 1; [n] = rows.shape) {
    const half = (start: number) => slice(rows, [start, 0], [n / 2, width]);
    rows = n === 0 || n % 2 === 1 ? pad(rows, [0, 0], [1, 0], 1) : mul(half(0), half(n / 2));
  }
  return reshape(rows, shape);
}

/** int32: the place of the first maximum among the reduced elements. */
export const argmax = (x: Tensor, options: ReduceOptions = {}): Tensor =>
  apply(ops.argmax, [x], reduced('argmax', x, options))[0];

/** eˣ / Σ eˣ along an axis, the last when left out: what is above 0 and adds up to 1. */
export const softmax = (x: Tensor, axis = -1): Tensor =>
  apply(ops.softmax, [x], { axis: expectNumber('softmax', 'axis', axis) })[0];
/** ln softmax(x), without overflow. */
export const logSoftmax = (x: Tensor, axis = -1): Tensor =>
  apply(ops.logSoftmax, [x], { axis: expectNumber('logSoftmax', 'axis', axis) })[0];

/** The transpose of broadcasting: sums x over the axes along which `shape` was repeated. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return reshape(x, shape);
  const lead = x.shape.length - shape.length;
  const axes = x.shape.map((_, axis) => axis).filter((axis) => axis < lead || shape[axis - lead] === 1);
  return reshape(sum(x, { axes }), shape);
}

/** [1]: 1 when every element is a number, neither infinite nor NaN, else 0. */
export const allFinite = (x: Tensor): Tensor => apply(ops.allFinite, [x], {})[0];

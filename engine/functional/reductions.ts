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
import { isZero } from './comparisons.ts';
import { abs, add, affine, clamp, exp, log, mul, neg, sqrt, sub } from './elementwise.ts';
import { pad, permute, reshape, slice } from './shapes.ts';

/** Which axes a reduction goes over, and what is left of them. */
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

/**
 * The sum over axes: y = Σ x.
 *
 * @param x of any shape
 * @returns the shape of x without the axes, or with 1 in their place; a scalar when all go
 * @throws ShapeError where there is no such axis
 * @category Reductions
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const x = Tensor.from([[1, 2], [3, 4]]);
 * console.log(await F.sum(x).item(), await F.sum(x, { axes: 0 }).toArray());
 * // 10 [ 4, 6 ]
 */
export const sum = (x: Tensor, options: ReduceOptions = {}): Tensor =>
  apply(ops.sum, [x], reduced('sum', x, options))[0];

/**
 * The mean over axes: y = Σ x / n. NaN of nothing.
 *
 * @param x of any shape
 * @returns the shape of x without the axes, or with 1 in their place; a scalar when all go
 * @throws ShapeError where there is no such axis
 * @function
 * @category Reductions
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const x = Tensor.from([[1, 2], [3, 4]]);
 * console.log(await F.mean(x, { axes: 1, keepDims: true }).toArray());
 * // [ [ 1.5 ], [ 3.5 ] ]
 */
export const mean = named('mean', (x: Tensor, options: ReduceOptions = {}): Tensor => {
  const attrs = reduced('mean', x, options);
  const axes = resolveAxes('mean', attrs.axes, x.shape.length);
  const count = sizeOf(axes.map((axis) => x.shape[axis]));
  return affine(sum(x, attrs), 1 / count, 0);
});

/**
 * The largest over axes; NaN where one is NaN.
 *
 * @param x of any shape
 * @returns the shape of x without the axes, or with 1 in their place; a scalar when all go
 * @throws ShapeError where there is no such axis
 * @category Reductions
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const x = Tensor.from([[1, 5], [3, 4]]);
 * console.log(await F.max(x).item(), await F.max(x, { axes: 0 }).toArray());
 * // 5 [ 3, 5 ]
 */
export const max = (x: Tensor, options: ReduceOptions = {}): Tensor =>
  apply(ops.max, [x], reduced('max', x, options))[0];

/**
 * The smallest over axes; NaN where one is NaN.
 *
 * @param x of any shape
 * @returns the shape of x without the axes, or with 1 in their place; a scalar when all go
 * @throws ShapeError where there is no such axis
 * @function
 * @category Reductions
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const x = Tensor.from([[1, 5], [3, 4]]);
 * console.log(await F.min(x).item(), await F.min(x, { axes: 0 }).toArray());
 * // 1 [ 1, 4 ]
 */
export const min = named('min', (x: Tensor, options: ReduceOptions = {}): Tensor => {
  return neg(max(neg(x), reduced('min', x, options)));
});

/**
 * ln Σ eˣ over axes, a smooth maximum, without overflow.
 *
 * @param x of any shape
 * @returns the shape of x without the axes, or with 1 in their place; a scalar when all go
 * @throws ShapeError where there is no such axis
 * @function
 * @category Reductions
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const y = await F.logSumExp(Tensor.from([1000, 1000])).item();
 * console.log(y.toFixed(3));
 * // 1000.693
 */
export const logSumExp = named('logSumExp', (x: Tensor, options: ReduceOptions = {}): Tensor => {
  const attrs = reduced('logSumExp', x, options);
  // Of ±∞ nothing can be taken away.
  const shift = noGrad(() => clamp(max(x, { ...attrs, keepDims: true }), -3.4e38, 3.4e38));
  const y = log(sum(exp(sub(x, shift)), attrs));
  return add(y, reshape(shift, y.shape));
});

/** Which norm, and over which axes. */
export interface NormOptions extends ReduceOptions {
  /** 1 or 2; 2 when left out. */
  readonly p?: 1 | 2 | undefined;
}

const normOptions: Known<NormOptions> = { p: true, ...reduceOptions };

/**
 * The length over axes: Σ|x| for p = 1, √Σx² for p = 2, whose gradient at 0 is 0.
 *
 * @param x of any shape
 * @returns the shape of x without the axes, or with 1 in their place; a scalar when all go
 * @throws ShapeError where there is no such axis, and for another p
 * @function
 * @category Reductions
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const x = Tensor.from([3, -4]);
 * console.log(await F.norm(x).item(), await F.norm(x, { p: 1 }).item());
 * // 5 7
 */
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

/**
 * The product over axes: y = Π x. It is multiplied in pairs, so that the gradient is right where a factor is 0.
 *
 * @param x of any shape
 * @returns the shape of x without the axes, or with 1 in their place; a scalar when all go
 * @throws ShapeError where there is no such axis, and for int32
 * @category Reductions
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const x = Tensor.from([[1, 2], [3, 4]]);
 * console.log(await F.prod(x).item(), await F.prod(x, { axes: 0 }).toArray());
 * // 24 [ 3, 8 ]
 */
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

/**
 * The place of the first maximum over axes, without a gradient.
 *
 * @param x of any shape
 * @returns int32, the shape of x without the axes, or with 1 in their place; counted row by row where several
 * go
 * @throws ShapeError where there is no such axis
 * @category Reductions
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const x = Tensor.from([[1, 5, 5], [9, 3, 4]]);
 * console.log(await F.argmax(x, { axes: 1 }).toArray());
 * // [ 1, 0 ]
 */
export const argmax = (x: Tensor, options: ReduceOptions = {}): Tensor =>
  apply(ops.argmax, [x], reduced('argmax', x, options))[0];

/**
 * eˣ / Σ eˣ along an axis: what is above 0 and adds up to 1.
 *
 * @param x of any shape
 * @param axis the last when left out
 * @returns the shape of x
 * @throws ShapeError where there is no such axis
 * @category Reductions
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const y = await F.softmax(F.log(Tensor.from([1, 3]))).read();
 * console.log([...y].map((p) => p.toFixed(2)));
 * // [ '0.25', '0.75' ]
 */
export const softmax = (x: Tensor, axis = -1): Tensor =>
  apply(ops.softmax, [x], { axis: expectNumber('softmax', 'axis', axis) })[0];

/**
 * ln softmax(x) along an axis, without overflow.
 *
 * @param x of any shape
 * @param axis the last when left out
 * @returns the shape of x
 * @throws ShapeError where there is no such axis
 * @category Reductions
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const [first, second] = await F.logSoftmax(Tensor.from([1000, 0])).read();
 * console.log(first, second);
 * // 0 -1000
 */
export const logSoftmax = (x: Tensor, axis = -1): Tensor =>
  apply(ops.logSoftmax, [x], { axis: expectNumber('logSoftmax', 'axis', axis) })[0];

/**
 * The transpose of broadcasting: sums x over the axes along which `shape` was repeated.
 *
 * @param x of a shape to which `shape` broadcasts
 * @returns of `shape`
 * @throws ShapeError for shapes that do not fit
 * @function
 * @category Reductions
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const x = Tensor.from([[1, 2], [3, 4]]);
 * console.log(await F.sumTo(x, [2, 1]).toArray());
 * // [ [ 3 ], [ 7 ] ]
 */
export const sumTo = named('sumTo', (x: Tensor, shape: Shape): Tensor => {
  if (sameShape(x.shape, shape)) return reshape(x, shape);
  const lead = x.shape.length - shape.length;
  const axes = x.shape.map((_, axis) => axis).filter((axis) => axis < lead || shape[axis - lead] === 1);
  return reshape(sum(x, { axes }), shape);
});

/**
 * Whether every element is a number, neither infinite nor NaN.
 *
 * @param x of any shape
 * @returns of shape [1]: 1 or 0
 * @category Reductions
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.allFinite(Tensor.from([1, 2])).item());
 * // 1
 * console.log(await F.allFinite(Tensor.from([1, NaN])).item());
 * // 0
 */
export const allFinite = (x: Tensor): Tensor => apply(ops.allFinite, [x], {})[0];

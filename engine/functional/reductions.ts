/** One value out of many, over any axes. */

import { apply } from '../graph.ts';
import { ops } from '../ops/index.ts';
import type { ReduceAttrs } from '../ops/reduce.ts';
import type { Shape } from '../shape.ts';
import { resolveAxes, sameShape, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { affine } from './elementwise.ts';
import { reshape } from './shapes.ts';

type ReduceOptions = Partial<ReduceAttrs>;

export const sum = (x: Tensor, { axes, keepDims = false }: ReduceOptions = {}): Tensor =>
  apply(ops.sum, [x], { axes, keepDims })[0];

/** Σ x / n over the axes. */
export function mean(x: Tensor, options: ReduceOptions = {}): Tensor {
  const axes = resolveAxes('mean', options.axes, x.shape.length);
  const count = sizeOf(axes.map((axis) => x.shape[axis]));
  return affine(sum(x, options), 1 / count, 0);
}

export const max = (x: Tensor, { axes, keepDims = false }: ReduceOptions = {}): Tensor =>
  apply(ops.max, [x], { axes, keepDims })[0];

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

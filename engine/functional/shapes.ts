/** The same elements in another order or shape, or a part of them. */

import { apply } from '../graph.ts';
import { ops } from '../ops/index.ts';
import type { Shape } from '../shape.ts';
import { resolveAxis, sameShape, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/** The same elements under another shape; one axis may be −1. Shares memory. */
export const reshape = (x: Tensor, shape: Shape): Tensor => apply(ops.reshape, [x], { shape })[0];

/** Joins the axes from `start` on: [N,C,H,W] → [N,C·H·W] for 1. */
export const flatten = (x: Tensor, start = 1): Tensor => {
  const from = resolveAxis('flatten', start, Math.max(1, x.shape.length));
  return reshape(x, [...x.shape.slice(0, from), sizeOf(x.shape.slice(from))]);
};

export const permute = (x: Tensor, axes: readonly number[]): Tensor => apply(ops.permute, [x], { axes })[0];

/** The box of `size` elements that begins at `start`. */
export const slice = (x: Tensor, start: readonly number[], size: readonly number[]): Tensor =>
  apply(ops.slice, [x], { start, size })[0];

export const broadcastTo = (x: Tensor, shape: Shape): Tensor =>
  sameShape(x.shape, shape) ? reshape(x, shape) : apply(ops.broadcastTo, [x], { shape })[0];

/** Tensors one after the other along `axis`. */
export const concat = (tensors: readonly Tensor[], axis = 0): Tensor =>
  apply(ops.concat, tensors, { axis })[0];

/** `low` elements of `value` before and `high` after, per axis. */
export const pad = (x: Tensor, low: readonly number[], high: readonly number[], value = 0): Tensor =>
  apply(ops.pad, [x], { low, high, value })[0];

/** All elements of tensors side by side, each from a multiple of 64 on; see engine/ops/pack.ts. */
export const pack = (tensors: readonly Tensor[]): Tensor => apply(ops.pack, tensors, {})[0];

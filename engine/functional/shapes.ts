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

/** x again and again along each axis, as often as `repeats` says. */
export function tile(x: Tensor, repeats: readonly number[]): Tensor {
  const apart = x.shape.flatMap((n) => [1, n]);
  const repeated = repeats.flatMap((times, axis) => [times, x.shape[axis]]);
  const shape = x.shape.map((n, axis) => n * repeats[axis]);
  return reshape(broadcastTo(reshape(x, apart), repeated), shape);
}

/** What lies beyond the border of n elements, before 0 or from n on. */
const beyond = {
  replicate: (i: number, n: number) => (i < 0 ? 0 : n - 1),
  reflect: (i: number, n: number) => (i < 0 ? -i : 2 * n - 2 - i),
};

type Filling = number | keyof typeof beyond;

/** `low` elements before and `high` after, per axis: of a value, of the border, or of what is mirrored there. */
export function pad(x: Tensor, low: readonly number[], high: readonly number[], value: Filling = 0): Tensor {
  if (typeof value === 'number') return apply(ops.pad, [x], { low, high, value })[0];
  ops.pad.infer([x], { low, high, value: 0 });
  let y = reshape(x, x.shape);
  for (const [axis, n] of x.shape.entries()) {
    const [inside, corner, size] = [y, x.shape.map(() => 0), y.shape.with(axis, 1)];
    const at = (i: number) => slice(inside, corner.with(axis, beyond[value](i, n)), size);
    const before = Array.from({ length: low[axis] }, (_, i) => at(i - low[axis]));
    const after = Array.from({ length: high[axis] }, (_, i) => at(n + i));
    if (before.length + after.length > 0) y = concat([...before, y, ...after], axis);
  }
  return y;
}

/** All elements of tensors side by side, each from a multiple of 64 on; see engine/ops/pack.ts. */
export const pack = (tensors: readonly Tensor[]): Tensor => apply(ops.pack, tensors, {})[0];

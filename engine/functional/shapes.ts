/** The same elements in another order or shape, or a part of them. */

import { ShapeError, whatIs } from '../errors.ts';
import { expectList, expectNumber, expectTensor } from '../expect.ts';
import { apply, applyWith } from '../graph.ts';
import * as ops from '../ops/pages.ts';
import type { Shape } from '../shape.ts';
import { resolveAxes, resolveAxis, sameShape, show, sizeOf } from '../shape.ts';
import { Tensor } from '../tensor.ts';

/** With what their gradients take beside the functions that all do. */
const applyGather = applyWith(() => ({ gather, scatterAdd }));

const ones = (axes: Shape): number[] => axes.map(() => 1);

/** Refuses lists that have no whole number ≥ 0 for each axis. */
function expectCounts(op: string, given: Readonly<Record<string, readonly number[]>>, shape: Shape): void {
  const isCount = (n: number) => Number.isInteger(n) && n >= 0;
  const lists = Object.entries(given);
  if (lists.every(([, list]) => list.length === shape.length && list.every(isCount))) return;
  const said = lists.map(([name, list]) => `${name} ${show(list)}`).join(' and ');
  throw new ShapeError(`${op}: ${said} for ${show(shape)}; expected ${shape.length} whole numbers ≥ 0 each`);
}

/** The same elements under another shape; one axis may be −1. Shares memory. */
export const reshape = (x: Tensor, shape: Shape): Tensor => {
  expectList('reshape', 'shape', shape);
  return apply(ops.reshape, [x], { shape })[0];
};

/** Joins the axes from `start` on: [N,C,H,W] → [N,C·H·W] for 1. */
export const flatten = (x: Tensor, start = 1): Tensor => {
  expectTensor('flatten', 'its input', x);
  const from = resolveAxis('flatten', expectNumber('flatten', 'start', start), Math.max(1, x.shape.length));
  return reshape(x, [...x.shape.slice(0, from), sizeOf(x.shape.slice(from))]);
};

/** The axes in another order: [2,3] → [3,2] for [1, 0]. */
export const permute = (x: Tensor, axes: readonly number[]): Tensor => {
  expectList('permute', 'axes', axes);
  return apply(ops.permute, [x], { axes })[0];
};

/** The box of `size` elements that begins at `start`, `steps` apart along each axis; a negative step goes backwards. */
export const slice = (x: Tensor, start: readonly number[], size: Shape, steps?: Shape): Tensor => {
  expectList('slice', 'start', start);
  expectList('slice', 'size', size);
  return apply(ops.slice, [x], { start, size, steps: steps ?? ones(size) })[0];
};

/** x backwards along the axes; along all when none are named. */
export function flip(x: Tensor, axes?: number | readonly number[]): Tensor {
  expectTensor('flip', 'its input', x);
  const list = typeof axes === 'number' ? [axes] : axes;
  if (list !== undefined) expectList('flip', 'axes', list);
  const flipped = resolveAxes('flip', list, x.shape.length);
  const steps = x.shape.map((_, axis) => (flipped.includes(axis) ? -1 : 1));
  const start = x.shape.map((n, axis) => (steps[axis] < 0 && n > 0 ? n - 1 : 0));
  return slice(x, start, x.shape, steps);
}

/**
 * What int32 indices of any shape name along an axis of x, in its place: [5,3] at [2,2] places of axis 0 is [2,2,3]. −1 is
 * the last place. An index past either end names that end, as in WebNN; among numbers it is refused.
 */
export function gather(x: Tensor, indices: Tensor | ArrayLike<number>, axis = 0): Tensor {
  expectTensor('gather', 'its input', x);
  expectNumber('gather', 'axis', axis);
  if (indices instanceof Tensor) return applyGather(ops.gather, [x, indices], { axis })[0];
  const n = x.shape[resolveAxis('gather', axis, x.shape.length)];
  const wrong = Array.from(indices).find((index) => !Number.isInteger(index) || index < -n || index >= n);
  if (n > 0 && wrong !== undefined) {
    throw new ShapeError(
      `gather: index ${wrong} on axis ${axis} of ${show(x.shape)}; expected ${-n} to ${n - 1}`,
    );
  }
  return gather(x, Tensor.from(x.device, Int32Array.from(indices)), axis);
}

/** The transpose of gather: y, whose axes from `axis` on are those of `indices`, added up on an axis of `length` places. */
export const scatterAdd = (y: Tensor, indices: Tensor, length: number, axis = 0): Tensor =>
  applyGather(ops.scatterAdd, [y, indices], { axis, length })[0];

/** x repeated to a shape by NumPy's rule. */
export const broadcastTo = (x: Tensor, shape: Shape): Tensor => {
  expectTensor('broadcastTo', 'its input', x);
  expectList('broadcastTo', 'shape', shape);
  return sameShape(x.shape, shape) ? reshape(x, shape) : apply(ops.broadcastTo, [x], { shape })[0];
};

/** Tensors one after the other along `axis`. */
export const concat = (tensors: readonly Tensor[], axis = 0): Tensor => {
  if (!Array.isArray(tensors))
    throw new ShapeError(`concat: ${whatIs(tensors)}; expected an array of tensors: concat([a, b], axis)`);
  return apply(ops.concat, tensors, { axis: expectNumber('concat', 'axis', axis) })[0];
};

/** x again and again along each axis, as often as `repeats` says. */
export function tile(x: Tensor, repeats: readonly number[]): Tensor {
  expectTensor('tile', 'its input', x);
  expectList('tile', 'repeats', repeats);
  expectCounts('tile', { repeats }, x.shape);
  let y = reshape(x, x.shape);
  for (let axis = x.shape.length - 1; axis >= 0; axis--) {
    if (repeats[axis] === 1) continue;
    const [outer, inner] = [sizeOf(x.shape.slice(0, axis)), sizeOf(y.shape.slice(axis))];
    const repeated = broadcastTo(reshape(y, [outer, 1, inner]), [outer, repeats[axis], inner]);
    y = reshape(repeated, y.shape.with(axis, x.shape[axis] * repeats[axis]));
  }
  return y;
}

/** x in a tensor of zeros: from `start` on, `steps` apart. The transpose of slice. */
export const spread = (x: Tensor, start: readonly number[], shape: Shape, steps: readonly number[]): Tensor =>
  apply(ops.pad, [x], { start, steps, shape, value: 0 })[0];

/** How far inside of the border the mirror stands from which elements are copied. */
const insets = { replicate: 0, reflect: 1, symmetric: 0 };

/**
 * `low` elements before x and `high` after it, per axis: of a value, copies of the border (replicate), or what a mirror
 * shows that stands on the last element (reflect) or behind it (symmetric).
 */
export function pad(x: Tensor, low: Shape, high: Shape, value: number | keyof typeof insets = 0): Tensor {
  expectTensor('pad', 'its input', x);
  expectList('pad', 'low', low);
  expectList('pad', 'high', high);
  expectCounts('pad', { low, high }, x.shape);
  const steps = ones(x.shape);
  if (typeof value === 'number') {
    const shape = x.shape.map((n, axis) => low[axis] + n + high[axis]);
    return apply(ops.pad, [x], { start: low, steps, shape, value })[0];
  }
  if (!(value in insets)) {
    throw new ShapeError(`pad: ${value}; expected a number, ${Object.keys(insets).join(', ')}`);
  }
  const copies = value === 'replicate';
  const inset = insets[value];
  return x.shape.reduce(
    (y, n, axis) => {
      const most = copies && n > 0 ? Infinity : Math.max(0, n - inset);
      if (Math.max(low[axis], high[axis]) > most) {
        throw new ShapeError(
          `pad: low ${show(low)} and high ${show(high)} for ${show(x.shape)}, ${value}; expected at most ${most} on axis ${axis}`,
        );
      }
      const border = (count: number, from: number) => {
        if (count === 0) return [];
        const start = y.shape.map(() => 0).with(axis, from);
        const part = slice(y, start, y.shape.with(axis, copies ? 1 : count), steps.with(axis, -1));
        return [broadcastTo(part, y.shape.with(axis, count))];
      };
      const parts = [
        ...border(low[axis], copies ? 0 : low[axis] - 1 + inset),
        ...[y, ...border(high[axis], n - 1 - inset)],
      ];
      return parts.length === 1 ? y : concat(parts, axis);
    },
    reshape(x, x.shape),
  );
}

/** All elements of tensors side by side, each from a multiple of 64 on; see engine/ops/pack.ts. */
export const pack = (tensors: readonly Tensor[]): Tensor => apply(ops.pack, tensors, {})[0];

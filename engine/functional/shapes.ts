/** The same elements in another order or shape, or a part of them. */

import { named, ShapeError, whatIs } from '../errors.ts';
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

/**
 * The same elements under another shape, in the same order. It shares memory.
 *
 * @param x of any shape
 * @param shape where one length may be −1: what is left for it
 * @returns of that shape
 * @throws ShapeError where the numbers of elements are not the same
 * @category Shapes
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const x = Tensor.from([1, 2, 3, 4, 5, 6]);
 * console.log(await F.reshape(x, [2, -1]).toArray());
 * // [ [ 1, 2, 3 ], [ 4, 5, 6 ] ]
 */
export const reshape = (x: Tensor, shape: Shape): Tensor => {
  expectList('reshape', 'shape', shape);
  return apply(ops.reshape, [x], { shape })[0];
};

/**
 * Joins the axes from `start` on: [N,C,H,W] becomes [N,C·H·W]. It shares memory.
 *
 * @param x of any shape
 * @param start 1 when left out; negative ones count from the end
 * @throws ShapeError where there is no such axis
 * @category Shapes
 * @example
 * import { F } from 'inkgrad';
 *
 * console.log(F.flatten(F.zeros([2, 3, 4])).shape, F.flatten(F.zeros([2, 3, 4]), 0).shape);
 * // [ 2, 12 ] [ 24 ]
 */
export const flatten = (x: Tensor, start = 1): Tensor => {
  expectTensor('flatten', 'its input', x);
  const from = resolveAxis('flatten', expectNumber('flatten', 'start', start), Math.max(1, x.shape.length));
  return reshape(x, [...x.shape.slice(0, from), sizeOf(x.shape.slice(from))]);
};

/**
 * The axes in another order.
 *
 * @param x of any shape
 * @param axes which axis of x comes where: [1, 0] transposes a matrix
 * @returns the shape of x in that order
 * @throws ShapeError for axes that are no permutation
 * @category Shapes
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.permute(Tensor.from([[1, 2, 3], [4, 5, 6]]), [1, 0]).toArray());
 * // [ [ 1, 4 ], [ 2, 5 ], [ 3, 6 ] ]
 */
export const permute = (x: Tensor, axes: readonly number[]): Tensor => {
  expectList('permute', 'axes', axes);
  return apply(ops.permute, [x], { axes })[0];
};

/**
 * The box of `size` elements that begins at `start`.
 *
 * @param x of any shape
 * @param start the first element along each axis
 * @param size how many along each axis
 * @param steps how far apart they are along each axis; 1 when left out, backwards where negative
 * @returns of shape `size`
 * @throws ShapeError for a box that is not inside of x
 * @category Shapes
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const x = Tensor.from([[1, 2, 3], [4, 5, 6]]);
 * console.log(await F.slice(x, [0, 1], [2, 2]).toArray());
 * // [ [ 2, 3 ], [ 5, 6 ] ]
 * console.log(await F.slice(x, [1, 0], [1, 2], [1, 2]).toArray());
 * // [ [ 4, 6 ] ]
 */
export const slice = (x: Tensor, start: readonly number[], size: Shape, steps?: Shape): Tensor => {
  expectList('slice', 'start', start);
  expectList('slice', 'size', size);
  return apply(ops.slice, [x], { start, size, steps: steps ?? ones(size) })[0];
};

/**
 * x backwards along axes.
 *
 * @param x of any shape
 * @param axes one or several; all when left out
 * @returns the shape of x
 * @throws ShapeError where there is no such axis
 * @category Shapes
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.flip(Tensor.from([[1, 2], [3, 4]]), 1).toArray());
 * // [ [ 2, 1 ], [ 4, 3 ] ]
 */
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
 * What indices name along an axis of x, in its place: [5,3] at [2,2] places of axis 0 is [2,2,3].
 *
 * @param x of any shape
 * @param indices int32 of any shape, or a list of numbers; −1 is the last place
 * @param axis 0 when left out
 * @returns the shape of x with that of the indices in place of the axis
 * @throws ShapeError where there is no such axis, and for a number past either end; in a tensor, which is not
 * read back, that names the end, as in WebNN
 * @category Indexing
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const x = Tensor.from([[1, 2], [3, 4], [5, 6]]);
 * console.log(await F.gather(x, [2, 0, -1]).toArray());
 * // [ [ 5, 6 ], [ 1, 2 ], [ 5, 6 ] ]
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

/**
 * The transpose of gather: what is put at places of an axis, added up where several share one.
 *
 * @param y whose axes from `axis` on begin with those of `indices`
 * @param indices int32 of any shape
 * @param length how many places the axis has
 * @param axis 0 when left out
 * @returns the shape of y with `length` in place of the axes of the indices
 * @throws ShapeError for shapes that do not fit
 * @category Indexing
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const places = Tensor.from(Int32Array.from([0, 2, 0]));
 * console.log(await F.scatterAdd(Tensor.from([1, 2, 3]), places, 3).toArray());
 * // [ 4, 0, 2 ]
 */
export const scatterAdd = (y: Tensor, indices: Tensor, length: number, axis = 0): Tensor =>
  applyGather(ops.scatterAdd, [y, indices], { axis, length })[0];

/**
 * x repeated to a shape by NumPy's rule: axes of length 1, and those that are not there, at the front, become
 * as long as they need to be.
 *
 * @param x of any shape
 * @returns of `shape`
 * @throws ShapeError where x does not broadcast to it
 * @category Shapes
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.broadcastTo(Tensor.from([[1], [2]]), [2, 3]).toArray());
 * // [ [ 1, 1, 1 ], [ 2, 2, 2 ] ]
 */
export const broadcastTo = (x: Tensor, shape: Shape): Tensor => {
  expectTensor('broadcastTo', 'its input', x);
  expectList('broadcastTo', 'shape', shape);
  return sameShape(x.shape, shape) ? reshape(x, shape) : apply(ops.broadcastTo, [x], { shape })[0];
};

/**
 * Tensors one after the other along an axis.
 *
 * @param tensors of one shape, apart from that axis
 * @param axis 0 when left out
 * @returns as long along the axis as all together
 * @throws ShapeError for what is no array of tensors, and shapes that do not fit
 * @category Shapes
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const [a, b] = [Tensor.from([[1, 2]]), Tensor.from([[3, 4]])];
 * console.log(await F.concat([a, b]).toArray(), await F.concat([a, b], 1).toArray());
 * // [ [ 1, 2 ], [ 3, 4 ] ] [ [ 1, 2, 3, 4 ] ]
 */
export const concat = (tensors: readonly Tensor[], axis = 0): Tensor => {
  if (!Array.isArray(tensors))
    throw new ShapeError(`concat: ${whatIs(tensors)}; expected an array of tensors: concat([a, b], axis)`);
  return apply(ops.concat, tensors, { axis: expectNumber('concat', 'axis', axis) })[0];
};

/**
 * x again and again along each axis.
 *
 * @param x of any shape
 * @param repeats how often, for each axis
 * @returns each length times its repeats
 * @throws ShapeError for what is no whole number ≥ 0 for each axis
 * @category Shapes
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.tile(Tensor.from([[1, 2]]), [2, 2]).toArray());
 * // [ [ 1, 2, 1, 2 ], [ 1, 2, 1, 2 ] ]
 */
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

/**
 * x in a tensor of zeros, from `start` on, `steps` apart: the transpose of slice.
 *
 * @param x of any shape
 * @param start the place of the first element along each axis
 * @param shape that of the result
 * @param steps how far apart the elements are along each axis
 * @returns of `shape`
 * @throws ShapeError where x does not fit into it
 * @function
 * @category Shapes
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.spread(Tensor.from([1, 2]), [1], [5], [2]).toArray());
 * // [ 0, 1, 0, 2, 0 ]
 */
export const spread = named(
  'spread',
  (x: Tensor, start: readonly number[], shape: Shape, steps: readonly number[]): Tensor =>
    apply(ops.pad, [x], { start, steps, shape, value: 0 })[0],
);

/** How far inside of the border the mirror stands from which elements are copied. */
const insets = { replicate: 0, reflect: 1, symmetric: 0 };

/**
 * `low` elements before x and `high` after it, along each axis.
 *
 * @param x of any shape
 * @param low how many before, for each axis
 * @param high how many after, for each axis
 * @param value what they are: a number, copies of the border (`replicate`), or what a mirror shows that stands
 * on the last element (`reflect`) or behind it (`symmetric`); 0 when left out
 * @returns each length with what is before and after
 * @throws ShapeError for what is no whole number ≥ 0 for each axis, and more than a mirror can show
 * @category Shapes
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const x = Tensor.from([1, 2, 3]);
 * console.log(await F.pad(x, [1], [2]).toArray());
 * // [ 0, 1, 2, 3, 0, 0 ]
 * console.log(await F.pad(x, [0], [2], 'reflect').toArray());
 * // [ 1, 2, 3, 2, 1 ]
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

/**
 * All elements of tensors side by side, each from a multiple of 64 on, with zeros between: what optimisers
 * update in one launch.
 *
 * @param tensors of any shapes, float
 * @returns of one axis
 * @category Shapes
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const packed = F.pack([Tensor.from([1, 2]), Tensor.from([[3]])]);
 * console.log(packed.shape, (await packed.read())[64]);
 * // [ 128 ] 3
 */
export const pack = (tensors: readonly Tensor[]): Tensor => apply(ops.pack, tensors, {})[0];

/**
 * slice: y[i₀,i₁,…] = x[start₀ + i₀·steps₀, start₁ + i₁·steps₁, …] for a box of the given size. A step may be negative.
 *
 * dL/dx = g padded with zeros back to the shape of x, its elements as far apart
 */

import { slice as cpu } from '../devices/cpu/kernels/shapes.ts';
import { slice as wasm } from '../devices/wasm/kernels/shapes.ts';
import { slice as gpu } from '../devices/webgpu/kernels/shapes.ts';
import { ShapeError } from '../errors.ts';
import type { Op } from '../op.ts';
import { indicesOf, offsetOf, show, stridesOf } from '../shape.ts';

export interface SliceAttrs {
  readonly start: readonly number[];
  readonly size: readonly number[];
  /** From one element taken to the next, along each axis; not 0. */
  readonly steps: readonly number[];
}

/** The lowest place that is taken on an axis, and the one after the highest. */
function rangeOf(axis: number, { start, size, steps }: SliceAttrs): [from: number, to: number] {
  const [first, count] = [start[axis], size[axis]];
  const last = first + (count - 1) * steps[axis];
  return count === 0 ? [first, first] : [Math.min(first, last), Math.max(first, last) + 1];
}

export const slice: Op<SliceAttrs> = {
  name: 'slice',
  infer([x], attrs) {
    const { start, size, steps } = attrs;
    const fits =
      [start, size, steps].every((list) => list.length === x.shape.length) &&
      [...start, ...size].every((n) => Number.isInteger(n) && n >= 0) &&
      steps.every((n) => Number.isInteger(n) && n !== 0) &&
      x.shape.every((n, axis) => rangeOf(axis, attrs)[0] >= 0 && rangeOf(axis, attrs)[1] <= n);
    if (!fits) {
      throw new ShapeError(
        `slice: start ${show(start)}, size ${show(size)} and steps ${show(steps)} of ${show(x.shape)}; expected places inside it, and steps other than 0`,
      );
    }
    return [{ shape: [...size], dtype: x.dtype }];
  },
  define([x], [y], { start, steps }) {
    const strides = stridesOf(x.shape);
    let to = 0;
    for (const index of indicesOf(y.shape)) {
      const from = index.map((i, axis) => start[axis] + i * steps[axis]);
      y.data[to++] = x.data[offsetOf(from, strides)];
    }
  },
  grad: ({ F, g, inputs: [x], attrs }) => {
    const ranges = x.shape.map((_, axis) => rangeOf(axis, attrs));
    const low = ranges.map(([from]) => from);
    const high = ranges.map(([, to], axis) => x.shape[axis] - to);
    return [F.spread(g, low, high, attrs.steps)];
  },
  cpu,
  gpu,
  wasm,
  samples: [
    { inputs: ['7'], attrs: { start: [2], size: [3], steps: [1] } },
    { inputs: ['4,5'], attrs: { start: [1, 0], size: [2, 5], steps: [1, 1] } },
    { inputs: ['3,4,5'], attrs: { start: [0, 1, 4], size: [3, 2, 1], steps: [1, 1, 1] } },
    { inputs: ['3,4'], attrs: { start: [3, 0], size: [0, 4], steps: [1, 1] } },
    { inputs: ['9 words'], attrs: { start: [4], size: [5], steps: [1] } },
    { inputs: ['11'], attrs: { start: [1], size: [4], steps: [3] } },
    { inputs: ['3,5,7'], attrs: { start: [2, 0, 6], size: [3, 3, 2], steps: [-1, 2, -5] } },
    { inputs: ['2,0'], attrs: { start: [1, 0], size: [2, 0], steps: [-1, -2] } },
  ],
};

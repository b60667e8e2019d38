/**
 * slice: a box of the given size. A step may be negative.
 *
 * y[i₀,i₁,…] = x[start₀ + i₀·steps₀, start₁ + i₁·steps₁, …]
 *
 * dL/dx = g in the places that it was taken from, and zeros around it
 */

import { slice as cpu } from '../devices/cpu/kernels/shapes.ts';
import { ShapeError } from '../errors.ts';
import type { ListedOp } from '../op.ts';
import type { Shape } from '../shape.ts';
import { indicesOf, offsetOf, show, stridesOf } from '../shape.ts';

export interface SliceAttrs {
  readonly start: readonly number[];
  readonly size: readonly number[];
  /** From one element taken to the next, along each axis; not 0. */
  readonly steps: readonly number[];
}

/** Refuses what is not all inside of a tensor of that shape. */
export function expectInside(op: string, { start, size, steps }: SliceAttrs, shape: Shape): void {
  const fits =
    [start, size, steps].every((list) => list.length === shape.length) &&
    [...start, ...size].every((n) => Number.isInteger(n) && n >= 0) &&
    steps.every((n) => Number.isInteger(n) && n !== 0) &&
    shape.every((n, axis) => {
      const last = start[axis] + (size[axis] - 1) * steps[axis];
      return size[axis] === 0 ? start[axis] <= n : Math.max(start[axis], last) < n && last >= 0;
    });
  if (!fits) {
    throw new ShapeError(
      `${op}: start ${show(start)}, size ${show(size)} and steps ${show(steps)} of ${show(shape)}; expected places inside it, and steps other than 0`,
    );
  }
}

export const slice: ListedOp<SliceAttrs> = {
  name: 'slice',
  infer([x], attrs) {
    expectInside('slice', attrs, x.shape);
    return [{ shape: [...attrs.size], dtype: x.dtype }];
  },
  define([x], [y], { start, steps }) {
    const strides = stridesOf(x.shape);
    let to = 0;
    for (const index of indicesOf(y.shape)) {
      const from = index.map((i, axis) => start[axis] + i * steps[axis]);
      y.data[to++] = x.data[offsetOf(from, strides)];
    }
  },
  grad: ({ F, g, inputs: [x], attrs: { start, steps } }) => [F.spread(g, start, x.shape, steps)],
  cpu,
  gpu: 'slice',
  wasm: 'slice',
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

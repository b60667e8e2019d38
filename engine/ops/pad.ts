/**
 * pad: x inside a tensor of `value`, the transpose of slice.
 *
 * y[start₀ + i₀·steps₀, start₁ + i₁·steps₁, …] = x[i₀,i₁,…]
 *
 * dL/dx = what of g lies in those places
 */

import { pad as cpu } from '../devices/cpu/kernels/shapes.ts';
import { expectFloat } from '../expect.ts';
import type { ListedOp } from '../op.ts';
import type { Shape } from '../shape.ts';
import { indicesOf, offsetOf, stridesOf } from '../shape.ts';
import { expectInside } from './slice.ts';

export interface PadAttrs {
  readonly start: readonly number[];
  /** From one element of x to the next in y, along each axis; not 0. */
  readonly steps: readonly number[];
  /** Of y. */
  readonly shape: Shape;
  readonly value: number;
}

export const pad: ListedOp<PadAttrs> = {
  name: 'pad',
  infer([x], { start, steps, shape }) {
    expectFloat('pad', x);
    expectInside('pad', { start, size: x.shape, steps }, shape);
    return [{ shape: [...shape], dtype: x.dtype }];
  },
  define([x], [y], { start, steps, value }) {
    const strides = stridesOf(y.shape);
    let from = 0;
    y.data.fill(value);
    for (const index of indicesOf(x.shape)) {
      const to = index.map((i, axis) => start[axis] + i * steps[axis]);
      y.data[offsetOf(to, strides)] = x.data[from++];
    }
  },
  grad: ({ F, g, inputs: [x], attrs: { start, steps } }) => [F.slice(g, start, x.shape, steps)],
  cpu,
  gpu: 'pad',
  wasm: 'pad',
  samples: [
    { inputs: ['5'], attrs: { start: [2], steps: [1], shape: [8], value: 0 } },
    { inputs: ['3,4'], attrs: { start: [0, 1], steps: [1, 1], shape: [5, 5], value: -1.5 } },
    { inputs: ['2,1,3'], attrs: { start: [1, 1, 1], steps: [1, 1, 1], shape: [4, 3, 5], value: 0 } },
    { inputs: [''], attrs: { start: [], steps: [], shape: [], value: 0 } },
    { inputs: ['0,2'], attrs: { start: [1, 0], steps: [1, 1], shape: [2, 3], value: 3 } },
    { inputs: ['4'], attrs: { start: [1], steps: [3], shape: [13], value: 0.5 } },
    { inputs: ['3,2,5'], attrs: { start: [5, 0, 6], steps: [-2, 4, -1], shape: [6, 6, 7], value: 0 } },
    { inputs: ['0,3'], attrs: { start: [0, 6], steps: [-1, -3], shape: [2, 8], value: 1 } },
  ],
};

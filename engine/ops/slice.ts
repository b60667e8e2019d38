/**
 * slice: y[i₀,i₁,…] = x[start₀+i₀, start₁+i₁, …] for a box of the given size.
 *
 * dL/dx = g padded with zeros back to the shape of x
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
}

export const slice: Op<SliceAttrs> = {
  name: 'slice',
  infer([x], { start, size }) {
    const fits =
      start.length === x.shape.length &&
      size.length === x.shape.length &&
      [...start, ...size].every((n) => Number.isInteger(n) && n >= 0) &&
      x.shape.every((n, axis) => start[axis] + size[axis] <= n);
    if (!fits) {
      throw new ShapeError(
        `slice: start ${show(start)} and size ${show(size)} of ${show(x.shape)}; expected a box inside it`,
      );
    }
    return [{ shape: [...size], dtype: x.dtype }];
  },
  define([x], [y], { start }) {
    const strides = stridesOf(x.shape);
    const first = offsetOf(start, strides);
    let to = 0;
    for (const index of indicesOf(y.shape)) y.data[to++] = x.data[first + offsetOf(index, strides)];
  },
  grad: ({ F, g, inputs: [x], attrs: { start, size } }) => {
    const high = x.shape.map((n, axis) => n - start[axis] - size[axis]);
    return [F.pad(g, start, high)];
  },
  cpu,
  gpu,
  wasm,
  samples: [
    { inputs: ['7'], attrs: { start: [2], size: [3] } },
    { inputs: ['4,5'], attrs: { start: [1, 0], size: [2, 5] } },
    { inputs: ['3,4,5'], attrs: { start: [0, 1, 4], size: [3, 2, 1] } },
    { inputs: ['3,4'], attrs: { start: [3, 0], size: [0, 4] } },
    { inputs: ['9 words'], attrs: { start: [4], size: [5] } },
  ],
};

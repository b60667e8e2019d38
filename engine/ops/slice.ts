/**
 * slice: y[i₀,i₁,…] = x[start₀+i₀, start₁+i₁, …] for a box of the given size.
 *
 * dL/dx = g padded with zeros back to the shape of x
 */
import { copyStrided } from '../devices/cpu/kernels/strided.ts';
import { launchStrided } from '../devices/webgpu/kernels/strided.ts';
import { ShapeError } from '../errors.ts';
import type { Op } from '../op.ts';
import type { Shape } from '../shape.ts';
import { show, stridesOf } from '../shape.ts';

export interface SliceAttrs {
  readonly start: readonly number[];
  readonly size: readonly number[];
}

const strided = (shape: Shape, start: readonly number[]) => {
  const strides = stridesOf(shape);
  return { offset: start.reduce((sum, at, axis) => sum + at * strides[axis], 0), strides };
};

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
  cpu: ([x], [y], { start }) => copyStrided(x, y, strided(x.shape, start)),
  gpu: ([x], [y], { start }) => [launchStrided(y.shape, strided(x.shape, start))],
  grad: ({ F, g, inputs: [x], attrs: { start, size } }) => {
    const high = x.shape.map((n, axis) => n - start[axis] - size[axis]);
    return [F.pad(g, start, high)];
  },
  samples: [
    { inputs: ['7'], attrs: { start: [2], size: [3] } },
    { inputs: ['4,5'], attrs: { start: [1, 0], size: [2, 5] } },
    { inputs: ['3,4,5'], attrs: { start: [0, 1, 4], size: [3, 2, 1] } },
    { inputs: ['3,4'], attrs: { start: [3, 0], size: [0, 4] } },
    { inputs: ['9 words'], attrs: { start: [4], size: [5] } },
  ],
};

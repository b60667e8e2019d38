/**
 * permute: y[i…] has axis k of y = axis axes[k] of x.
 *
 * dL/dx = permute(g, inverse of axes)
 */
import { copyStrided } from '../devices/cpu/kernels/strided.ts';
import { launchStrided } from '../devices/webgpu/kernels/strided.ts';
import { ShapeError } from '../errors.ts';
import type { Op } from '../op.ts';
import type { Shape } from '../shape.ts';
import { show, stridesOf } from '../shape.ts';

export interface PermuteAttrs {
  /** Axis k of the output is axis axes[k] of the input. */
  readonly axes: readonly number[];
}

const strided = (shape: Shape, axes: readonly number[]) => {
  const strides = stridesOf(shape);
  return { offset: 0, strides: axes.map((axis) => strides[axis]) };
};

export const permute: Op<PermuteAttrs> = {
  name: 'permute',
  infer([x], { axes }) {
    const sorted = [...axes].sort((a, b) => a - b);
    if (axes.length !== x.shape.length || sorted.some((axis, i) => axis !== i)) {
      throw new ShapeError(
        `permute: axes ${show(axes)} for shape ${show(x.shape)}; expected each of 0 to ${x.shape.length - 1} once`,
      );
    }
    return [{ shape: axes.map((axis) => x.shape[axis]), dtype: x.dtype }];
  },
  cpu: ([x], [y], { axes }) => copyStrided(x, y, strided(x.shape, axes)),
  gpu: ([x], [y], { axes }) => [launchStrided(y.shape, strided(x.shape, axes))],
  grad: ({ F, g, attrs: { axes } }) => [
    F.permute(
      g,
      axes.map((_, axis) => axes.indexOf(axis)),
    ),
  ],
  samples: [
    { inputs: ['3,5'], attrs: { axes: [1, 0] } },
    { inputs: ['2,3,4,5'], attrs: { axes: [0, 2, 3, 1] } },
    { inputs: ['3,1,7'], attrs: { axes: [2, 0, 1] } },
    { inputs: [''], attrs: { axes: [] } },
    { inputs: ['2,0,3'], attrs: { axes: [2, 1, 0] } },
    { inputs: ['4,3 words'], attrs: { axes: [1, 0] } },
  ],
};

/**
 * permute: axes in another order; axis k of y is axis axes[k] of x.
 *
 * y[i₀,i₁,…] = x[j₀,j₁,…] where j of axis axes[k] is iₖ
 *
 * dL/dx = permute(g, inverse of axes)
 */

import { permute as cpu } from '../devices/cpu/kernels/shapes.ts';
import { ShapeError } from '../errors.ts';
import type { ListedOp } from '../op.ts';
import { indicesOf, offsetOf, show, stridesOf } from '../shape.ts';

export interface PermuteAttrs {
  /** Axis k of the output is axis axes[k] of the input. */
  readonly axes: readonly number[];
}

export const permute: ListedOp<PermuteAttrs> = {
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
  define([x], [y], { axes }) {
    const strides = stridesOf(x.shape);
    const along = axes.map((axis) => strides[axis]);
    let to = 0;
    for (const index of indicesOf(y.shape)) y.data[to++] = x.data[offsetOf(index, along)];
  },
  grad: ({ F, g, attrs: { axes } }) => [
    F.permute(
      g,
      axes.map((_, axis) => axes.indexOf(axis)),
    ),
  ],
  cpu,
  gpu: 'permute',
  wasm: 'permute',
  samples: [
    { inputs: ['3,5'], attrs: { axes: [1, 0] } },
    { inputs: ['2,3,4,5'], attrs: { axes: [0, 2, 3, 1] } },
    { inputs: ['3,1,7'], attrs: { axes: [2, 0, 1] } },
    { inputs: [''], attrs: { axes: [] } },
    { inputs: ['2,0,3'], attrs: { axes: [2, 1, 0] } },
    { inputs: ['4,3 words'], attrs: { axes: [1, 0] } },
  ],
};

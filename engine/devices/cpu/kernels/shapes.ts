/** The same elements in other places, walked by an odometer: a step of an axis moves by that axis' stride. */

import { broadcastStrides, stridesOf } from '../../../shape.ts';
import type { Strided } from '../../indexSpaces.ts';
import { permuted, sliced } from '../../indexSpaces.ts';
import type { CpuKernel, View } from '../../launch.ts';

/** Copies a strided reading of `x` into the contiguous `y`. */
function copyStrided(x: View, y: View, { offset, strides }: Strided): void {
  const { shape, data: to } = y;
  const from = x.data;
  const last = shape.length - 1;
  const inner = shape[last] ?? 1;
  const innerStride = strides[last] ?? 0;
  const index = new Array<number>(shape.length).fill(0);
  for (let i = 0, position = offset; i < to.length; ) {
    for (let j = 0, k = position; j < inner; j++, k += innerStride) to[i++] = from[k];
    for (let axis = last - 1; axis >= 0; axis--) {
      position += strides[axis];
      if (++index[axis] < shape[axis]) break;
      position -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
}

export const permute: CpuKernel<{ readonly axes: readonly number[] }> = ([x], [y], { axes }) =>
  copyStrided(x, y, permuted(x.shape, axes));

export const slice: CpuKernel<{ readonly start: readonly number[] }> = ([x], [y], { start }) =>
  copyStrided(x, y, sliced(x.shape, start));

export const broadcastTo: CpuKernel<object> = ([x], [y]) =>
  copyStrided(x, y, { offset: 0, strides: broadcastStrides(x.shape, y.shape) });

export const pad: CpuKernel<{ readonly low: readonly number[]; readonly value: number }> = (
  [x],
  [y],
  { low, value },
) => {
  y.data.fill(value);
  const strides = stridesOf(y.shape);
  const index = [...low];
  let to = low.reduce((sum, n, axis) => sum + n * strides[axis], 0);
  for (let i = 0; i < x.data.length; i++) {
    y.data[to] = x.data[i];
    for (let axis = x.shape.length - 1; axis >= 0; axis--) {
      to += strides[axis];
      if (++index[axis] < low[axis] + x.shape[axis]) break;
      to -= strides[axis] * x.shape[axis];
      index[axis] = low[axis];
    }
  }
};

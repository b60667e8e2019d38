/** The same elements in other places, walked by an odometer: a step of an axis moves by that axis' stride. */

import type { Shape } from '../../../shape.ts';
import { broadcastStrides, sizeOf, stridesOf } from '../../../shape.ts';
import type { Stepped, Strided } from '../../indexSpaces.ts';
import { permuted, sliced } from '../../indexSpaces.ts';
import type { CpuKernel, View } from '../../launch.ts';

/** Copies over an index space what is read through the strides `a` to what is written through `b`. */
function copy(shape: Shape, x: View, a: Strided, y: View, b: Strided): void {
  const [from, to] = [x.data, y.data];
  const last = shape.length - 1;
  const [inner, innerA, innerB] = [shape[last] ?? 1, a.strides[last] ?? 0, b.strides[last] ?? 0];
  const index = new Array<number>(shape.length).fill(0);
  for (let left = sizeOf(shape), p = a.offset, q = b.offset; left > 0; left -= inner) {
    for (let j = 0, k = p, n = q; j < inner; j++, k += innerA, n += innerB) to[n] = from[k];
    for (let axis = last - 1; axis >= 0; axis--) {
      p += a.strides[axis];
      q += b.strides[axis];
      if (++index[axis] < shape[axis]) break;
      p -= a.strides[axis] * shape[axis];
      q -= b.strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
}

const whole = ({ shape }: View): Strided => ({ offset: 0, strides: stridesOf(shape) });

export const permute: CpuKernel<{ readonly axes: readonly number[] }> = ([x], [y], { axes }) =>
  copy(y.shape, x, permuted(x.shape, axes), y, whole(y));

export const slice: CpuKernel<Stepped> = ([x], [y], attrs) =>
  copy(y.shape, x, sliced(x.shape, attrs), y, whole(y));

export const broadcastTo: CpuKernel<object> = ([x], [y]) =>
  copy(y.shape, x, { offset: 0, strides: broadcastStrides(x.shape, y.shape) }, y, whole(y));

export const pad: CpuKernel<Stepped & { readonly value: number }> = ([x], [y], attrs) => {
  y.data.fill(attrs.value);
  copy(x.shape, x, whole(x), y, sliced(y.shape, attrs));
};

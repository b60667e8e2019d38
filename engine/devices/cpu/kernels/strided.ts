import type { View } from '../../../op.ts';
import type { Strided } from '../../indexSpaces.ts';

/** Copies a strided reading of `x` into the contiguous `y`. */
export function copyStrided(x: View, y: View, { offset, strides }: Strided): void {
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

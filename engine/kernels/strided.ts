import quotient from '../../shaders/quotient.wgsl';
import shader from '../../shaders/strided.wgsl';
import type { Launch, View } from '../op.ts';
import { eight, elementGrid } from '../op.ts';
import type { Shape } from '../shape.ts';
import { sizeOf } from '../shape.ts';

/** A tensor read through strides: out[i₀,i₁,…] = in[offset + i₀·s₀ + i₁·s₁ + …]. */
export interface Strided {
  readonly offset: number;
  readonly strides: readonly number[];
}

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

export function launchStrided(shape: Shape, { offset, strides }: Strided): Launch {
  const count = sizeOf(shape);
  const params = [count, shape.length, offset, 0, ...eight(shape), ...eight(strides)];
  return { shader: `${quotient}\n${shader}`, entry: 'main', params, grid: elementGrid(count) };
}

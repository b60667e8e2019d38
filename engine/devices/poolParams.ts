import type { PoolAttrs } from '../ops/pooling.ts';
import type { Shape } from '../shape.ts';

/** The uniform block of the pooling shaders, for an image x and its pooled y. */
export function poolParams(x: Shape, y: Shape, { kernel, stride, padding, dilation }: PoolAttrs): number[] {
  const [top, left] = padding;
  return [x[0] * x[1], x[2], x[3], y[2], y[3], ...kernel, ...stride, top, left, ...dilation];
}

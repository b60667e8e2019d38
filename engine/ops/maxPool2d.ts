/**
 * maxPool2d: the maximum of each window, and its place (x: [N,C,H,W] → y: [N,C,H',W'] and place, int32, the
 * index in the H×W plane of the first maximum in row-major order). Padding never wins; a window that sees nothing
 * else has −∞ and the place −1. A NaN counts as the largest, as in PyTorch.
 *
 * y[n,c,i,j] = max x[n,c,p,q] over the pixels (p,q) in the window (i,j)
 *
 * dL/dx = maxPool2dGrad(g, place): each g goes back to the place that won
 */

import { poolSamples } from '../check/windowSamples.ts';
import { maxPool2d as cpu } from '../devices/cpu/kernels/pooling.ts';
import { ShapeError } from '../errors.ts';
import type { ListedOp } from '../op.ts';
import { show } from '../shape.ts';
import { isLarger } from './isLarger.ts';
import type { PoolAttrs } from './pooling.ts';
import { inferPool } from './pooling.ts';
import { planeOf } from './window.ts';

export const maxPool2d: ListedOp<PoolAttrs, 'maxPool2dGrad'> = {
  name: 'maxPool2d',
  infer([x], attrs) {
    const { kernel, padding } = attrs;
    if (padding.some((n, side) => n > kernel[side % 2] / 2)) {
      throw new ShapeError(
        `maxPool2d: padding ${show(padding)} for a window ${show(kernel)}; expected at most half the window`,
      );
    }
    const shape = inferPool('maxPool2d', x, attrs);
    return [
      { shape, dtype: x.dtype },
      { shape, dtype: 'int32' },
    ];
  },
  define([x], [y, place], { kernel, stride, padding, dilation }) {
    const [height, width] = planeOf(x.shape);
    const [rows, columns] = planeOf(y.shape);
    let to = 0;
    for (let plane = 0; plane < x.shape[0] * x.shape[1]; plane++) {
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++, to++) {
          y.data[to] = -Infinity;
          place.data[to] = -1;
          for (let u = 0; u < kernel[0]; u++) {
            const p = i * stride[0] + u * dilation[0] - padding[0];
            if (p < 0 || p >= height) continue;
            for (let v = 0; v < kernel[1]; v++) {
              const q = j * stride[1] + v * dilation[1] - padding[1];
              if (q < 0 || q >= width) continue;
              const value = x.data[(plane * height + p) * width + q];
              if (place.data[to] >= 0 && !isLarger(value, y.data[to])) continue;
              y.data[to] = value;
              place.data[to] = p * width + q;
            }
          }
        }
      }
    }
  },
  grad: ({ F, g, inputs: [x], outputs: [, place], attrs }) => [
    F.maxPool2dGrad(g, place, { ...attrs, image: planeOf(x.shape) }),
  ],
  cpu,
  gpu: 'maxPool2d',
  wasm: 'maxPool2d',
  samples: poolSamples.map(({ x, attrs }) => ({ inputs: [x], attrs })),
};

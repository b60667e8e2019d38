/**
 * maxPool2d: the maximum of each window, and its place (x: [N,C,H,W] → y: [N,C,H',W'] and place, int32, the
 * index in the H×W plane of the first maximum in row-major order). Padding never wins; a window that sees nothing
 * else has −∞ and the place −1. A NaN counts as the largest, as in PyTorch.
 *
 * dL/dx = maxPool2dGrad(g, place): each g goes back to the place that won
 */

import shader from '../../shaders/maxPool2d.wgsl';
import real from '../../shaders/real.wgsl';
import { poolSamples } from '../check/windowSamples.ts';
import { poolParams } from '../devices/webgpu/kernels/poolParams.ts';
import { ShapeError } from '../errors.ts';
import type { Op } from '../op.ts';
import { elementGrid } from '../op.ts';
import { show, sizeOf } from '../shape.ts';
import type { PoolAttrs } from './pooling.ts';
import { inferPool } from './pooling.ts';
import { planeOf, tapsInside } from './window.ts';

const code = `${real}\n${shader}`;

export const maxPool2d: Op<PoolAttrs> = {
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
  cpu([x], [y, place], { kernel, stride, padding, dilation }) {
    const [height, width] = planeOf(x.shape);
    const [outHeight, outWidth] = planeOf(y.shape);
    const { data } = x;
    const columns = Array.from({ length: outWidth }, (_, j) =>
      tapsInside(j * stride[1] - padding[1], kernel[1], dilation[1], width),
    );
    let to = 0;
    for (let plane = 0; plane < x.shape[0] * x.shape[1]; plane++) {
      for (let i = 0; i < outHeight; i++) {
        const top = i * stride[0] - padding[0];
        const [firstRow, endRow] = tapsInside(top, kernel[0], dilation[0], height);
        for (let j = 0; j < outWidth; j++, to++) {
          const left = j * stride[1] - padding[1];
          const [firstColumn, endColumn] = columns[j];
          let at = -1;
          let best = -Infinity;
          for (let u = firstRow; u < endRow; u++) {
            let from = (plane * height + top + u * dilation[0]) * width + left + firstColumn * dilation[1];
            for (let v = firstColumn; v < endColumn; v++, from += dilation[1]) {
              const value = data[from];
              // A NaN counts as the largest, and the first one stays.
              if (at < 0 || value > best || (Number.isNaN(value) && !Number.isNaN(best))) {
                best = value;
                at = from;
              }
            }
          }
          y.data[to] = best;
          place.data[to] = at < 0 ? -1 : at - plane * height * width;
        }
      }
    }
  },
  gpu([x], [y], attrs) {
    const params = poolParams(x.shape, y.shape, attrs);
    return [{ shader: code, entry: 'main', params, grid: elementGrid(sizeOf(y.shape)) }];
  },
  grad: ({ F, g, inputs: [x], outputs: [, place], attrs }) => [
    F.maxPool2dGrad(g, place, { ...attrs, image: planeOf(x.shape) }),
  ],
  samples: poolSamples.map(({ x, attrs }) => ({ inputs: [x], attrs })),
};

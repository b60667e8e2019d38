/**
 * avgPool2d: the mean of each window (x: [N,C,H,W] → y: [N,C,H',W']). Padding counts as zeros in the mean
 * with countPadding, as in PyTorch by default; without it the mean is over the pixels inside the image.
 *
 * y[n,c,i,j] = Σ x[n,c,p,q] / size(i,j) over the pixels (p,q) in the window (i,j)
 *
 * dL/dx = avgPool2dGrad(g): each g spread evenly over its window
 */

import { poolSamples } from '../check/windowSamples.ts';
import type { ListedOp } from '../op.ts';
import type { AvgPoolAttrs } from './pooling.ts';
import { countedTaps, inferPool } from './pooling.ts';
import { planeOf } from './window.ts';

export const avgPool2d: ListedOp<AvgPoolAttrs, 'avgPool2dGrad'> = {
  name: 'avgPool2d',
  infer: ([x], attrs) => [{ shape: inferPool('avgPool2d', x, attrs), dtype: x.dtype }],
  define([x], [y], attrs) {
    const { kernel, stride, padding, dilation, countPadding } = attrs;
    const image = planeOf(x.shape);
    const [height, width] = image;
    const [outHeight, outWidth] = planeOf(y.shape);
    let to = 0;
    for (let plane = 0; plane < x.shape[0] * x.shape[1]; plane++) {
      for (let i = 0; i < outHeight; i++) {
        const rows = countedTaps(attrs, countPadding, image, 0, i);
        for (let j = 0; j < outWidth; j++) {
          const count = rows * countedTaps(attrs, countPadding, image, 1, j);
          let sum = 0;
          for (let u = 0; u < kernel[0]; u++) {
            const row = i * stride[0] + u * dilation[0] - padding[0];
            if (row < 0 || row >= height) continue;
            for (let v = 0; v < kernel[1]; v++) {
              const column = j * stride[1] + v * dilation[1] - padding[1];
              if (column < 0 || column >= width) continue;
              sum += x.data[(plane * height + row) * width + column];
            }
          }
          y.data[to++] = count === 0 ? 0 : sum / count;
        }
      }
    }
  },
  grad: ({ F, g, inputs: [x], attrs }) => [F.avgPool2dGrad(g, { ...attrs, image: planeOf(x.shape) })],
  gpu: 'avgPool2d',
  wasm: 'avgPool2d',
  samples: poolSamples.flatMap(({ x, attrs }) =>
    [true, false].map((countPadding) => ({ inputs: [x], attrs: { ...attrs, countPadding } })),
  ),
};

/**
 * avgPool2dGrad: spreads each value of a pooled image evenly over its window (g: [N,C,H',W'] → [N,C,H,W]).
 * It is the transpose of avgPool2d, which is linear, so dL/dg = avgPool2d(h) from h = dL/d(dx).
 *
 * dx[n,c,p,q] = Σ g[n,c,i,j] / size(i,j) over the windows (i,j) that hold (p,q)
 */

import { poolSamples } from '../check/windowSamples.ts';
import { expectFloat, expectRank } from '../expect.ts';
import type { ListedOp } from '../op.ts';
import type { AvgUnpoolAttrs } from './pooling.ts';
import { countedTaps, inferUnpool } from './pooling.ts';
import { planeOf, windowOutput } from './window.ts';

export const avgPool2dGrad: ListedOp<AvgUnpoolAttrs, 'avgPool2d'> = {
  name: 'avgPool2dGrad',
  infer([g], attrs) {
    expectFloat('avgPool2dGrad', g);
    expectRank('avgPool2dGrad', 'a gradient', g, 4, '[N,C,H,W]');
    return [inferUnpool('avgPool2dGrad', g, attrs)];
  },
  define([g], [dx], attrs) {
    const { kernel, stride, padding, dilation, countPadding, image } = attrs;
    const [height, width] = image;
    const [outHeight, outWidth] = planeOf(g.shape);
    // Many windows may hold a pixel: in float32 the rounding of their sum would grow with each.
    const sums = new Float64Array(height * width);
    let from = 0;
    for (let plane = 0; plane < g.shape[0] * g.shape[1]; plane++) {
      sums.fill(0);
      for (let i = 0; i < outHeight; i++) {
        const rows = countedTaps(attrs, countPadding, image, 0, i);
        for (let j = 0; j < outWidth; j++) {
          const share = g.data[from++] / (rows * countedTaps(attrs, countPadding, image, 1, j));
          for (let u = 0; u < kernel[0]; u++) {
            const row = i * stride[0] + u * dilation[0] - padding[0];
            if (row < 0 || row >= height) continue;
            for (let v = 0; v < kernel[1]; v++) {
              const column = j * stride[1] + v * dilation[1] - padding[1];
              if (column < 0 || column >= width) continue;
              sums[row * width + column] += share;
            }
          }
        }
      }
      dx.data.set(sums, plane * sums.length);
    }
  },
  grad: ({ F, g: h, attrs: { kernel, image: _, ...window } }) => [F.avgPool2d(h, kernel, window)],
  gpu: 'avgPool2dGrad',
  wasm: 'avgPool2dGrad',
  samples: poolSamples.flatMap(({ x, attrs }) =>
    [true, false].map((countPadding) => {
      const output = windowOutput('sample', planeOf(x), attrs.kernel, attrs);
      const inputs = [[x[0], x[1], ...output]];
      return { inputs, attrs: { ...attrs, countPadding, image: planeOf(x) } };
    }),
  ),
};

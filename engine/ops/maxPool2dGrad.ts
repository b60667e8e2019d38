/**
 * maxPool2dGrad: sends values of a pooled image back to the places they came from (g: [N,C,H',W'], place: the
 * same shape, int32; result: [N,C,H,W], zero where nothing came from). Windows may overlap: then they add up.
 *
 * dx[n,c,p] = Σ_{i: place[n,c,i] = p} g[n,c,i];  dL/dg = maxPool2dPick(h, place) from h = dL/d(dx)
 */

import { coveredPlanes } from '../check/windowSamples.ts';
import { expectFloat, expectInt, expectRank, expectShape } from '../expect.ts';
import type { ListedOp } from '../op.ts';
import { sizeOf } from '../shape.ts';
import type { UnpoolAttrs } from './pooling.ts';
import { inferUnpool } from './pooling.ts';
import { plain, planeOf } from './window.ts';

export const maxPool2dGrad: ListedOp<UnpoolAttrs, 'maxPool2dPick'> = {
  name: 'maxPool2dGrad',
  infer([g, place], attrs) {
    expectFloat('maxPool2dGrad', g);
    expectInt('maxPool2dGrad', place);
    expectRank('maxPool2dGrad', 'a gradient', g, 4, '[N,C,H,W]');
    expectShape('maxPool2dGrad', 'a place tensor', place, g.shape);
    return [inferUnpool('maxPool2dGrad', g, attrs)];
  },
  define([g, place], [dx]) {
    const pooled = sizeOf(planeOf(g.shape));
    const pixels = sizeOf(planeOf(dx.shape));
    // Many windows may have their maximum in one place: in float32 the rounding of their sum would grow with each.
    const sums = new Float64Array(pixels);
    for (let plane = 0, from = 0, base = 0; plane < g.shape[0] * g.shape[1]; plane++, base += pixels) {
      sums.fill(0);
      for (let i = 0; i < pooled; i++, from++) {
        const at = place.data[from];
        if (at >= 0) sums[at] += g.data[from];
      }
      dx.data.set(sums, base);
    }
  },
  grad: ({ F, g: h, inputs: [, place], attrs }) => [F.maxPool2dPick(h, place, attrs), null],
  gpu: 'maxPool2dGrad',
  wasm: 'maxPool2dGrad',
  samples: [
    ...coveredPlanes.map(([n, c, height, width]) => ({
      inputs: [`${n},${c},1,1`, `${n},${c},1,1 below ${height * width}`],
      attrs: { ...plain, kernel: [height, width] as const, image: [height, width] as const },
    })),
    // Side by side, with a rest that no window holds.
    ...[
      [2, 3, 2, 3],
      [1, 67, 3, 2],
      [3, 2, 2, 4],
    ].map(([n, c, height, width]) => ({
      inputs: [`${n},${c},1,1`, `${n},${c},1,1 below ${width}`],
      attrs: {
        ...plain,
        stride: [height, width] as const,
        kernel: [height, width] as const,
        image: [height + 1, width === 4 ? 4 : 2 * width - 1] as const,
      },
    })),
  ],
};

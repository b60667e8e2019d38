/**
 * maxPool2dGrad: sends values of a pooled image back to the places they came from (g: [N,C,H',W'], place: the
 * same shape, int32; result: [N,C,H,W], zero where nothing came from). Windows may overlap: then they add up.
 *
 * dx[n,c,p] = Σ_{i: place[n,c,i] = p} g[n,c,i];  dL/dg = maxPool2dPick(h, place) from h = dL/d(dx)
 */

import { maxPool2dGrad as wasm } from '../devices/wasm/kernels/pooling.ts';
import { maxPool2dGrad as gpu } from '../devices/webgpu/kernels/pooling.ts';
import { ShapeError } from '../errors.ts';
import { expectFloat, expectInt, expectRank, expectShape } from '../expect.ts';
import type { Op } from '../op.ts';
import { sameShape, show, sizeOf } from '../shape.ts';
import type { UnpoolAttrs } from './pooling.ts';
import { plain, planeOf, windowOutput } from './window.ts';

export const maxPool2dGrad: Op<UnpoolAttrs> = {
  name: 'maxPool2dGrad',
  infer([g, place], attrs) {
    expectFloat('maxPool2dGrad', g);
    expectInt('maxPool2dGrad', place);
    expectRank('maxPool2dGrad', 'a gradient', g, 4, '[N,C,H,W]');
    expectShape('maxPool2dGrad', 'a place tensor', place, g.shape);
    const output = windowOutput('maxPool2dGrad', attrs.image, attrs.kernel, attrs);
    if (!sameShape(output, planeOf(g.shape))) {
      throw new ShapeError(
        `maxPool2dGrad: gradient ${show(g.shape)} for an image ${show(attrs.image)}; expected planes of ${show(output)}`,
      );
    }
    return [{ shape: [...g.shape.slice(0, 2), ...attrs.image], dtype: g.dtype }];
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
  gpu,
  wasm,
  // A place must lie in its own window, so here one window covers the plane; maxPool2d's samples have the others.
  samples: [
    ...[
      [1, 1, 2, 2],
      [2, 3, 3, 5],
      [3, 1, 1, 7],
      [1, 67, 4, 3],
      [0, 2, 2, 2],
    ].map(([n, c, height, width]) => ({
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

/**
 * resize2d: images of another size (x: [N,C,H,W] → y: [N,C,H',W']), from the nearest pixel or linearly between the two
 * on either side. The centre of output i, seen along an axis whose pixels have their centres at 0, 1, …, is
 *
 *   p(i) = (i + ½)·H/H' − ½, and with alignCorners i·(H − 1)/(H' − 1)
 *
 * nearest:  x[⌊p + ½⌋]                                     (PyTorch's 'nearest-exact')
 * bilinear: (1 − t)·x[⌊p⌋] + t·x[⌊p⌋ + 1], t = p − ⌊p⌋     (PyTorch's 'bilinear', WebNN's 'linear')
 *
 * A place beyond the border is on it. With these weights as matrices, R for rows and C for columns:
 *
 * resize2d:     y = R·x·Cᵀ      dL/dx = Rᵀ·g·C
 * resize2dGrad: dx = Rᵀ·g·C     dL/dg = R·h·Cᵀ from h = dL/d(dx)
 */

import type { Spec, View } from '../devices/launch.ts';
import { ShapeError } from '../errors.ts';
import { expectFloat, expectRank } from '../expect.ts';
import type { ListedOp } from '../op.ts';
import { show } from '../shape.ts';
import type { Resampling, Tap } from './resampling.ts';
import { seenBy, tapsOf } from './resampling.ts';
import { planeOf } from './window.ts';

/** R·x·Cᵀ for each plane. */
function weighed(x: View, y: View, rows: readonly Tap[][], columns: readonly Tap[][]): void {
  const [height, width] = planeOf(x.shape);
  for (let plane = 0, to = 0; plane < x.shape[0] * x.shape[1]; plane++) {
    for (const row of rows) {
      for (const column of columns) {
        let sum = 0;
        for (const { pixel: p, weight: u } of row) {
          for (const { pixel: q, weight: v } of column)
            sum += u * v * x.data[(plane * height + p) * width + q];
        }
        y.data[to++] = sum;
      }
    }
  }
}

function inferPlanes(op: string, x: Spec, { size, mode }: Resampling): Spec[] {
  expectFloat(op, x);
  expectRank(op, 'an input', x, 4, '[N,C,H,W]');
  if (mode !== 'nearest' && mode !== 'bilinear') {
    throw new ShapeError(`${op}: mode '${mode}'; expected 'nearest' or 'bilinear'`);
  }
  const image = planeOf(x.shape);
  if ([...image, ...size].some((n) => !Number.isInteger(n) || n < 1)) {
    throw new ShapeError(`${op}: an image ${show(image)} to be ${show(size)}; expected whole numbers ≥ 1`);
  }
  return [{ shape: [...x.shape.slice(0, 2), ...size], dtype: x.dtype }];
}

/** Up and down, to sizes that divide each other and that do not, one pixel from many and many from one. */
const samples = [
  { x: [2, 3, 4, 5], size: [8, 10] as const },
  { x: [1, 2, 6, 9], size: [3, 3] as const },
  { x: [2, 1, 5, 7], size: [7, 3] as const },
  { x: [1, 1, 1, 1], size: [3, 5] as const },
  { x: [1, 3, 7, 6], size: [1, 1] as const },
  { x: [3, 1, 2, 13], size: [131, 13] as const },
  { x: [0, 2, 3, 3], size: [2, 5] as const },
].flatMap(({ x, size }) =>
  (['nearest', 'bilinear'] as const).flatMap((mode) =>
    [false, true].map((alignCorners) => ({ inputs: [x], attrs: { size, mode, alignCorners } })),
  ),
);

export const resize2d: ListedOp<Resampling, 'resize2dGrad'> = {
  name: 'resize2d',
  infer: ([x], attrs) => inferPlanes('resize2d', x, attrs),
  define([x], [y], attrs) {
    const [rows, columns] = planeOf(x.shape).map((from, axis) => tapsOf(from, attrs.size[axis], attrs));
    weighed(x, y, rows, columns);
  },
  grad: ({ F, g, inputs: [x], attrs }) => [F.resize2dGrad(g, { ...attrs, size: planeOf(x.shape) })],
  gpu: 'resize2d',
  samples,
};

export const resize2dGrad: ListedOp<Resampling, 'resize2d'> = {
  name: 'resize2dGrad',
  infer: ([g], attrs) => inferPlanes('resize2dGrad', g, attrs),
  define([g], [dx], attrs) {
    const [rows, columns] = planeOf(g.shape).map((to, axis) => seenBy(attrs.size[axis], to, attrs));
    weighed(g, dx, rows, columns);
  },
  grad: ({ F, g: h, inputs: [g], attrs: { size: _, ...how } }) => [F.resize2d(h, planeOf(g.shape), how)],
  gpu: 'resize2dGrad',
  // The samples of resize2d, the other way round.
  samples: samples.map(({ inputs: [x], attrs }) => ({
    inputs: [[...x.slice(0, 2), ...attrs.size]],
    attrs: { ...attrs, size: planeOf(x) },
  })),
};

/**
 * maxPool2dPick: reads an image at the places that a pooling noted (x: [N,C,H,W], place: [N,C,H',W'], int32).
 * y[n,c,i] = x[n,c,place[n,c,i]], or 0 where the place is −1.  It is the transpose of maxPool2dGrad, and so
 * serves second derivatives.
 *
 * dL/dx = maxPool2dGrad(g, place), for which the attributes keep the windows that the places came from
 */

import { coveredPlanes } from '../check/windowSamples.ts';
import { ShapeError } from '../errors.ts';
import { expectFloat, expectInt, expectRank } from '../expect.ts';
import type { ListedOp } from '../op.ts';
import { sameShape, show, sizeOf } from '../shape.ts';
import type { PoolAttrs } from './pooling.ts';
import { plain, planeOf } from './window.ts';

export const maxPool2dPick: ListedOp<PoolAttrs, 'maxPool2dGrad'> = {
  name: 'maxPool2dPick',
  infer([x, place]) {
    expectFloat('maxPool2dPick', x);
    expectInt('maxPool2dPick', place);
    expectRank('maxPool2dPick', 'an input', x, 4, '[N,C,H,W]');
    if (place.shape.length !== 4 || !sameShape(x.shape.slice(0, 2), place.shape.slice(0, 2))) {
      throw new ShapeError(
        `maxPool2dPick: places ${show(place.shape)} in ${show(x.shape)}; expected the same first two axes`,
      );
    }
    return [{ shape: place.shape, dtype: x.dtype }];
  },
  define([x, place], [y]) {
    const pixels = sizeOf(planeOf(x.shape));
    const pooled = sizeOf(planeOf(y.shape));
    for (let i = 0; i < y.data.length; i++) {
      const at = place.data[i];
      y.data[i] = at < 0 ? 0 : x.data[Math.floor(i / pooled) * pixels + at];
    }
  },
  grad: ({ F, g, inputs: [x, place], attrs }) => [
    F.maxPool2dGrad(g, place, { ...attrs, image: planeOf(x.shape) }),
    null,
  ],
  gpu: 'maxPool2dPick',
  wasm: 'maxPool2dPick',
  samples: coveredPlanes.map(([n, c, height, width]) => ({
    inputs: [`${n},${c},${height},${width}`, `${n},${c},1,1 below ${height * width}`],
    attrs: { ...plain, kernel: [height, width] },
  })),
};

/**
 * gatherClass: the value at the label of each place (x: [N,C,M], labels: [N,M], int32; y: [N,M]).
 * y[n,m] = x[n, labels[n,m], m], and 0 where the label is `ignore`.
 *
 * dL/dx = scatterClass(g, labels)
 *
 * A label outside 0…C−1 is an error on the CPU. A shader cannot stop, so there that place becomes NaN.
 */

import { ShapeError } from '../errors.ts';
import { expectFloat, expectInt, expectRank, expectShape } from '../expect.ts';
import type { ListedOp } from '../op.ts';

export interface ClassAttrs {
  /** The label of places that do not count; null when all do. */
  readonly ignore: number | null;
}

export const gatherClass: ListedOp<ClassAttrs, 'scatterClass'> = {
  name: 'gatherClass',
  infer([x, labels]) {
    expectFloat('gatherClass', x);
    expectInt('gatherClass', labels);
    expectRank('gatherClass', 'an input', x, 3, '[N,C,M]');
    expectShape('gatherClass', 'labels', labels, [x.shape[0], x.shape[2]]);
    return [{ shape: labels.shape, dtype: x.dtype }];
  },
  define([x, labels], [y], { ignore }) {
    const [, classes, inner] = x.shape;
    for (let i = 0; i < y.data.length; i++) {
      const label = labels.data[i];
      if (label === ignore) {
        y.data[i] = 0;
        continue;
      }
      if (label < 0 || label >= classes) {
        throw new ShapeError(`gatherClass: label ${label} at place ${i}; expected 0 to ${classes - 1}`);
      }
      y.data[i] = x.data[(Math.floor(i / inner) * classes + label) * inner + (i % inner)];
    }
  },
  grad: ({ F, g, inputs: [x, labels], attrs }) => [F.scatterClass(g, labels, x.shape[1], attrs.ignore), null],
  gpu: 'gatherClass',
  wasm: 'gatherClass',
  samples: [
    { inputs: ['3,5,1', '3,1 below 5'], attrs: { ignore: null } },
    { inputs: ['2,3,7', '2,7 below 3'], attrs: { ignore: 1 } },
    { inputs: ['1,1,1', '1,1 below 1'], attrs: { ignore: null } },
    { inputs: ['2,67,3', '2,3 below 67'], attrs: { ignore: null } },
    { inputs: ['0,3,2', '0,2 below 3'], attrs: { ignore: null } },
  ],
};

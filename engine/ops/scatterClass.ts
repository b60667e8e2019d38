/**
 * scatterClass: puts each value at its label, with zeros elsewhere (g: [N,M], labels: [N,M], int32; y: [N,C,M]).
 * y[n,c,m] = g[n,m] where c is labels[n,m] and is not `ignore`, else 0.  It is the transpose of gatherClass.
 *
 * dL/dg = gatherClass(h, labels) from h = dL/dy
 */

import { expectFloat, expectInt, expectRank, expectShape } from '../expect.ts';
import type { ListedOp } from '../op.ts';
import type { ClassAttrs } from './gatherClass.ts';

export interface ScatterAttrs extends ClassAttrs {
  readonly classes: number;
}

export const scatterClass: ListedOp<ScatterAttrs, 'gatherClass'> = {
  name: 'scatterClass',
  infer([g, labels], { classes }) {
    expectFloat('scatterClass', g);
    expectInt('scatterClass', labels);
    expectRank('scatterClass', 'a gradient', g, 2, '[N,M]');
    expectShape('scatterClass', 'labels', labels, g.shape);
    return [{ shape: [g.shape[0], classes, g.shape[1]], dtype: g.dtype }];
  },
  define([g, labels], [y], { classes, ignore }) {
    const inner = g.shape[1];
    y.data.fill(0);
    for (let i = 0; i < g.data.length; i++) {
      const label = labels.data[i];
      if (label === ignore || label < 0 || label >= classes) continue;
      y.data[(Math.floor(i / inner) * classes + label) * inner + (i % inner)] = g.data[i];
    }
  },
  grad: ({ F, g: h, inputs: [, labels], attrs }) => [F.gatherClass(h, labels, attrs.ignore), null],
  gpu: 'scatterClass',
  wasm: 'scatterClass',
  samples: [
    { inputs: ['3,1', '3,1 below 5'], attrs: { classes: 5, ignore: null } },
    { inputs: ['2,7', '2,7 below 3'], attrs: { classes: 3, ignore: 2 } },
    { inputs: ['1,1', '1,1 below 1'], attrs: { classes: 1, ignore: null } },
    { inputs: ['2,3', '2,3 below 67'], attrs: { classes: 67, ignore: null } },
    { inputs: ['0,2', '0,2 below 3'], attrs: { classes: 3, ignore: null } },
  ],
};

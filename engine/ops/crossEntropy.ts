/**
 * crossEntropy: the surprise at the right class of each row, softmax included (logits x: [N,C], labels: [N],
 * int32, in 0…C−1; y: [N]).
 *
 * y[n] = ln Σ_c e^x[n,c] − x[n,label[n]]
 * dL/dx = crossEntropyGrad(x, labels, g)
 *
 * With smoothed labels, ε = labelSmoothing, the label counts 1 − ε and each class ε/C beside it (Szegedy et al., 2016):
 * y[n] = ln Σ_c e^x[n,c] − (1 − ε)·x[n,label[n]] − ε·(the mean of x[n,c] over c)
 *
 * A label outside 0…C−1 is an error on the CPU. A shader cannot stop, so there that row becomes NaN.
 */

import { ShapeError } from '../errors.ts';
import { expectFloat, expectInt, expectRank, expectShape } from '../expect.ts';
import type { ListedOp } from '../op.ts';

export interface CrossEntropyAttrs {
  /** ε: how much of a label goes to all classes alike; 0 for labels as they are. */
  readonly labelSmoothing: number;
}

export const crossEntropy: ListedOp<CrossEntropyAttrs, 'crossEntropyGrad'> = {
  name: 'crossEntropy',
  sums: true,
  infer([x, labels]) {
    expectFloat('crossEntropy', x);
    expectInt('crossEntropy', labels);
    expectRank('crossEntropy', 'logits', x, 2, '[N,C]');
    expectShape('crossEntropy', 'labels', labels, [x.shape[0]]);
    return [{ shape: labels.shape, dtype: x.dtype }];
  },
  define([x, labels], [y], { labelSmoothing }) {
    const [n, classes] = x.shape;
    for (let row = 0; row < n; row++) {
      const label = labels.data[row];
      if (label < 0 || label >= classes) {
        throw new ShapeError(`crossEntropy: label ${label} in row ${row}; expected 0 to ${classes - 1}`);
      }
      const start = row * classes;
      let maximum = -Infinity;
      for (let c = 0; c < classes; c++) maximum = Math.max(maximum, x.data[start + c]);
      let total = 0;
      for (let c = 0; c < classes; c++) total += Math.exp(x.data[start + c] - maximum);
      let right = x.data[start + label];
      // Of a label as it is the others are not asked: one of them at −∞ would make 0·∞.
      if (labelSmoothing > 0) {
        let below = 0;
        for (let c = 0; c < classes; c++) below += x.data[start + c] - maximum;
        right = maximum + (1 - labelSmoothing) * (right - maximum) + (labelSmoothing / classes) * below;
      }
      y.data[row] = maximum + Math.log(total) - right;
    }
  },
  grad: ({ F, g, inputs: [x, labels], attrs }) => [
    F.crossEntropyGrad(x, labels, g, attrs.labelSmoothing),
    null,
  ],
  gpu: 'crossEntropy',
  wasm: 'crossEntropy',
  samples: [
    { inputs: ['3,5', '3 below 5'], attrs: { labelSmoothing: 0 } },
    { inputs: ['67,10', '67 below 10'], attrs: { labelSmoothing: 0 } },
    { inputs: ['1,1', '1 below 1'], attrs: { labelSmoothing: 0 } },
    { inputs: ['3,5 large', '3 below 5'], attrs: { labelSmoothing: 0 } },
    { inputs: ['2,131', '2 below 131'], attrs: { labelSmoothing: 0 } },
    // By several threads: four numbers at a time, and so many threads that they join twice.
    { inputs: ['5,132', '5 below 132'], attrs: { labelSmoothing: 0 } },
    { inputs: ['2,517', '2 below 517'], attrs: { labelSmoothing: 0 } },
    { inputs: ['0,3', '0 below 3'], attrs: { labelSmoothing: 0 } },
    // Labels smoothed: in rows of few classes, of loops, and of several threads.
    { inputs: ['4,3', '4 below 3'], attrs: { labelSmoothing: 0.25 } },
    { inputs: ['67,10', '67 below 10'], attrs: { labelSmoothing: 0.1 } },
    { inputs: ['3,5 large', '3 below 5'], attrs: { labelSmoothing: 0.1 } },
    { inputs: ['5,19', '5 below 19'], attrs: { labelSmoothing: 1 } },
    { inputs: ['2,131', '2 below 131'], attrs: { labelSmoothing: 0.3 } },
    { inputs: ['2,517', '2 below 517'], attrs: { labelSmoothing: 0.1 } },
    { inputs: ['3,1024', '3 below 1024'], attrs: { labelSmoothing: 0.5 } },
    { inputs: ['0,3', '0 below 3'], attrs: { labelSmoothing: 0.1 } },
  ],
};

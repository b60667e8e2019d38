/**
 * crossEntropy: the surprise at the right class of each row, softmax included (logits x: [N,C], labels: [N],
 * int32, in 0…C−1; y: [N]).
 *
 * y[n] = ln Σ_c e^x[n,c] − x[n,label[n]]
 * dL/dx = crossEntropyGrad(x, labels, g)
 *
 * A label outside 0…C−1 is an error on the CPU. A shader cannot stop, so there that row becomes NaN.
 */

import { ShapeError } from '../errors.ts';
import { expectFloat, expectInt, expectRank, expectShape } from '../expect.ts';
import type { ListedOp, NoAttrs } from '../op.ts';

export const crossEntropy: ListedOp<NoAttrs, 'crossEntropyGrad'> = {
  name: 'crossEntropy',
  sums: true,
  infer([x, labels]) {
    expectFloat('crossEntropy', x);
    expectInt('crossEntropy', labels);
    expectRank('crossEntropy', 'logits', x, 2, '[N,C]');
    expectShape('crossEntropy', 'labels', labels, [x.shape[0]]);
    return [{ shape: labels.shape, dtype: x.dtype }];
  },
  define([x, labels], [y]) {
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
      y.data[row] = maximum + Math.log(total) - x.data[start + label];
    }
  },
  grad: ({ F, g, inputs: [x, labels] }) => [F.crossEntropyGrad(x, labels, g), null],
  gpu: 'crossEntropy',
  wasm: 'crossEntropy',
  samples: [
    { inputs: ['3,5', '3 below 5'], attrs: {} },
    { inputs: ['67,10', '67 below 10'], attrs: {} },
    { inputs: ['1,1', '1 below 1'], attrs: {} },
    { inputs: ['3,5 large', '3 below 5'], attrs: {} },
    { inputs: ['2,131', '2 below 131'], attrs: {} },
    // By several threads: four numbers at a time, and so many threads that they join twice.
    { inputs: ['5,132', '5 below 132'], attrs: {} },
    { inputs: ['2,517', '2 below 517'], attrs: {} },
    { inputs: ['0,3', '0 below 3'], attrs: {} },
  ],
};

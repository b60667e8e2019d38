/**
 * crossEntropyGrad: the gradient of crossEntropy in one pass, softmax included (logits x: [N,C], labels: [N],
 * int32, g = dL/dy: [N] → [N,C]).
 *
 * d[n,c] = g[n]·(softmax(x)[n,c] − (1 if c = label[n] else 0))
 *
 * With h = dL/d(d) and s = softmax(x): dL/dx = g·(s∘h − s·Σ_c s∘h), dL/dg = Σ_c h∘(s − onehot)
 */

import { expectFloat, expectInt, expectRank, expectShape } from '../expect.ts';
import type { ListedOp, NoAttrs } from '../op.ts';

export const crossEntropyGrad: ListedOp<NoAttrs, 'oneHot' | 'softmax'> = {
  name: 'crossEntropyGrad',
  infer([x, labels, g]) {
    expectFloat('crossEntropyGrad', x, g);
    expectInt('crossEntropyGrad', labels);
    expectRank('crossEntropyGrad', 'logits', x, 2, '[N,C]');
    expectShape('crossEntropyGrad', 'labels', labels, [x.shape[0]]);
    expectShape('crossEntropyGrad', 'a gradient', g, [x.shape[0]]);
    return [{ shape: x.shape, dtype: x.dtype }];
  },
  define([x, labels, g], [d]) {
    const [n, classes] = x.shape;
    for (let row = 0; row < n; row++) {
      const start = row * classes;
      let maximum = -Infinity;
      for (let c = 0; c < classes; c++) maximum = Math.max(maximum, x.data[start + c]);
      let total = 0;
      for (let c = 0; c < classes; c++) total += Math.exp(x.data[start + c] - maximum);
      for (let c = 0; c < classes; c++) {
        const share = Math.exp(x.data[start + c] - maximum) / total;
        d.data[start + c] = g.data[row] * (share - (c === labels.data[row] ? 1 : 0));
      }
    }
  },
  grad({ F, g: h, inputs: [x, labels, g], needs }) {
    const n = x.shape[0];
    const s = F.softmax(x, 1);
    const toX = () => {
      const weighed = F.mul(s, h);
      const rest = F.mul(s, F.sum(weighed, { axes: [1], keepDims: true }));
      return F.mul(F.sub(weighed, rest), F.reshape(g, [n, 1]));
    };
    const toG = () => F.sum(F.mul(h, F.sub(s, F.oneHot(labels, x.shape[1]))), { axes: [1] });
    return [needs[0] ? toX() : null, null, needs[2] ? toG() : null];
  },
  gpu: 'crossEntropyGrad',
  wasm: 'crossEntropyGrad',
  samples: [
    { inputs: ['3,5', '3 below 5', '3'], attrs: {} },
    { inputs: ['67,10', '67 below 10', '67'], attrs: {} },
    { inputs: ['1,1', '1 below 1', '1'], attrs: {} },
    { inputs: ['3,5 large', '3 below 5', '3'], attrs: {} },
    { inputs: ['2,131', '2 below 131', '2'], attrs: {} },
    // By several threads: four numbers at a time, and so many threads that they join twice.
    { inputs: ['5,132', '5 below 132', '5'], attrs: {} },
    { inputs: ['2,517', '2 below 517', '2'], attrs: {} },
    { inputs: ['0,3', '0 below 3', '0'], attrs: {} },
  ],
};

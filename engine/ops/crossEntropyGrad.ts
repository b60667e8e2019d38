/**
 * crossEntropyGrad: the gradient of crossEntropy in one pass, softmax included (logits x: [N,C], labels: [N],
 * int32, g = dL/dy: [N] → [N,C]).
 *
 * d[n,c] = g[n]·(softmax(x)[n,c] − t[n,c]), t[n,c] = (1 − ε if c = label[n] else 0) + ε/C for ε = labelSmoothing
 *
 * With h = dL/d(d) and s = softmax(x): dL/dx = g·(s∘h − s·Σ_c s∘h), dL/dg = Σ_c h∘(s − t)
 */

import { expectFloat, expectInt, expectRank, expectShape } from '../expect.ts';
import type { ListedOp } from '../op.ts';
import type { CrossEntropyAttrs } from './crossEntropy.ts';

export const crossEntropyGrad: ListedOp<CrossEntropyAttrs, 'oneHot' | 'softmax'> = {
  name: 'crossEntropyGrad',
  infer([x, labels, g]) {
    expectFloat('crossEntropyGrad', x, g);
    expectInt('crossEntropyGrad', labels);
    expectRank('crossEntropyGrad', 'logits', x, 2, '[N,C]');
    expectShape('crossEntropyGrad', 'labels', labels, [x.shape[0]]);
    expectShape('crossEntropyGrad', 'a gradient', g, [x.shape[0]]);
    return [{ shape: x.shape, dtype: x.dtype }];
  },
  define([x, labels, g], [d], { labelSmoothing }) {
    const [n, classes] = x.shape;
    const even = labelSmoothing / classes;
    for (let row = 0; row < n; row++) {
      const start = row * classes;
      let maximum = -Infinity;
      for (let c = 0; c < classes; c++) maximum = Math.max(maximum, x.data[start + c]);
      let total = 0;
      for (let c = 0; c < classes; c++) total += Math.exp(x.data[start + c] - maximum);
      for (let c = 0; c < classes; c++) {
        const share = Math.exp(x.data[start + c] - maximum) / total;
        const target = (c === labels.data[row] ? 1 - labelSmoothing : 0) + even;
        d.data[start + c] = g.data[row] * (share - target);
      }
    }
  },
  grad({ F, g: h, inputs: [x, labels, g], attrs: { labelSmoothing }, needs }) {
    const [n, classes] = x.shape;
    const s = F.softmax(x, 1);
    const toX = () => {
      const weighed = F.mul(s, h);
      const rest = F.mul(s, F.sum(weighed, { axes: [1], keepDims: true }));
      return F.mul(F.sub(weighed, rest), F.reshape(g, [n, 1]));
    };
    const toG = () => {
      const own = F.oneHot(labels, classes);
      const even = labelSmoothing / classes;
      const targets = labelSmoothing === 0 ? own : F.affine(own, 1 - labelSmoothing, even);
      return F.sum(F.mul(h, F.sub(s, targets)), { axes: [1] });
    };
    return [needs[0] ? toX() : null, null, needs[2] ? toG() : null];
  },
  gpu: 'crossEntropyGrad',
  wasm: 'crossEntropyGrad',
  samples: [
    { inputs: ['3,5', '3 below 5', '3'], attrs: { labelSmoothing: 0 } },
    { inputs: ['67,10', '67 below 10', '67'], attrs: { labelSmoothing: 0 } },
    { inputs: ['1,1', '1 below 1', '1'], attrs: { labelSmoothing: 0 } },
    { inputs: ['3,5 large', '3 below 5', '3'], attrs: { labelSmoothing: 0 } },
    { inputs: ['2,131', '2 below 131', '2'], attrs: { labelSmoothing: 0 } },
    // By several threads: four numbers at a time, and so many threads that they join twice.
    { inputs: ['5,132', '5 below 132', '5'], attrs: { labelSmoothing: 0 } },
    { inputs: ['2,517', '2 below 517', '2'], attrs: { labelSmoothing: 0 } },
    { inputs: ['0,3', '0 below 3', '0'], attrs: { labelSmoothing: 0 } },
    // Labels smoothed: in rows of few classes, of loops, and of several threads.
    { inputs: ['4,3', '4 below 3', '4'], attrs: { labelSmoothing: 0.25 } },
    { inputs: ['67,10', '67 below 10', '67'], attrs: { labelSmoothing: 0.1 } },
    { inputs: ['3,5 large', '3 below 5', '3'], attrs: { labelSmoothing: 0.1 } },
    { inputs: ['5,19', '5 below 19', '5'], attrs: { labelSmoothing: 1 } },
    { inputs: ['2,131', '2 below 131', '2'], attrs: { labelSmoothing: 0.3 } },
    { inputs: ['2,517', '2 below 517', '2'], attrs: { labelSmoothing: 0.1 } },
    { inputs: ['3,1024', '3 below 1024', '3'], attrs: { labelSmoothing: 0.5 } },
    { inputs: ['0,3', '0 below 3', '0'], attrs: { labelSmoothing: 0.1 } },
  ],
};

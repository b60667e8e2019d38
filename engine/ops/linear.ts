/**
 * linear: Y = X·Wᵀ + bias, with the larger of it and 0 where `relu` is set (X: [N,in], W: [out,in], bias: [out] →
 * [N,out]). It is add(matmul(X, W, transposeB), bias), then relu, in one launch.
 *
 * With g = dL/dY, gated by Y > 0 for relu: dL/dX = g·W, dL/dW = gᵀ·X, dL/dbias = Σₙ g
 */

import { linear as cpu } from '../devices/cpu/kernels/products.ts';
import { ShapeError } from '../errors.ts';
import { expectFloat, expectRank, expectShape } from '../expect.ts';
import type { ListedOp } from '../op.ts';
import { show } from '../shape.ts';

export interface LinearAttrs {
  readonly relu: boolean;
}

export const linear: ListedOp<LinearAttrs> = {
  name: 'linear',
  infer([x, w, bias]) {
    expectFloat('linear', x, w, bias);
    expectRank('linear', 'an input', x, 2, '[N,in]');
    expectRank('linear', 'a weight', w, 2, '[out,in]');
    if (w.shape[1] !== x.shape[1]) {
      throw new ShapeError(
        `linear: input ${show(x.shape)}, weight ${show(w.shape)}; expected a weight [out,${x.shape[1]}]`,
      );
    }
    expectShape('linear', 'a bias', bias, [w.shape[0]]);
    return [{ shape: [x.shape[0], w.shape[0]], dtype: x.dtype }];
  },
  define([x, w, bias], [y], { relu }) {
    const [n, k] = x.shape;
    const out = w.shape[0];
    for (let row = 0; row < n; row++) {
      for (let o = 0; o < out; o++) {
        let sum = bias.data[o];
        for (let i = 0; i < k; i++) sum += x.data[row * k + i] * w.data[o * k + i];
        y.data[row * out + o] = relu ? Math.max(sum, 0) : sum;
      }
    }
  },
  composition: ({ F, inputs: [x, w, bias], attrs: { relu } }) => {
    const y = F.add(F.matmul(x, w, { transposeB: true }), bias);
    return [relu ? F.relu(y) : y];
  },
  grad({ F, g, inputs: [x, w], outputs: [y], attrs: { relu }, needs }) {
    const through = relu ? F.gate(g, y) : g;
    return [
      needs[0] ? F.matmul(through, w) : null,
      needs[1] ? F.matmul(through, x, { transposeA: true }) : null,
      needs[2] ? F.sum(through, { axes: [0] }) : null,
    ];
  },
  cpu,
  gpu: 'linear',
  wasm: 'linear',
  samples: [
    { inputs: ['3,5', '4,5', '4'], attrs: { relu: false } },
    { inputs: ['3,5', '4,5', '4'], attrs: { relu: true } },
    { inputs: ['17,33', '19,33', '19'], attrs: { relu: true } },
    { inputs: ['1,1', '1,1', '1'], attrs: { relu: false } },
    { inputs: ['2,0', '3,0', '3'], attrs: { relu: false } },
    { inputs: ['0,2', '3,2', '3'], attrs: { relu: true } },
  ],
};

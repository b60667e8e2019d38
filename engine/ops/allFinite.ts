/**
 * allFinite: y = 1 when every element is a number, neither infinite nor NaN, else 0 (x: any shape → [1]). An empty
 * tensor gives 1. It is constant wherever it is differentiable.
 */

import { expectFloat } from '../expect.ts';
import type { ListedOp, NoAttrs } from '../op.ts';

export const allFinite: ListedOp<NoAttrs> = {
  name: 'allFinite',
  infer([x]) {
    expectFloat('allFinite', x);
    return [{ shape: [1], dtype: x.dtype }];
  },
  define([x], [y]) {
    y.data[0] = x.data.every(Number.isFinite) ? 1 : 0;
  },
  grad: { none: 'constant wherever it is differentiable' },
  gpu: 'allFinite',
  wasm: 'allFinite',
  samples: ['3,5', '131', '', '0,4', '2,67,300'].map((shape) => ({ inputs: [shape], attrs: {} })),
};

/**
 * allFinite: y = 1 when every element is a number, neither infinite nor NaN, else 0 (x: any shape → [1]). An empty
 * tensor gives 1. It is constant wherever it is differentiable.
 */

import shader from '../../shaders/allFinite.wgsl';
import { expectFloat } from '../expect.ts';
import type { NoAttrs, Op } from '../op.ts';
import { sizeOf } from '../shape.ts';

/** Workgroups that share the work; the last launch reads a word from each. */
const PARTS = 64;

export const allFinite: Op<NoAttrs> = {
  name: 'allFinite',
  infer([x]) {
    expectFloat('allFinite', x);
    return [{ shape: [1], dtype: x.dtype }];
  },
  cpu([x], [y]) {
    y.data[0] = x.data.every(Number.isFinite) ? 1 : 0;
  },
  gpu([x]) {
    const params = [sizeOf(x.shape), PARTS];
    return {
      launches: [
        { shader, entry: 'scan', params, grid: [PARTS, 1, 1], reads: [0], writes: [2] },
        { shader, entry: 'join', params, grid: [1, 1, 1], reads: [2], writes: [1] },
      ],
      scratch: [PARTS],
    };
  },
  grad: { none: 'constant wherever it is differentiable' },
  samples: ['3,5', '131', '', '0,4', '2,67,300'].map((shape) => ({ inputs: [shape], attrs: {} })),
};

/**
 * lerp: moves a tensor in place towards x by a fixed share. It keeps the running averages of batch normalisation.
 *
 * target ← target + weight·(x − target)
 */

import { expectFloat, expectShape } from '../expect.ts';
import type { ListedOp } from '../op.ts';

export interface LerpAttrs {
  readonly weight: number;
}

export const lerp: ListedOp<LerpAttrs> = {
  name: 'lerp',
  inPlace: 1,
  infer([x, target]) {
    expectFloat('lerp', x, target);
    expectShape('lerp', 'a target', target, x.shape);
    return [target];
  },
  define([x], [target], { weight }) {
    for (let i = 0; i < target.data.length; i++) target.data[i] += weight * (x.data[i] - target.data[i]);
  },
  grad: { none: 'it updates a running average, outside of the graph' },
  gpu: 'lerp',
  wasm: 'lerp',
  samples: [
    { inputs: ['3,5', '3,5'], attrs: { weight: 0.1 } },
    { inputs: ['131', '131'], attrs: { weight: 0.5 } },
    { inputs: ['', ''], attrs: { weight: 1 } },
    { inputs: ['7', '7'], attrs: { weight: 0 } },
    { inputs: ['0', '0'], attrs: { weight: 0.1 } },
  ],
};

/**
 * lerp: moves a tensor in place towards x by a fixed share: target ← target + weight·(x − target). It keeps
 * the running averages of batch normalisation.
 */

import shader from '../../shaders/lerp.wgsl';
import { elementGrid, word } from '../devices/launch.ts';
import { expectFloat, expectShape } from '../expect.ts';
import type { Op } from '../op.ts';
import { sizeOf } from '../shape.ts';

export interface LerpAttrs {
  readonly weight: number;
}

export const lerp: Op<LerpAttrs> = {
  name: 'lerp',
  inPlace: 1,
  infer([x, target]) {
    expectFloat('lerp', x, target);
    expectShape('lerp', 'a target', target, x.shape);
    return [target];
  },
  cpu([x], [target], { weight }) {
    for (let i = 0; i < target.data.length; i++) target.data[i] += weight * (x.data[i] - target.data[i]);
  },
  gpu(_inputs, [target], { weight }) {
    const count = sizeOf(target.shape);
    return [{ shader, entry: 'main', params: [count, word(weight)], grid: elementGrid(count) }];
  },
  grad: { none: 'it updates a running average, outside of the graph' },
  samples: [
    {
      inputs: ['3,5', '3,5'],
      attrs: { weight: 0.1 },
    },
    { inputs: ['131', '131'], attrs: { weight: 0.5 } },
    { inputs: ['', ''], attrs: { weight: 1 } },
    { inputs: ['7', '7'], attrs: { weight: 0 } },
    { inputs: ['0', '0'], attrs: { weight: 0.1 } },
  ],
};

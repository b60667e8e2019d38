/**
 * scaleStep: one step of dynamic loss scaling, in place on state = [scale, good, skipped] (usable: [1], 1 when all
 * gradients of this step are finite, else 0; Micikevicius et al., "Mixed precision training", 2018).
 *
 * usable:     good ← good + 1; after `interval` good steps scale ← 2·scale and good ← 0
 * not usable: scale ← max(1, scale/2), good ← 0, skipped ← skipped + 1
 */

import { expectFloat, expectShape } from '../expect.ts';
import type { ListedOp } from '../op.ts';

export interface ScaleStepAttrs {
  /** Good steps until the scale is doubled. */
  readonly interval: number;
}

export const scaleStep: ListedOp<ScaleStepAttrs> = {
  name: 'scaleStep',
  inPlace: 1,
  infer([usable, state]) {
    expectFloat('scaleStep', usable, state);
    expectShape('scaleStep', 'usable', usable, [1]);
    expectShape('scaleStep', 'a state', state, [3]);
    return [state];
  },
  define([usable], [state], { interval }) {
    const [scale, good, skipped] = state.data;
    const isUsable = usable.data[0] > 0;
    const grows = isUsable && good + 1 >= interval;
    state.data[0] = grows ? 2 * scale : isUsable ? scale : Math.max(1, scale / 2);
    state.data[1] = grows || !isUsable ? 0 : good + 1;
    state.data[2] = isUsable ? skipped : skipped + 1;
  },
  grad: { none: 'it updates a state, outside of the graph' },
  gpu: 'scaleStep',
  wasm: 'scaleStep',
  samples: [
    { inputs: ['1', '3 positive'], attrs: { interval: 2 } },
    { inputs: ['1 positive', '3 positive'], attrs: { interval: 1 } },
    { inputs: ['1 positive', '3 large'], attrs: { interval: 2000 } },
    { inputs: ['1', '3 large'], attrs: { interval: 2 } },
    { inputs: ['1 unit', '3'], attrs: { interval: 3 } },
  ],
};

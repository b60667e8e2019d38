/** What the ops of batch normalisation have in common: their settings, the shapes that fit, and sizes for their samples. */

import type { Spec } from '../devices/launch.ts';
import { expectFloat, expectRank, expectShape } from '../expect.ts';

export interface BatchNormAttrs {
  /** Is added to the variance. */
  readonly eps: number;
  /** Whether relu follows. */
  readonly relu: boolean;
}

/** Refuses an input that is not [N,C,H,W], and what is not a number for each of its channels. */
export function expectChannels(op: string, x: Spec, perChannel: Readonly<Record<string, Spec>>): void {
  expectFloat(op, x, ...Object.values(perChannel));
  expectRank(op, 'an input', x, 4, '[N,C,H,W]');
  for (const [what, each] of Object.entries(perChannel)) expectShape(op, what, each, [x.shape[1]]);
}

/** Shapes with their channels, and settings: planes that four divides and others, and without a channel. */
export const normSamples: readonly (readonly [shape: string, channels: number, attrs: BatchNormAttrs])[] = [
  ['2,3,2,3', 3, { eps: 1e-5, relu: false }],
  ['3,2,2,2', 2, { eps: 0.1, relu: true }],
  ['5,1,1,1', 1, { eps: 1e-3, relu: false }],
  ['3,5,7,13', 5, { eps: 1e-5, relu: true }],
  ['2,11,8,6', 11, { eps: 1e-5, relu: false }],
  ['2,0,3,3', 0, { eps: 1e-5, relu: true }],
];

/** Images and windows for the generated tests of convolution and pooling. */

import type { Conv2dAttrs } from '../ops/convolution.ts';
import type { PoolAttrs } from '../ops/pooling.ts';
import { plain } from '../ops/window.ts';
import type { Shape } from '../shape.ts';

interface ConvSample {
  readonly x: Shape;
  readonly w: Shape;
  readonly attrs: Conv2dAttrs;
}

/** One of each kind of convolution, on sizes that no tile divides. */
export const convSamples: readonly ConvSample[] = [
  { x: [2, 1, 5, 5], w: [3, 1, 3, 3], attrs: { ...plain, groups: 1 } },
  { x: [2, 3, 6, 5], w: [5, 3, 3, 2], attrs: { ...plain, padding: [1, 1, 1, 1], groups: 1 } },
  { x: [1, 2, 7, 9], w: [3, 2, 3, 3], attrs: { ...plain, stride: [2, 3], padding: [2, 1, 0, 2], groups: 1 } },
  {
    x: [1, 2, 9, 8],
    w: [2, 2, 3, 2],
    attrs: { ...plain, dilation: [2, 3], padding: [1, 2, 3, 0], groups: 1 },
  },
  { x: [2, 4, 5, 4], w: [6, 2, 2, 3], attrs: { ...plain, padding: [0, 1, 0, 1], groups: 2 } },
  { x: [1, 3, 4, 5], w: [3, 1, 3, 3], attrs: { ...plain, stride: [2, 2], padding: [1, 1, 1, 1], groups: 3 } },
  { x: [3, 5, 1, 1], w: [7, 5, 1, 1], attrs: { ...plain, groups: 1 } },
  { x: [1, 1, 3, 3], w: [1, 1, 2, 2], attrs: { ...plain, padding: [3, 3, 3, 3], groups: 1 } },
  { x: [0, 2, 4, 4], w: [3, 2, 3, 3], attrs: { ...plain, groups: 1 } },
  { x: [2, 2, 14, 13], w: [4, 2, 5, 5], attrs: { ...plain, padding: [2, 2, 2, 2], groups: 1 } },
];

/** Images and windows to be pooled: apart, overlapping, with holes, padded, odd. */
export const poolSamples: readonly { readonly x: Shape; readonly attrs: PoolAttrs }[] = [
  { x: [2, 3, 4, 6], attrs: { ...plain, kernel: [2, 2], stride: [2, 2] } },
  { x: [1, 2, 7, 5], attrs: { ...plain, kernel: [3, 2], stride: [1, 2] } },
  { x: [2, 1, 5, 5], attrs: { ...plain, kernel: [3, 3], stride: [2, 2], padding: [1, 1, 1, 1] } },
  { x: [1, 1, 7, 9], attrs: { ...plain, kernel: [2, 3], dilation: [3, 2] } },
  // As ceilMode has it: a last window that hangs over, with padding and without.
  { x: [1, 2, 5, 6], attrs: { ...plain, kernel: [2, 3], stride: [2, 2], overhang: [1, 1] } },
  {
    x: [1, 1, 6, 4],
    attrs: { ...plain, kernel: [3, 2], stride: [3, 3], padding: [1, 1, 1, 1], overhang: [1, 0] },
  },
  { x: [3, 5, 1, 1], attrs: { ...plain, kernel: [1, 1] } },
  { x: [0, 2, 4, 4], attrs: { ...plain, kernel: [2, 2], stride: [2, 2] } },
];

/** Planes that one window covers, for ops that take places: those must lie in their own windows. maxPool2d's have others. */
export const coveredPlanes = [
  [1, 1, 2, 2],
  [2, 3, 3, 5],
  [3, 1, 1, 7],
  [1, 67, 4, 3],
  [0, 2, 2, 2],
];

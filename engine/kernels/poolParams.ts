import type { Spec } from '../op.ts';
import { expectFloat, expectRank } from '../op.ts';
import type { Shape } from '../shape.ts';
import type { Pair, Window } from './window.ts';
import { plain, planeOf, tapsInside, windowOutput } from './window.ts';

export interface PoolAttrs extends Window {
  /** Height and width of the window. */
  readonly kernel: Pair;
}

/** Attributes of the ops that go back from a pooled image: a stride leaves more than one possible size. */
export interface UnpoolAttrs extends PoolAttrs {
  /** Height and width of the image that was pooled. */
  readonly image: Pair;
}

export function inferPool(op: string, x: Spec, attrs: PoolAttrs): number[] {
  expectFloat(op, x);
  expectRank(op, 'an input', x, 4, '[N,C,H,W]');
  return [...x.shape.slice(0, 2), ...windowOutput(op, planeOf(x.shape), attrs.kernel, attrs)];
}

/** The uniform block of the pooling shaders, for an image x and its pooled y. */
export function poolParams(x: Shape, y: Shape, { kernel, stride, padding, dilation }: PoolAttrs): number[] {
  const [top, left] = padding;
  return [x[0] * x[1], x[2], x[3], y[2], y[3], ...kernel, ...stride, top, left, ...dilation];
}

/** How many taps of a window along one axis count in its mean: those inside, and those on padding if that counts. */
export function countedTaps(
  { kernel, stride, padding, dilation }: PoolAttrs,
  countPadding: boolean,
  image: Pair,
  axis: number,
  window: number,
): number {
  const start = window * stride[axis] - padding[axis];
  if (countPadding) {
    return Math.min(kernel[axis], Math.ceil((image[axis] + padding[axis + 2] - start) / dilation[axis]));
  }
  const [first, end] = tapsInside(start, kernel[axis], dilation[axis], image[axis]);
  return end - first;
}

/** Images and windows for the generated tests: apart, overlapping, with holes, padded, odd. */
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

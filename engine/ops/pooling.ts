import type { Spec } from '../devices/launch.ts';
import { ShapeError } from '../errors.ts';
import { expectFloat, expectRank } from '../expect.ts';
import { sameShape, show } from '../shape.ts';
import type { Pair, Window } from './window.ts';
import { planeOf, tapsInside, windowOutput } from './window.ts';

export interface PoolAttrs extends Window {
  /** Height and width of the window. */
  readonly kernel: Pair;
}

/** Attributes of the ops that go back from a pooled image: a stride leaves more than one possible size. */
export interface UnpoolAttrs extends PoolAttrs {
  /** Height and width of the image that was pooled. */
  readonly image: Pair;
}

export interface AvgPoolAttrs extends PoolAttrs {
  /** Whether zeros of the padding count in the mean. */
  readonly countPadding: boolean;
}

export type AvgUnpoolAttrs = UnpoolAttrs & AvgPoolAttrs;

export function inferPool(op: string, x: Spec, attrs: PoolAttrs): number[] {
  expectFloat(op, x);
  expectRank(op, 'an input', x, 4, '[N,C,H,W]');
  return [...x.shape.slice(0, 2), ...windowOutput(op, planeOf(x.shape), attrs.kernel, attrs)];
}

/** The way back: the image whose pooling has the shape of g. */
export function inferUnpool(op: string, g: Spec, { image, kernel, ...window }: UnpoolAttrs): Spec {
  const output = windowOutput(op, image, kernel, window);
  if (!sameShape(output, planeOf(g.shape))) {
    throw new ShapeError(
      `${op}: gradient ${show(g.shape)} for an image ${show(image)}; expected planes of ${show(output)}`,
    );
  }
  return { shape: [...g.shape.slice(0, 2), ...image], dtype: g.dtype };
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

import { ShapeError } from '../errors.ts';
import type { Shape } from '../shape.ts';
import { show } from '../shape.ts';

/** A height and a width. */
export type Pair = readonly [number, number];

/** How a window moves over an image, for convolution and pooling alike. */
export interface Window {
  /** How far it moves. */
  readonly stride: Pair;
  /** Rows and columns added around the image: top, left, bottom, right. */
  readonly padding: readonly [number, number, number, number];
  /** The distance between the elements of the window. */
  readonly dilation: Pair;
  /** Rows and columns past the padding that a last window may reach into, as ceilMode allows; none when left out. */
  readonly overhang?: Pair;
}

export const plain: Window = { stride: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1] };

/** out = ⌊(in + padding − dilation·(kernel − 1) − 1) / stride⌋ + 1, for height and width. */
export function windowOutput(
  op: string,
  image: Pair,
  kernel: Pair,
  { stride, padding, dilation, overhang = [0, 0] }: Window,
): Pair {
  const counts = [kernel, stride, dilation].every((pair) => pair.every((n) => Number.isInteger(n) && n > 0));
  if (!counts || padding.some((n) => !Number.isInteger(n) || n < 0)) {
    throw new ShapeError(
      `${op}: kernel ${show(kernel)}, stride ${show(stride)}, dilation ${show(dilation)}, padding ${show(padding)}; ` +
        'expected whole numbers, ≥ 1 and for padding ≥ 0',
    );
  }
  const [height, width] = [0, 1].map((axis) => {
    const room = roomOf(image, kernel, { stride, padding, dilation }, axis) + overhang[axis];
    return Math.floor(room / stride[axis]) + 1;
  });
  if (height < 1 || width < 1) {
    throw new ShapeError(
      `${op}: a window ${show(kernel)} with dilation ${show(dilation)} on an image ${show(image)} ` +
        `with padding ${show(padding)}; expected a window that fits into the image`,
    );
  }
  return [height, width];
}

/** How far the start of a window can move along an axis. */
export const roomOf = (image: Pair, kernel: Pair, { padding, dilation }: Window, axis: number): number =>
  image[axis] + padding[axis] + padding[axis + 2] - dilation[axis] * (kernel[axis] - 1) - 1;

/**
 * The overhang with which the number of windows is rounded up instead of down. A window that would begin past
 * the image and the padding before it is left out, as in PyTorch.
 */
export function ceilOverhang(image: Pair, kernel: Pair, window: Window): Pair {
  const [height, width] = [0, 1].map((axis) => {
    const stride = window.stride[axis];
    const room = roomOf(image, kernel, window, axis);
    const last = Math.ceil(room / stride) * stride;
    return last >= image[axis] + window.padding[axis] ? 0 : Math.max(0, last - room);
  });
  return [height, width];
}

/** The last two axes. */
export const planeOf = (shape: Shape): Pair => [shape[shape.length - 2], shape[shape.length - 1]];

/** The taps of a window along one axis that fall inside the image: from `first` up to, not including, `end`. */
export function tapsInside(start: number, taps: number, dilation: number, length: number): Pair {
  const first = start >= 0 ? 0 : Math.ceil(-start / dilation);
  const end = Math.min(taps, Math.ceil((length - start) / dilation));
  return [first, Math.max(first, end)];
}

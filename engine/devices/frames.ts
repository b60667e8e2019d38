/** Frames of zeros around and between planes, so that windows never leave what they move over. */

import type { Pair, Window } from '../ops/window.ts';

/** How planes are laid into a larger frame. */
export interface Frame {
  /** Height and width of the frame. */
  readonly size: Pair;
  /** Row and column of the first element. */
  readonly first: Pair;
  /** The distance between elements that were neighbours. */
  readonly spread: Pair;
}

/** Whether a frame is just the plane itself. */
export const isWhole = ([height, width]: Pair, { size, spread }: Frame): boolean =>
  size[0] === height && size[1] === width && spread[0] === 1 && spread[1] === 1;

/** The frame in which the windows of an image never leave it: the image and its padding. */
export function paddedFrame([height, width]: Pair, { padding }: Window): Frame {
  const [top, left, bottom, right] = padding;
  return { size: [height + top + bottom, width + left + right], first: [top, left], spread: [1, 1] };
}

/** A window and the image that it moved over, from whose output the way leads back. */
interface Backward extends Window {
  readonly image: Pair;
}

/**
 * The frame of the gradient g of a convolution's output. Row p of the image meets tap u at row p + top − u·dh of the
 * spread g; flipping the taps makes all of it count up.
 */
export function spreadFrame([kh, kw]: Pair, { stride, padding, dilation, image }: Backward): Frame {
  const reach: Pair = [(kh - 1) * dilation[0], (kw - 1) * dilation[1]];
  // Windows start where the padding ends: what lies before is left out, as far as there is nothing in it.
  const cut = reach.map((n, axis) => Math.min(n, padding[axis]));
  const [height, width] = [0, 1].map(
    (axis) => image[axis] + padding[axis] + padding[axis + 2] + reach[axis] - cut[axis],
  );
  return { size: [height, width], first: [reach[0] - cut[0], reach[1] - cut[1]], spread: stride };
}

/** Where in that frame the window of the first pixel starts. */
export const firstWindow = ([kh, kw]: Pair, { padding, dilation }: Backward): Pair => [
  padding[0] - Math.min((kh - 1) * dilation[0], padding[0]),
  padding[1] - Math.min((kw - 1) * dilation[1], padding[1]),
];

import type { GrayImage } from '../image/image.ts';
import { components } from '../preprocess/components.ts';
import type { Box } from './box.ts';

/** Ink that hangs together: a character, a part of one, or no writing at all. */
export interface Piece {
  readonly box: Box;
  /** where its pixels lie in the page's data */
  readonly pixels: Int32Array;
  readonly touchesBorder: boolean;
  /** the column of its upper end, the left one of its highest pixels */
  readonly tip: number;
}

/** All pieces of ink on a page. */
export const piecesOf = (ink: GrayImage): Piece[] =>
  components(ink).map(({ pixels, touchesBorder }) => ({
    box: boxOf(pixels, ink.width),
    pixels: Int32Array.from(pixels),
    touchesBorder,
    // The flood begins with the first pixel in reading order.
    tip: pixels[0] % ink.width,
  }));

function boxOf(pixels: Iterable<number>, pageWidth: number): Box {
  let [left, right, top, bottom] = [pageWidth, 0, Number.POSITIVE_INFINITY, 0];
  for (const pixel of pixels) {
    const x = pixel % pageWidth;
    const y = (pixel - x) / pageWidth;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/** For each pixel of a page the number of its piece in the list, counted from 1; 0 is paper. */
export function labelled(pieces: readonly Piece[], pixels: number): Int32Array {
  const labels = new Int32Array(pixels);
  for (const [i, piece] of pieces.entries()) for (const pixel of piece.pixels) labels[pixel] = i + 1;
  return labels;
}

import type { Box } from '../image/box.ts';
import type { Plane } from './extremes.ts';

/** Ink that hangs together, corners included: a character, a part of one, or no writing at all. */
export interface Piece {
  readonly box: Box;
  /** where its pixels lie in the plane's data, in the order of a flood that begins with the first in reading order */
  readonly pixels: Int32Array;
  readonly touchesBorder: boolean;
  /** pixels of the plane's border that it covers: left, right, top, bottom */
  readonly contact: readonly [number, number, number, number];
  /** the column of its upper end, the left one of its highest pixels */
  readonly tip: number;
}

/**
 * The connected components of a mask, by flood fill with eight neighbours: Rosenfeld and Pfaltz, "Sequential operations in
 * digital picture processing", Journal of the ACM 13 (1966).
 *
 * @param mask 1 for ink, 0 for paper; width·height values
 */
export function piecesOf(mask: Uint8Array, width: number, height: number): Piece[] {
  const left = mask.slice();
  const queue = new Int32Array(mask.length);
  const pieces: Piece[] = [];
  for (let start = left.indexOf(1); start >= 0; start = left.indexOf(1, start + 1)) {
    left[start] = 0;
    queue[0] = start;
    let end = 1;
    let [x0, x1, y0, y1] = [width, 0, height, 0];
    const contact: [number, number, number, number] = [0, 0, 0, 0];
    for (let i = 0; i < end; i++) {
      const pixel = queue[i];
      const y = Math.floor(pixel / width);
      const x = pixel - y * width;
      if (x < x0) x0 = x;
      if (x > x1) x1 = x;
      if (y < y0) y0 = y;
      if (y > y1) y1 = y;
      if (x === 0) contact[0]++;
      if (x === width - 1) contact[1]++;
      if (y === 0) contact[2]++;
      if (y === height - 1) contact[3]++;
      const [above, below] = [y > 0 ? y - 1 : 0, y + 1 < height ? y + 1 : y];
      const [before, behind] = [x > 0 ? x - 1 : 0, x + 1 < width ? x + 1 : x];
      for (let v = above; v <= below; v++) {
        for (let at = v * width + before, last = v * width + behind; at <= last; at++) {
          if (left[at] === 0) continue;
          left[at] = 0;
          queue[end++] = at;
        }
      }
    }
    pieces.push({
      box: { x: x0, y: y0, width: x1 - x0 + 1, height: y1 - y0 + 1 },
      pixels: queue.slice(0, end),
      touchesBorder: contact.some((count) => count > 0),
      contact,
      tip: start % width,
    });
  }
  return pieces;
}

/** A mask of some pieces. */
export function maskOf(
  pieces: readonly Piece[],
  { width, height }: Pick<Plane, 'width' | 'height'>,
): Uint8Array {
  const mask = new Uint8Array(width * height);
  for (const { pixels } of pieces) for (const pixel of pixels) mask[pixel] = 1;
  return mask;
}

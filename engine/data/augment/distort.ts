/** Applies to an image what was drawn for it; integers throughout, in the formats of draw.ts. */

import type { Distortion } from './draw.ts';
import { CELLS, POINTS } from './draw.ts';

/** The cell of the elastic grid that a pixel lies in, and the weights of the four points around it, which sum to 1,024. */
export interface Spline {
  readonly cell: number;
  readonly weights: readonly [number, number, number, number];
}

/**
 * The uniform cubic B-spline at the centre of a pixel: (1−f)³/6, (3f³−6f²+4)/6, and so on, in 1,024ths for f in 256ths.
 *
 * @param at column or row, 0 … size−1
 */
export function splineAt(at: number, size: number): Spline {
  const along = CELLS * (2 * at + 1);
  const cell = Math.floor(along / (2 * size));
  const f = Math.floor((256 * (along % (2 * size)) + size) / (2 * size));
  const g = 256 - f;
  // A cube of 256ths by 6·2¹⁴ is a sixth of 1,024ths; half of that rounds.
  const first = Math.floor((g * g * g + 49_152) / 98_304);
  const second = Math.floor(((3 * f - 1536) * f * f + 67_108_864 + 49_152) / 98_304);
  const fourth = Math.floor((f * f * f + 49_152) / 98_304);
  return { cell, weights: [first, second, 1024 - first - second - fourth, fourth] };
}

/**
 * Mixes each pixel with the brightest of itself and its four neighbours, which makes strokes thicker, or with the
 * darkest, which makes them thinner. What lies outside of the image is black.
 *
 * @param bytes size² of them, row by row
 * @param amount from −256, all of the darkest, to 256, all of the brightest
 */
export function changeStroke(bytes: Uint8Array, size: number, amount: number): Uint8Array {
  const at = (x: number, y: number) => byteAt(bytes, size, x, y);
  return bytes.map((value, i) => {
    const [x, y] = [i % size, Math.floor(i / size)];
    const around = [value, at(x - 1, y), at(x + 1, y), at(x, y - 1), at(x, y + 1)];
    if (amount >= 0) return value + (((Math.max(...around) - value) * amount + 128) >> 8);
    return value - (((value - Math.min(...around)) * -amount + 128) >> 8);
  });
}

/**
 * The augmented image: strokes are changed, then each output pixel takes the brightness at its place in the source,
 * between four pixels, and what is erased becomes black, as is all outside of the source.
 *
 * @param bytes size² of them for each channel, row by row; all channels are distorted alike
 * @returns as many
 */
export function distort(bytes: Uint8Array, size: number, distortion: Distortion): Uint8Array {
  const { matrix, origin, points, stroke, erased } = distortion;
  const [xx, xy, yx, yy] = matrix;
  const [left, top, right, bottom] = erased;
  const plane = size * size;
  const sources = Array.from({ length: bytes.length / plane }, (_, k) =>
    changeStroke(bytes.subarray(k * plane, (k + 1) * plane), size, stroke),
  );
  const splines = Array.from({ length: size }, (_, i) => splineAt(i, size));
  const out = new Uint8Array(bytes.length);
  for (let row = 0; row < size; row++) {
    // Twice the distance from the centre, which is a whole number.
    const v = 2 * row - (size - 1);
    for (let column = 0; column < size; column++) {
      if (column >= left && column < right && row >= top && row < bottom) continue;
      const u = 2 * column - (size - 1);
      const [dx, dy] = displacement(points, splines[column], splines[row]);
      const x = toSource(xx * u + xy * v + origin[0] + dx, size);
      const y = toSource(yx * u + yy * v + origin[1] + dy, size);
      const [x0, y0] = [x >> 8, y >> 8];
      const [fx, fy] = [x & 255, y & 255];
      for (let k = 0; k < sources.length; k++) {
        const source = sources[k];
        const upper = byteAt(source, size, x0, y0) * (256 - fx) + byteAt(source, size, x0 + 1, y0) * fx;
        const lower =
          byteAt(source, size, x0, y0 + 1) * (256 - fx) + byteAt(source, size, x0 + 1, y0 + 1) * fx;
        out[k * plane + row * size + column] = (upper * (256 - fy) + lower * fy + 32_768) >> 16;
      }
    }
  }
  return out;
}

/** A pixel of one channel; black outside of it. */
const byteAt = (bytes: Uint8Array, size: number, x: number, y: number): number =>
  x >= 0 && x < size && y >= 0 && y < size ? bytes[y * size + x] : 0;

/** From Q16 to Q8 pixels, no further out than the first pixel that is black for sure. */
const toSource = (position: number, size: number): number =>
  Math.min(Math.max((position + 128) >> 8, -256), 256 * size);

/** The elastic displacement of a pixel along x and y, Q16: splines along the rows of points, then across. */
function displacement(points: Int32Array, column: Spline, row: Spline): [number, number] {
  const along = (axis: 0 | 1): number => {
    let sum = 0;
    for (let i = 0; i < 4; i++) {
      const first = 2 * ((row.cell + i) * POINTS + column.cell) + axis;
      let inRow = 0;
      for (let k = 0; k < 4; k++) inRow += column.weights[k] * points[first + 2 * k];
      sum += row.weights[i] * (inRow >> 6);
    }
    return sum >> 6;
  };
  return [along(0), along(1)];
}

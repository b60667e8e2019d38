// Four channels of an image side by side, quad[i, j] = image[c .. c + 3, i, j]: kernels that treat all channels alike
// then work on vectors without regard to where a row or a tile ends.

import { wins } from './simd';
import { PIXEL } from './width';

/** Bytes from a row of a quad to the next: engine/devices/wasm/kernels/winograd.ts keeps blocks so narrow. */
export const PITCH: usize = 60 * PIXEL;

/** Writes the 4×4 matrix whose columns are a, b, c and d. */
// @ts-ignore: decorator
@inline
function storeColumns(a: v128, b: v128, c: v128, d: v128, mask: v128, to: usize): void {
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const ab2 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cd2 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.and(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), mask));
  v128.store(to, v128.and(v128.shuffle<f32>(ab, cd, 2, 3, 6, 7), mask), PIXEL);
  v128.store(to, v128.and(v128.shuffle<f32>(ab2, cd2, 0, 1, 4, 5), mask), 2 * PIXEL);
  v128.store(to, v128.and(v128.shuffle<f32>(ab2, cd2, 2, 3, 6, 7), mask), 3 * PIXEL);
}

/** Packs four pixels of four channels, and returns the largest bits of each pixel without their sign. */
// @ts-ignore: decorator
@inline
function packFour(from: usize, second: usize, third: usize, fourth: usize, mask: v128, to: usize): v128 {
  const a = v128.load(from);
  const b = v128.load(from + second);
  const c = v128.load(from + third);
  const d = v128.load(from + fourth);
  storeColumns(a, b, c, d, mask, to);
  // Without their signs floats are in the order of whole numbers, with NaN last.
  const unsigned = i32x4.splat(0x7fffffff);
  const ab = i32x4.max_s(v128.and(a, unsigned), v128.and(b, unsigned));
  return i32x4.max_s(ab, i32x4.max_s(v128.and(c, unsigned), v128.and(d, unsigned)));
}

// @ts-ignore: decorator
@inline
function clear(from: usize, end: usize): void {
  for (; from < end; from += PIXEL) v128.store(from, f32x4.splat(0));
}

/**
 * Reads a word of each cache line, so that they come from memory side by side instead of a few at a time, as the work
 * on them would ask for them; that made weight gradients 3 to 10 % faster. What is stored only keeps the reads.
 */
// @ts-ignore: decorator
@inline
function touch(from: usize, end: usize, second: usize, third: usize, fourth: usize, to: usize): void {
  let seen = f32x4.splat(0);
  for (; from < end; from += 64) {
    const half = v128.or(v128.load(from), v128.load(from + second));
    seen = v128.or(seen, v128.or(half, v128.or(v128.load(from + third), v128.load(from + fourth))));
  }
  v128.store(to, seen);
}

/**
 * quad[i, j] = image[.., top + i, left + j] for rows × columns, zero past the image and in channels past `channels`.
 * A row of the quad has room for three pixels more than columns: rows are read in fours, up to 12 bytes past the last.
 *
 * @returns the bits of the largest magnitude; those of NaN are larger than those of any number
 */
export function packQuad(
  image: usize, channels: i32, height: i32, width: i32, top: i32, left: i32,
  quad: usize, rows: i32, columns: i32,
): i32 {
  const plane = <usize>(height * width) << 2;
  const second = channels > 1 ? plane : 0;
  const third = channels > 2 ? 2 * plane : 0;
  const fourth = channels > 3 ? 3 * plane : 0;
  const mask = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(channels));
  const firstRow = image + (<usize>(max(0, top) * width) << 2);
  const endRow = image + (<usize>(min(height, top + rows) * width) << 2);
  touch(firstRow, endRow, second, third, fourth, quad);
  const firstColumn = min(columns, max(0, -left));
  const endColumn = max(firstColumn, min(columns, width - left));
  // What is read past the end of a row does not count.
  const rest = (endColumn - firstColumn) & 3;
  const counts = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(rest));
  let seen = i32x4.splat(0);
  for (let i = 0; i < rows; i++, quad += PITCH) {
    const row = top + i;
    if (row < 0 || row >= height) {
      clear(quad, quad + <usize>columns * PIXEL);
      continue;
    }
    clear(quad, quad + <usize>firstColumn * PIXEL);
    let from = image + (<usize>(row * width + left + firstColumn) << 2);
    let to = quad + <usize>firstColumn * PIXEL;
    const end = quad + <usize>endColumn * PIXEL;
    for (const fours = end - <usize>rest * PIXEL; to < fours; to += 4 * PIXEL, from += 16) {
      seen = i32x4.max_s(seen, packFour(from, second, third, fourth, mask, to));
    }
    if (rest > 0) {
      const largest = packFour(from, second, third, fourth, mask, to);
      seen = i32x4.max_s(seen, v128.and(largest, counts));
    }
    clear(end, quad + <usize>columns * PIXEL);
  }
  return max(
    max(i32x4.extract_lane(seen, 0), i32x4.extract_lane(seen, 1)),
    max(i32x4.extract_lane(seen, 2), i32x4.extract_lane(seen, 3)),
  );
}

/**
 * image[0 .. channels − 1, i, j] = quad[i, j] for rows × columns; a channel has `plane` bytes, and a row of one
 * `width`. Nothing is written past the columns: there another part may be at work.
 */
export function unpackQuad(
  quad: usize, rows: i32, columns: i32, image: usize, channels: i32, plane: usize, width: usize,
): void {
  for (let i = 0; i < rows; i++, quad += PITCH, image += width) {
    let from = quad;
    let to = image;
    let left = columns;
    for (; left >= 4 && channels == 4; left -= 4, from += 4 * PIXEL, to += 16) {
      const a = v128.load(from);
      const b = v128.load(from, PIXEL);
      const c = v128.load(from, 2 * PIXEL);
      const d = v128.load(from, 3 * PIXEL);
      const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
      const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
      const ab2 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const cd2 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
      v128.store(to + plane, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
      v128.store(to + 2 * plane, v128.shuffle<f32>(ab2, cd2, 0, 1, 4, 5));
      v128.store(to + 3 * plane, v128.shuffle<f32>(ab2, cd2, 2, 3, 6, 7));
    }
    for (; left > 0; left--, from += PIXEL, to += 4) {
      for (let lane = 0; lane < channels; lane++) {
        store<f32>(to + <usize>lane * plane, load<f32>(from + (<usize>lane << 2)));
      }
    }
  }
}

/**
 * The maximum of each 2×2 window and its place in a plane of `width` columns, as maxPool2d has them: the first of
 * equals, and a NaN before all. The first window has the place `first`. Pooled rows are as long.
 */
export function poolQuad(
  quad: usize, rows: i32, columns: i32, pooled: usize, places: usize, first: i32, width: i32,
): void {
  const below = i32x4.splat(width);
  for (let i = 0; i < rows; i++, pooled += PITCH, places += PITCH) {
    let upper = quad + 2 * <usize>i * PITCH;
    let place = i32x4.splat(first + 2 * i * width);
    for (let to: usize = 0, end = <usize>columns * PIXEL; to < end; to += PIXEL, upper += 2 * PIXEL) {
      const lower = upper + PITCH;
      const a = v128.load(upper);
      const b = v128.load(upper, PIXEL);
      const c = v128.load(lower);
      const d = v128.load(lower, PIXEL);
      const right = wins(b, a);
      const above = v128.bitselect(b, a, right);
      const lowerRight = wins(d, c);
      const under = v128.bitselect(d, c, lowerRight);
      const down = wins(under, above);
      v128.store(pooled + to, v128.bitselect(under, above, down));
      // What wins is −1, so that to subtract it is to go one to the right.
      const at = v128.bitselect(i32x4.sub(below, lowerRight), i32x4.neg(right), down);
      v128.store(places + to, i32x4.add(place, at));
      place = i32x4.add(place, i32x4.splat(2));
    }
  }
}

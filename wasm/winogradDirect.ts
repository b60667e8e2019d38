// What a block is made by where one of its numbers is so large, or none, that Winograd's transforms would carry it, or its
// rounding, to outputs that do not see it: the definition, for four filters or channels at a time.
import { madd } from './simd';
import { Geometry } from './winogradGeometry';

/** Numbers up to this one are transformed: 1024, whose rounding in a tile is some 4e-5. */
const LARGEST = 0x44800000;

/** Whether one of the magnitudes, as whole numbers, is too large. */
// @ts-ignore: decorator
@inline
export function isLarge(magnitudes: v128): bool {
  return v128.any_true(i32x4.gt_s(magnitudes, i32x4.splat(LARGEST)));
}

/** The same for all of a quad. */
export function holdsLarge(quad: usize, pitch: usize, rows: i32, columns: i32): bool {
  let seen = i32x4.splat(0);
  for (let i = 0; i < rows; i++, quad += pitch) {
    for (let at = quad, end = quad + (<usize>columns << 4); at < end; at += 16) {
      seen = i32x4.max_s(seen, v128.and(v128.load(at), i32x4.splat(0x7fffffff)));
    }
  }
  return isLarge(seen);
}

/** What four results are made of: filters lie `lane` apart and terms of the sum `term`, both counted in filters. */
export function gatherWeights(
  w: usize, lanes: i32, lane: i32, terms: i32, term: i32, area: i32, flipped: bool, to: usize,
): void {
  for (let s = 0; s < terms; s++) {
    for (let tap = 0; tap < area; tap++, to += 16) {
      const from = w + (<usize>(s * term * area + (flipped ? area - 1 - tap : tap)) << 2);
      v128.store(to, f32x4.splat(0));
      for (let l = 0; l < lanes; l++) {
        store<f32>(to + (<usize>l << 2), load<f32>(from + (<usize>(l * lane * area) << 2)));
      }
    }
  }
}

/**
 * quad[i, j] = max(floor, start + Σ source[s, top + i + u, left + j + v] · weights[s, u, v]) over the planes s of an image
 * and the taps inside of it.
 */
export function directQuad(
  shape: Geometry, source: usize, planes: i32, height: i32, width: i32, top: i32, left: i32,
  weights: usize, start: v128, floor: v128, quad: usize, rows: i32, columns: i32,
): void {
  const taps = shape.size + 1 - shape.side;
  const plane = <usize>(height * width) << 2;
  for (let i = 0; i < rows; i++, quad += shape.pitch) {
    for (let j = 0; j < columns; j++) {
      let sum = start;
      let w = weights;
      let from = source;
      for (let s = 0; s < planes; s++, from += plane) {
        for (let u = 0; u < taps; u++) {
          const row = top + i + u;
          if (row < 0 || row >= height) {
            w += <usize>taps << 4;
            continue;
          }
          const line = from + (<usize>(row * width) << 2);
          for (let v = 0; v < taps; v++, w += 16) {
            const column = left + j + v;
            if (column < 0 || column >= width) continue;
            sum = madd(v128.load32_splat(line + (<usize>column << 2)), v128.load(w), sum);
          }
        }
      }
      v128.store(quad + (<usize>j << 4), f32x4.pmax(sum, floor));
    }
  }
}

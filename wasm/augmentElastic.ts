// The elastic field: splines over control points, along rows of points once an image, then across them for each pixel, as
// `displacement` of engine/data/augment/distort.ts does it, to the bit.
import { POINTS } from './augmentDraw';

/** Bytes of the spline of a column or row, as engine/devices/wasm/kernels/batches.ts lays it out: four weights of 16 bits, its cell. */
export const SPLINE: usize = 12;

/** Bytes of one row of points' displacements, x and y for each column, to the end of a vector. */
// @ts-ignore: decorator
@inline
export function lineBytes(size: i32): usize {
  return <usize>((size + 3) & ~3) << 3;
}

/**
 * Whether displacements fit in 16 bits, where one instruction takes two products: weights are above 0 and sum to 1,024, so
 * for points of up to `amount` they are 1,024/64 of it at most.
 */
// @ts-ignore: decorator
@inline
export function isShort(amount: i32): bool {
  return amount <= 2047;
}

/**
 * For each row of control points the spline along it at each column: x and y where T is i32; where it is i16 x of this row and
 * the next, and y of both.
 */
export function interpolateRows<T>(points: usize, splines: usize, size: i32, to: usize, line: usize): void {
  for (let column = 0; column < size; column++, splines += SPLINE, to += 8) {
    const weights = i32x4.extend_low_i16x8_s(v128.load64_zero(splines));
    const low = v128.shuffle<u32>(weights, weights, 0, 0, 1, 1);
    const high = v128.shuffle<u32>(weights, weights, 2, 2, 3, 3);
    let from = points + (<usize>load<i32>(splines, 8) << 3);
    let before = low;
    for (let row = 0, at = to; row < POINTS; row++, at += line, from += POINTS * 8) {
      // x and y of two points side by side.
      const two = i32x4.add(i32x4.mul(v128.load(from), low), i32x4.mul(v128.load(from, 16), high));
      const sum = i32x4.shr_s(i32x4.add(two, v128.shuffle<u32>(two, two, 2, 3, 0, 1)), 6);
      if (sizeof<T>() == 4) {
        v128.store_lane<u64>(at, sum, 0);
      } else {
        const pair = v128.shuffle<u16>(before, i32x4.shl(sum, 16), 0, 9, 2, 11, 4, 13, 6, 15);
        if (row > 0) v128.store_lane<u64>(at - line, pair, 0);
        before = sum;
      }
    }
  }
}

/** Weight i of a spline for products of 32 bits; for those of 16 bits weights 0 and 1, or 2 and 3. */
// @ts-ignore: decorator
@inline
export function weightAt<T>(splines: usize, i: usize): v128 {
  if (sizeof<T>() == 2) return i < 2 ? v128.load32_splat(splines + (i << 2)) : i32x4.splat(0);
  return i32x4.splat(<i32>load<u16>(splines + (i << 1)));
}

/** Σ weight · displacement of the four rows of points around a row of pixels, x and y of two pixels, Q16. */
// @ts-ignore: decorator
@inline
export function across<T>(from: usize, line: usize, w0: v128, w1: v128, w2: v128, w3: v128): v128 {
  if (sizeof<T>() == 2) {
    const upper = i32x4.dot_i16x8_s(v128.load(from), w0);
    return i32x4.shr_s(i32x4.add(upper, i32x4.dot_i16x8_s(v128.load(from + 2 * line), w1)), 6);
  }
  const upper = i32x4.add(i32x4.mul(v128.load(from), w0), i32x4.mul(v128.load(from + line), w1));
  const lower = i32x4.add(i32x4.mul(v128.load(from + 2 * line), w2), i32x4.mul(v128.load(from + 3 * line), w3));
  return i32x4.shr_s(i32x4.add(upper, lower), 6);
}

// The channels of a batch: where their numbers lie, and their sums, which are made in blocks of 256 floats, 32 for each lane,
// and added as doubles.
import { promoteHigh } from './simd';

/** Bytes of a block, and of the two vectors that are taken together. */
export const BLOCK: usize = 1024;
export const PAIR: usize = 32;

/** The address of number `i` of a list of floats. */
// @ts-ignore: decorator
@inline
export function at(list: usize, i: i32): usize {
  return list + (<usize>i << 2);
}

/** A number of a list in double precision. */
// @ts-ignore: decorator
@inline
export function valueAt(list: usize, i: i32): f64 {
  return <f64>load<f32>(at(list, i));
}

/** Where the pairs of a plane end: what eight does not divide comes behind. */
// @ts-ignore: decorator
@inline
export function endOfPairs(plane: usize, pixels: i32): usize {
  return at(plane, pixels & ~7);
}

/** All bits in the lanes that count in the last vector of a plane, where four does not divide its pixels. */
// @ts-ignore: decorator
@inline
export function maskOfRest(pixels: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(pixels & 3));
}

/** Adds the four numbers of each of two vectors to two sums. */
// @ts-ignore: decorator
@inline
export function plus(sum: v128, a: v128, b: v128): v128 {
  const four = f32x4.add(a, b);
  return f64x2.add(sum, f64x2.add(f64x2.promote_low_f32x4(four), promoteHigh(four)));
}

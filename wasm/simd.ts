// What kernels with vectors share. A function that takes or gives vectors is @inline: V8 13 that joins vectors in pairs ends
// the process where one of a pair is handed to a call.

/** a·b + c: fused, with one rounding, in the build with relaxed SIMD; two instructions in the plain one. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<f32>(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** c − a·b, as madd has it. */
// @ts-ignore: decorator
@inline
export function nmadd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_nmadd<f32>(a, b, c);
  return f32x4.sub(c, f32x4.mul(a, b));
}

// What one build of several does, or one use: `on` is a constant.

// @ts-ignore: decorator
@inline
export function loadWhere(on: bool, from: usize, offset: usize): v128 {
  return on ? v128.load(from + offset) : f32x4.splat(0);
}

// @ts-ignore: decorator
@inline
export function maddWhere(on: bool, a: v128, b: v128, c: v128): v128 {
  return on ? madd(a, b, c) : c;
}

// @ts-ignore: decorator
@inline
export function storeWhere(on: bool, to: usize, v: v128, offset: usize): void {
  if (on) v128.store(to + offset, v);
}

/** Four numbers in double precision, rounded to four floats. */
// @ts-ignore: decorator
@inline
export function rounded(low: v128, high: v128): v128 {
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
}

/** The same from memory. */
// @ts-ignore: decorator
@inline
export function fourRounded(from: usize): v128 {
  return rounded(v128.load(from), v128.load(from, 16));
}

/** The sum of both lanes. */
// @ts-ignore: decorator
@inline
export function across(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

/** The upper two of four floats in double precision. */
// @ts-ignore: decorator
@inline
export function promoteHigh(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3));
}

/** 1 where a comparison holds, else 0. */
// @ts-ignore: decorator
@inline
export function oneWhere(mask: v128): v128 {
  return v128.and(f32x4.splat(1), mask);
}

/** ±1 with the sign of x; NaN and zeros of both signs, which are neither above nor below 0, stay. */
// @ts-ignore: decorator
@inline
export function sign4(x: v128): v128 {
  const zero = f32x4.splat(0);
  const one = v128.or(f32x4.splat(1), v128.and(x, i32x4.splat(0x80000000)));
  return v128.bitselect(one, x, v128.or(f32x4.lt(x, zero), f32x4.gt(x, zero)));
}

/** Stores the first `count` of four floats, 1 to 3: the end of a row. */
// @ts-ignore: decorator
@inline
export function storeFirst(to: usize, v: v128, count: i32): void {
  v128.store_lane<u32>(to, v, 0);
  if (count > 1) v128.store_lane<u32>(to, v, 1, 4);
  if (count > 2) v128.store_lane<u32>(to, v, 2, 8);
}

/**
 * Where `value` takes the place of `best`: it is larger, or NaN where best is a number; so the first of
 * equals stays, and the first NaN.
 */
// @ts-ignore: decorator
@inline
export function wins(value: v128, best: v128): v128 {
  return v128.andnot(f32x4.eq(best, best), f32x4.le(value, best));
}

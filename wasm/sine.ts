// sin x and cos x for four floats at a time, for any x, to a few units in the last place.
import { madd } from './simd';

/** Word i of 1/2π in binary, after a word of zeros: no table in memory, which several instances would share. */
// @ts-ignore: decorator
@inline
function turnWord(i: i32): u64 {
  let pair: u64 = i < 2 ? 0x0000000028be60db : 0x9391054a7f09d5f4;
  if (i > 3) pair = i < 6 ? 0x7d4d377036d8a566 : 0x4f10e4107f9458ea;
  return i & 1 ? pair & 0xffffffff : pair >> 32;
}

/** The fractional part of size/2π in units of 2⁻⁶⁴, for size ≥ ½ (Payne and Hanek, 1983): whole turns overflow. */
function turns(size: f32): u64 {
  const bits = reinterpret<u32>(size);
  const significand = <u64>((bits << 8) | 0x80000000);
  const exponent = max(<i32>(bits >> 23) - 126, 0);
  const i = exponent >> 5;
  const shift = <u64>(exponent & 31);
  const upper = ((turnWord(i) << 32) | turnWord(i + 1)) << shift;
  const lower = ((turnWord(i + 1) << 32) | turnWord(i + 2)) << shift;
  const last = ((turnWord(i + 2) << 32) | turnWord(i + 3)) << shift;
  return ((significand * (upper >> 32)) << 32) + significand * (lower >> 32) + ((significand * (last >> 32)) >> 32);
}

/** The nearest quarter of a turn. */
// @ts-ignore: decorator
@inline
function quarterOf(turn: u64): i32 {
  return <i32>((turn + 0x2000000000000000) >> 62);
}

/** The angle beyond it. */
// @ts-ignore: decorator
@inline
function restOf(turn: u64): f32 {
  return <f32>(<f64>(<i64>(turn << 2)) * 8.515303950216386473e-20);
}

/**
 * sin(x + quarters·π/2): by the nearest quarter of a turn and the rest r of at most π/4, for which the polynomials are
 * sinf's and cosf's of the Cephes library (Moshier, 1992). −0 stays.
 */
// @ts-ignore: decorator
@inline
function sine4(x: v128, quarters: i32): v128 {
  const size = f32x4.abs(x);
  const a = turns(f32x4.extract_lane(size, 0));
  const b = turns(f32x4.extract_lane(size, 1));
  const c = turns(f32x4.extract_lane(size, 2));
  const d = turns(f32x4.extract_lane(size, 3));
  let rest = f32x4.splat(restOf(a));
  rest = f32x4.replace_lane(rest, 1, restOf(b));
  rest = f32x4.replace_lane(rest, 2, restOf(c));
  rest = f32x4.replace_lane(rest, 3, restOf(d));
  let quarter = i32x4.splat(quarterOf(a));
  quarter = i32x4.replace_lane(quarter, 1, quarterOf(b));
  quarter = i32x4.replace_lane(quarter, 2, quarterOf(c));
  quarter = i32x4.replace_lane(quarter, 3, quarterOf(d));
  const isSmall = f32x4.lt(size, f32x4.splat(0.78539816));
  quarter = v128.andnot(quarter, isSmall);
  const isBelow = f32x4.lt(x, f32x4.splat(0));
  quarter = i32x4.add(v128.bitselect(i32x4.neg(quarter), quarter, isBelow), i32x4.splat(quarters));
  const r = v128.bitselect(x, v128.bitselect(f32x4.neg(rest), rest, isBelow), isSmall);
  const s = f32x4.mul(r, r);
  let sine = madd(f32x4.splat(-1.9515295891e-4), s, f32x4.splat(8.3321608736e-3));
  sine = madd(sine, s, f32x4.splat(-1.6666654611e-1));
  sine = madd(f32x4.mul(sine, s), r, r);
  let cosine = madd(f32x4.splat(2.443315711809948e-5), s, f32x4.splat(-1.388731625493765e-3));
  cosine = madd(cosine, s, f32x4.splat(4.166664568298827e-2));
  cosine = madd(cosine, s, f32x4.splat(-0.5));
  cosine = madd(cosine, s, f32x4.splat(1));
  const isOdd = i32x4.shr_s(i32x4.shl(quarter, 31), 31);
  const y = v128.bitselect(cosine, sine, isOdd);
  const sign = i32x4.shl(v128.and(quarter, i32x4.splat(2)), 30);
  // NaN for what is no number, and for ∞.
  return v128.or(v128.xor(y, sign), f32x4.ne(f32x4.sub(x, x), f32x4.splat(0)));
}

// @ts-ignore: decorator
@inline
export function sin4(x: v128): v128 {
  return sine4(x, 0);
}

// @ts-ignore: decorator
@inline
export function cos4(x: v128): v128 {
  return sine4(x, 1);
}

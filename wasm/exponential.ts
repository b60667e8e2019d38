// eˣ, eˣ − 1, ln x, ln(1 + eˣ), xʸ, tanh x, erf x, erfc x and Φ(x) for four floats at a time, to a few units in the last place.
import { pow } from './double';
import { madd } from './simd';

/**
 * eˣ = 2ⁿ·eʳ with n = x/ln 2 rounded: the polynomial and the two halves of ln 2 are expf's of the Cephes
 * library (Moshier, 1992). 2ⁿ comes in two factors, so that denormals and infinity come out as they are. NaN
 * stays: the bounds are taken by comparisons that are false for it.
 */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  const bounded = f32x4.pmax(f32x4.pmin(x, f32x4.splat(90)), f32x4.splat(-105));
  // Added to 1.5·2²³ a float is rounded to a whole number, which then stands in its lowest bits.
  const shifted = madd(bounded, f32x4.splat(1.44269504088896341), f32x4.splat(12582912));
  const whole = f32x4.sub(shifted, f32x4.splat(12582912));
  const n = i32x4.sub(shifted, i32x4.splat(0x4b400000));
  let r = madd(whole, f32x4.splat(-0.693359375), bounded);
  r = madd(whole, f32x4.splat(2.12194440e-4), r);
  let y = madd(f32x4.splat(1.9875691500e-4), r, f32x4.splat(1.3981999507e-3));
  y = madd(y, r, f32x4.splat(8.3334519073e-3));
  y = madd(y, r, f32x4.splat(4.1665795894e-2));
  y = madd(y, r, f32x4.splat(1.6666665459e-1));
  y = madd(y, r, f32x4.splat(5.0000001201e-1));
  y = f32x4.add(madd(y, f32x4.mul(r, r), r), f32x4.splat(1));
  const half = i32x4.shr_s(n, 1);
  return f32x4.mul(f32x4.mul(y, powerOf2(half)), powerOf2(i32x4.sub(n, half)));
}

// @ts-ignore: decorator
@inline
function powerOf2(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/**
 * ln x = e·ln 2 + ln m with m in [√½, √2): the polynomial is logf's of Cephes. A denormal is made a normal
 * number first.
 * Below 0 it is NaN, at 0 −∞.
 */
// @ts-ignore: decorator
@inline
export function log4(x: v128): v128 {
  const one = f32x4.splat(1);
  const isTiny = f32x4.lt(x, f32x4.splat(1.17549435e-38));
  const normal = v128.bitselect(f32x4.mul(x, f32x4.splat(8388608)), x, isTiny);
  const lift = v128.and(isTiny, f32x4.splat(23));
  const exponent = i32x4.sub(i32x4.shr_u(normal, 23), i32x4.splat(126));
  let e = f32x4.sub(f32x4.convert_i32x4_s(exponent), lift);
  let m = v128.or(v128.and(normal, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000));
  const isLow = f32x4.lt(m, f32x4.splat(0.707106781186547524));
  e = f32x4.sub(e, v128.and(isLow, one));
  m = f32x4.sub(f32x4.add(m, v128.and(isLow, m)), one);
  const square = f32x4.mul(m, m);
  let y = madd(f32x4.splat(7.0376836292e-2), m, f32x4.splat(-1.1514610310e-1));
  y = madd(y, m, f32x4.splat(1.1676998740e-1));
  y = madd(y, m, f32x4.splat(-1.2420140846e-1));
  y = madd(y, m, f32x4.splat(1.4249322787e-1));
  y = madd(y, m, f32x4.splat(-1.6668057665e-1));
  y = madd(y, m, f32x4.splat(2.0000714765e-1));
  y = madd(y, m, f32x4.splat(-2.4999993993e-1));
  y = madd(y, m, f32x4.splat(3.3333331174e-1));
  y = f32x4.mul(f32x4.mul(y, m), square);
  y = madd(e, f32x4.splat(-2.12194440e-4), y);
  y = madd(square, f32x4.splat(-0.5), y);
  y = madd(e, f32x4.splat(0.693359375), f32x4.add(m, y));
  const zero = f32x4.splat(0);
  y = v128.bitselect(f32x4.splat(-f32.POSITIVE_INFINITY), y, f32x4.eq(x, zero));
  // ∞ and NaN are their own logarithms.
  y = v128.bitselect(y, x, f32x4.lt(x, f32x4.splat(f32.POSITIVE_INFINITY)));
  return v128.or(y, f32x4.lt(x, zero));
}

/** tanh x = 1 − 2/(e²ˣ + 1), and near 0 a polynomial that keeps its digits: tanhf of Cephes. −0 stays. */
// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const one = f32x4.splat(1);
  const z = f32x4.abs(x);
  const far = f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(exp4(f32x4.add(z, z)), one)));
  const square = f32x4.mul(z, z);
  let near = madd(f32x4.splat(-5.70498872745e-3), square, f32x4.splat(2.06390887954e-2));
  near = madd(near, square, f32x4.splat(-5.37397155531e-2));
  near = madd(near, square, f32x4.splat(1.33314422036e-1));
  near = madd(near, square, f32x4.splat(-3.33332819422e-1));
  near = madd(f32x4.mul(near, square), z, z);
  const size = v128.bitselect(near, far, f32x4.lt(z, f32x4.splat(0.625)));
  return v128.or(size, v128.and(x, i32x4.splat(0x80000000)));
}

/** erfc x; the formula has a fractional error below 1.2e-7: Press et al., Numerical Recipes, section 6.2. */
// @ts-ignore: decorator
@inline
export function erfc4(x: v128): v128 {
  const z = f32x4.abs(x);
  const t = f32x4.div(f32x4.splat(1), madd(f32x4.splat(0.5), z, f32x4.splat(1)));
  let series = madd(f32x4.splat(0.17087277), t, f32x4.splat(-0.82215223));
  series = madd(series, t, f32x4.splat(1.48851587));
  series = madd(series, t, f32x4.splat(-1.13520398));
  series = madd(series, t, f32x4.splat(0.27886807));
  series = madd(series, t, f32x4.splat(-0.18628806));
  series = madd(series, t, f32x4.splat(0.09678418));
  series = madd(series, t, f32x4.splat(0.37409196));
  series = madd(series, t, f32x4.splat(1.00002368));
  series = madd(series, t, f32x4.splat(-1.26551223));
  const tail = f32x4.mul(t, exp4(f32x4.sub(series, f32x4.mul(z, z))));
  return v128.bitselect(f32x4.sub(f32x4.splat(2), tail), tail, f32x4.lt(x, f32x4.splat(0)));
}

/** Φ(x) = erfc(−x/√2)/2, the normal distribution. */
// @ts-ignore: decorator
@inline
export function normal4(x: v128): v128 {
  return f32x4.mul(f32x4.splat(0.5), erfc4(f32x4.mul(x, f32x4.splat(-0.70710678118654752))));
}

/** eˣ − 1 for x ≤ 0: near 0 the difference would cancel, and tanh(x/2) = (eˣ − 1)/(eˣ + 1) does not. */
// @ts-ignore: decorator
@inline
export function expm4(x: v128): v128 {
  return f32x4.mul(f32x4.add(exp4(x), f32x4.splat(1)), tanh4(f32x4.mul(x, f32x4.splat(0.5))));
}

/** ln(1 + eˣ) = max(x, 0) + ln(1 + u) with u = e^−|x| ≤ 1, and that is 2·artanh(u/(2 + u)) as a series. */
// @ts-ignore: decorator
@inline
export function softplus4(x: v128): v128 {
  const u = exp4(f32x4.neg(f32x4.abs(x)));
  const s = f32x4.div(u, f32x4.add(f32x4.splat(2), u));
  const q = f32x4.mul(s, s);
  let series = madd(f32x4.splat(0.07692307692), q, f32x4.splat(0.09090909091));
  series = madd(series, q, f32x4.splat(0.11111111111));
  series = madd(series, q, f32x4.splat(0.14285714286));
  series = madd(series, q, f32x4.splat(0.2));
  series = madd(series, q, f32x4.splat(0.33333333333));
  series = madd(series, q, f32x4.splat(1));
  return madd(f32x4.add(s, s), series, f32x4.max(x, f32x4.splat(0)));
}

/** The error function: its series near 0, where 1 − erfc x would cancel. */
// @ts-ignore: decorator
@inline
export function erf4(x: v128): v128 {
  const q = f32x4.mul(x, x);
  let near = madd(f32x4.splat(-8.5483270e-4), q, f32x4.splat(5.2239776e-3));
  near = madd(near, q, f32x4.splat(-2.6866171e-2));
  near = madd(near, q, f32x4.splat(0.11283791671));
  near = madd(near, q, f32x4.splat(-0.37612638903));
  near = madd(near, q, f32x4.splat(1.1283791671));
  const far = f32x4.sub(f32x4.splat(1), erfc4(x));
  return v128.bitselect(f32x4.mul(x, near), far, f32x4.lt(q, f32x4.splat(0.25)));
}

/** xʸ, one after the other: few models have it. */
// @ts-ignore: decorator
@inline
export function pow4(x: v128, y: v128): v128 {
  let z = f32x4.splat(<f32>pow(f32x4.extract_lane(x, 0), f32x4.extract_lane(y, 0)));
  z = f32x4.replace_lane(z, 1, <f32>pow(f32x4.extract_lane(x, 1), f32x4.extract_lane(y, 1)));
  z = f32x4.replace_lane(z, 2, <f32>pow(f32x4.extract_lane(x, 2), f32x4.extract_lane(y, 2)));
  return f32x4.replace_lane(z, 3, <f32>pow(f32x4.extract_lane(x, 3), f32x4.extract_lane(y, 3)));
}

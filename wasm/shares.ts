// What softmax and cross-entropy need of a row of logits: its maximum, e^(x − maximum) and the sum of that. Numbers go four
// at a time; of the last four, which may hang over the end of the row, those past it do not count.
import { exp4 } from './exponential';
import { storeFirst } from './simd';

/** The maximum of `count` floats in a row, at least one; NaN where one is. */
export function maximumOf(x: usize, count: i32): f32 {
  const end = x + (<usize>(count & ~3) << 2);
  let most = f32x4.splat(-f32.POSITIVE_INFINITY);
  let other = most;
  for (; x + 16 < end; x += 32) {
    most = f32x4.max(most, v128.load(x));
    other = f32x4.max(other, v128.load(x, 16));
  }
  if (x < end) most = f32x4.max(most, v128.load(x));
  if (count & 3) {
    const low = f32x4.splat(-f32.POSITIVE_INFINITY);
    other = f32x4.max(other, v128.bitselect(v128.load(end), low, within(count & 3)));
  }
  most = f32x4.max(most, other);
  most = f32x4.max(most, v128.shuffle<f32>(most, most, 2, 3, 2, 3));
  return max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1));
}

/** The lanes below `count`. */
// @ts-ignore: decorator
@inline
function within(count: i32): v128 {
  return i32x4.gt_s(i32x4.splat(count), i32x4(0, 1, 2, 3));
}

/** Σ e^(x − maximum) over a row. */
export function totalOf(x: usize, count: i32, maximum: f32): f64 {
  return total(x, 0, count, maximum, false);
}

/** The same, with each e^(x − maximum) put into y. */
export function exponentialsOf(x: usize, y: usize, count: i32, maximum: f32): f64 {
  return total(x, y, count, maximum, true);
}

/** Σ (x − maximum) over a row. */
export function belowOf(x: usize, count: i32, maximum: f32): f64 {
  const most = f32x4.splat(maximum);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (; count > 0; count -= 4, x += 16) {
    let four = f32x4.sub(v128.load(x), most);
    if (count < 4) four = v128.and(four, within(count));
    low = f64x2.add(low, f64x2.promote_low_f32x4(four));
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(four, four, 2, 3, 2, 3)));
  }
  const sum = f64x2.add(low, high);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

// @ts-ignore: decorator
@inline
function total(x: usize, y: usize, count: i32, maximum: f32, keeps: bool): f64 {
  const most = f32x4.splat(maximum);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (; count >= 4; count -= 4, x += 16, y += 16) {
    const four = exp4(f32x4.sub(v128.load(x), most));
    if (keeps) v128.store(y, four);
    low = f64x2.add(low, f64x2.promote_low_f32x4(four));
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(four, four, 2, 3, 2, 3)));
  }
  if (count > 0) {
    const four = v128.and(exp4(f32x4.sub(v128.load(x), most)), within(count));
    if (keeps) storeFirst(y, four, count);
    low = f64x2.add(low, f64x2.promote_low_f32x4(four));
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(four, four, 2, 3, 2, 3)));
  }
  const sum = f64x2.add(low, high);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

// Along one axis of rows outer × length × inner. The maximum comes off first, so that nothing overflows; exponentials are
// made four at a time, and their sum is carried in double precision.
// Arguments: x, y, rows, rows of one part, length, inner.
import { arg } from './args';
import { log } from './double';
import { exp4, log4 } from './exponential';
import { exponentialsOf, maximumOf, totalOf } from './shares';
import { storeFirst } from './simd';

/** Stores four numbers, or the first `count` of them. */
// @ts-ignore: decorator
@inline
function put(y: usize, four: v128, count: i32): void {
  if (count >= 4) v128.store(y, four);
  else storeFirst(y, four, count);
}

/** yᵢ = e^xᵢ / Σⱼ e^xⱼ */
@unmanaged class Softmax {
  // @ts-ignore: decorator
  @inline row(x: usize, y: usize, length: i32): void {
    const total = exponentialsOf(x, y, length, maximumOf(x, length));
    const scale = f32x4.splat(<f32>(1 / total));
    for (; length > 0; length -= 4, y += 16) put(y, f32x4.mul(v128.load(y), scale), length);
  }

  // @ts-ignore: decorator
  @inline columns(x: usize, y: usize, length: i32, stride: usize, count: i32): void {
    const maximum = maximaOf(x, length, stride);
    const end = <usize>length * stride;
    let low = f64x2.splat(0);
    let high = f64x2.splat(0);
    for (let at: usize = 0; at < end; at += stride) {
      const share = exp4(f32x4.sub(v128.load(x + at), maximum));
      put(y + at, share, count);
      low = f64x2.add(low, f64x2.promote_low_f32x4(share));
      high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(share, share, 2, 3, 2, 3)));
    }
    const scale = f32x4.div(f32x4.splat(1), demoted(low, high));
    for (let at: usize = 0; at < end; at += stride) put(y + at, f32x4.mul(v128.load(y + at), scale), count);
  }
}

/** yᵢ = xᵢ − ln Σⱼ e^xⱼ: the maximum and the logarithm one after the other, since large logits would round that away. */
@unmanaged class LogSoftmax {
  // @ts-ignore: decorator
  @inline row(x: usize, y: usize, length: i32): void {
    const most = maximumOf(x, length);
    const maximum = f32x4.splat(most);
    const logTotal = f32x4.splat(<f32>log(totalOf(x, length, most)));
    for (; length > 0; length -= 4, x += 16, y += 16) {
      put(y, f32x4.sub(f32x4.sub(v128.load(x), maximum), logTotal), length);
    }
  }

  // @ts-ignore: decorator
  @inline columns(x: usize, y: usize, length: i32, stride: usize, count: i32): void {
    const maximum = maximaOf(x, length, stride);
    const end = <usize>length * stride;
    let low = f64x2.splat(0);
    let high = f64x2.splat(0);
    for (let at: usize = 0; at < end; at += stride) {
      const share = exp4(f32x4.sub(v128.load(x + at), maximum));
      low = f64x2.add(low, f64x2.promote_low_f32x4(share));
      high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(share, share, 2, 3, 2, 3)));
    }
    const logTotal = log4(demoted(low, high));
    for (let at: usize = 0; at < end; at += stride) {
      put(y + at, f32x4.sub(f32x4.sub(v128.load(x + at), maximum), logTotal), count);
    }
  }
}

/** The maxima of four neighbouring columns; NaN where one is. */
// @ts-ignore: decorator
@inline
function maximaOf(x: usize, length: i32, stride: usize): v128 {
  let most = f32x4.splat(-f32.POSITIVE_INFINITY);
  for (const end = x + <usize>length * stride; x < end; x += stride) most = f32x4.max(most, v128.load(x));
  return most;
}

/** Four sums as floats. */
// @ts-ignore: decorator
@inline
function demoted(low: v128, high: v128): v128 {
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
}

// @ts-ignore: decorator
@inline
function eachRow<R>(args: usize, part: i32): void {
  const x = <usize>arg(args, 0);
  const y = <usize>arg(args, 1);
  const piece = arg(args, 3);
  const length = arg(args, 4);
  const inner = arg(args, 5);
  const stride = <usize>inner << 2;
  const end = min(arg(args, 2), (part + 1) * piece);
  for (let row = part * piece; row < end; ) {
    const outer = row / inner;
    const column = row - outer * inner;
    const start = <usize>(outer * length * inner + column) << 2;
    if (inner == 1) {
      changetype<R>(0).row(x + start, y + start, length);
      row++;
    } else {
      const count = min(4, min(inner - column, end - row));
      changetype<R>(0).columns(x + start, y + start, length, stride, count);
      row += count;
    }
  }
}

export function softmax(args: usize, part: i32, own: usize): void { eachRow<Softmax>(args, part); }
export function logSoftmax(args: usize, part: i32, own: usize): void { eachRow<LogSoftmax>(args, part); }

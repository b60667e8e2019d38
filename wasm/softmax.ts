// Along one axis of rows outer × length × inner, in double precision: most networks have short rows.
// Arguments: x, y, rows, rows of one part, length, inner.
import { arg } from './args';
import { exp, log } from './double';

/** The maximum of `count` floats `stride` bytes apart; NaN where one is. */
// @ts-ignore: decorator
@inline
export function maximumOf(x: usize, count: i32, stride: usize): f64 {
  let maximum: f64 = -f64.POSITIVE_INFINITY;
  for (let i = 0; i < count; i++, x += stride) maximum = max(maximum, <f64>load<f32>(x));
  return maximum;
}

/** Σ e^(x − maximum), which does not overflow. */
// @ts-ignore: decorator
@inline
export function totalOf(x: usize, count: i32, stride: usize, maximum: f64): f64 {
  let total: f64 = 0;
  for (let i = 0; i < count; i++, x += stride) total += exp(<f64>load<f32>(x) - maximum);
  return total;
}

// @ts-ignore: decorator
@inline
function eachRow<R>(args: usize, part: i32): void {
  const x = <usize>arg(args, 0);
  const y = <usize>arg(args, 1);
  const rows = arg(args, 2);
  const piece = arg(args, 3);
  const length = arg(args, 4);
  const inner = arg(args, 5);
  const stride = <usize>inner << 2;
  const end = min(rows, (part + 1) * piece);
  for (let row = part * piece; row < end; row++) {
    const start = <usize>((row / inner) * length * inner + (row % inner)) << 2;
    const maximum = maximumOf(x + start, length, stride);
    const total = totalOf(x + start, length, stride, maximum);
    changetype<R>(0).row(x + start, y + start, length, stride, maximum, total);
  }
}

/** yᵢ = e^xᵢ / Σⱼ e^xⱼ */
@unmanaged class Softmax {
  // @ts-ignore: decorator
  @inline row(x: usize, y: usize, length: i32, stride: usize, maximum: f64, total: f64): void {
    for (let i = 0; i < length; i++, x += stride, y += stride) {
      store<f32>(y, <f32>(exp(<f64>load<f32>(x) - maximum) / total));
    }
  }
}

/** yᵢ = xᵢ − ln Σⱼ e^xⱼ */
@unmanaged class LogSoftmax {
  // @ts-ignore: decorator
  @inline row(x: usize, y: usize, length: i32, stride: usize, maximum: f64, total: f64): void {
    const shift = maximum + log(total);
    for (let i = 0; i < length; i++, x += stride, y += stride) {
      store<f32>(y, <f32>(<f64>load<f32>(x) - shift));
    }
  }
}

export function softmax(args: usize, part: i32, own: usize): void { eachRow<Softmax>(args, part); }
export function logSoftmax(args: usize, part: i32, own: usize): void { eachRow<LogSoftmax>(args, part); }

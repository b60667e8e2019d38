// What windows that overlap send back to the pixels of an image, summed in double precision as on the device `cpu`: in a
// thread's own memory, for a band of rows at a time. The rounding of a float would grow with each window.
import { fourRounded, storeFirst } from './simd';

/** The first window, by its number along an axis, that reaches pixel `first` or one after it. */
// @ts-ignore: decorator
@inline
export function firstReaching(first: i32, padding: i32, taps: i32, dilation: i32, stride: i32): i32 {
  const start = first + padding - (taps - 1) * dilation;
  return start <= 0 ? 0 : (start + stride - 1) / stride;
}

/** The first window after those that begin before pixel `end`. */
// @ts-ignore: decorator
@inline
export function endBeginning(end: i32, padding: i32, stride: i32, windows: i32): i32 {
  return min(windows, (end - 1 + padding) / stride + 1);
}

/** Rounds `count` sums, which have room for four, to the image. */
export function storeSums(sums: usize, count: i32, to: usize): void {
  let i = 0;
  for (; i + 4 <= count; i += 4, sums += 32, to += 16) v128.store(to, fourRounded(sums));
  if (i < count) storeFirst(to, fourRounded(sums), count - i);
}

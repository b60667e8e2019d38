// What pooling with any window shares: which columns and rows of windows lie inside the image, and four windows at a time.

/** The first of start, start + step, … that is not below 0. */
// @ts-ignore: decorator
@inline
export function firstInside(start: i32, step: i32): i32 {
  return start >= 0 ? start : start + ((step - 1 - start) / step) * step;
}

/** The first window along an axis that begins inside the image. */
// @ts-ignore: decorator
@inline
export function firstWhole(padding: i32, stride: i32, windows: i32): i32 {
  return min(windows, (padding + stride - 1) / stride);
}

/** The first window after those that end inside the image, from `first` on. */
// @ts-ignore: decorator
@inline
export function endWhole(first: i32, length: i32, padding: i32, reach: i32, stride: i32, windows: i32): i32 {
  const room = length - 1 - reach + padding;
  return room < 0 ? first : max(first, min(windows, room / stride + 1));
}

/** One pixel of four windows that lie side by side. `known` is the stride as a constant, 1 or 2, or 0 for any. */
// @ts-ignore: decorator
@inline
export function ofFourWindows(from: usize, known: i32, stride: i32): v128 {
  if (known == 1) return v128.load(from);
  if (known == 2) return v128.shuffle<f32>(v128.load(from), v128.load(from, 16), 0, 2, 4, 6);
  const step = <usize>stride << 2;
  let v = v128.load32_zero(from);
  v = v128.load_lane<u32>(from + step, v, 1);
  v = v128.load_lane<u32>(from + 2 * step, v, 2);
  return v128.load_lane<u32>(from + 3 * step, v, 3);
}

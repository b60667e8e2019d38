// The way back through windows of 3×3 that lie two pixels apart, both ways. Window j begins at the even pixel 2j − before: that
// one gets from windows j and j − 1, and the odd one after it from window j alone. So four windows make eight pixels of a row,
// and each row of windows two rows: windows are walked down in strips of four, as in depthwise.ts.
import { lanes } from './windows3x3';

/** Pairs of pixels of a row, with so many columns before it: four, at least, for a strip. */
// @ts-ignore: decorator
@inline
export function pairsOf(width: i32, left: i32): i32 {
  return (width + left + 1) >> 1;
}

/** Which of the four windows from j on there are. */
// @ts-ignore: decorator
@inline
export function windowsFrom(j: i32, windows: i32): v128 {
  return lanes(-j, windows - j);
}

/** Pixels in turn, of which the first may lie before the row and the last after it: then those beside it are written twice. */
// @ts-ignore: decorator
@inline
export function storePairs(to: usize, even: v128, odd: v128, isFirst: bool, isLast: bool): void {
  if (isFirst) v128.store(to, v128.shuffle<f32>(even, odd, 4, 1, 5, 2), 4);
  else v128.store(to, v128.shuffle<f32>(even, odd, 0, 4, 1, 5));
  if (isLast) v128.store(to, v128.shuffle<f32>(even, odd, 5, 2, 6, 3), 12);
  else v128.store(to, v128.shuffle<f32>(even, odd, 2, 6, 3, 7), 16);
}

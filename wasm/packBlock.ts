import { COLUMNS } from './width';

/**
 * Up to four rows of a matrix, in the order in which tiles read them: four values for each step, `pitch` bytes apart.
 * Element (r, k) lies at from + r·row + k·step, in floats, and one of the two is 1. What is written past the last row
 * may be anything.
 */
export function packBlock(
  from: usize, row: i32, step: i32, rows: i32, steps: i32, to: usize, pitch: usize,
): void {
  if (row == 1) {
    const stride = <usize>step << 2;
    for (let k = 0; k < steps; k++, from += stride, to += pitch) v128.store(to, v128.load(from));
    return;
  }
  const stride = <usize>row << 2;
  let p1 = from + <usize>min(1, rows - 1) * stride;
  let p2 = from + <usize>min(2, rows - 1) * stride;
  let p3 = from + <usize>min(3, rows - 1) * stride;
  for (let left = steps; left > 0; left -= 4, from += 16, p1 += 16, p2 += 16, p3 += 16) {
    // Transposes 4×4 values; past the end of a row lie others, which are not stored.
    const a = v128.load(from);
    const b = v128.load(p1);
    const c = v128.load(p2);
    const d = v128.load(p3);
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    v128.store(to, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
    if (left < 2) return;
    v128.store(to + pitch, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
    if (left < 3) return;
    const low = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const high = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    v128.store(to + 2 * pitch, v128.shuffle<f32>(low, high, 0, 1, 4, 5));
    if (left < 4) return;
    v128.store(to + 3 * pitch, v128.shuffle<f32>(low, high, 2, 3, 6, 7));
    to += 4 * pitch;
  }
}

/** The columns of an outer tile that are neighbours, all vectors of a step at once: they lie in one line of the cache. */
// @ts-ignore: decorator
@inline
export function packColumns(from: usize, step: i32, steps: i32, to: usize): void {
  const stride = <usize>step << 2;
  for (const end = to + <usize>(steps * COLUMNS * 4); to < end; to += COLUMNS * 4, from += stride) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    if (COLUMNS == 8) continue;
    v128.store(to, v128.load(from, 32), 32);
    v128.store(to, v128.load(from, 48), 48);
  }
}

/** The larger of two, where a NaN counts as the largest and the first one stays: whether that is the second. */
// @ts-ignore: decorator
@inline
function wins(second: v128, first: v128): v128 {
  const isNumber = v128.eq<f32>(first, first);
  return v128.and(isNumber, v128.not(v128.le<f32>(second, first)));
}

/**
 * The maxima of the 2×2 windows of some rows of four planes, and their places in the whole plane: the first maximum in
 * row-major order, as maxPool2d has it.
 *
 * @param x row i of plane r begins at x + r·pitch + i·width·4
 * @param start the place of its first pixel
 * @param y plane r begins at y + r·toPitch, and so do the places
 */
export function poolRows(
  x: usize, pitch: usize, planes: i32, width: i32, rows: i32, start: i32,
  y: usize, places: usize, toPitch: usize,
): void {
  const half = width >> 1;
  const line = <usize>width << 2;
  for (let r = 0; r < planes; r++) {
    let to: usize = <usize>r * toPitch;
    for (let i = 0; i + 1 < rows; i += 2, to += <usize>half << 2) {
      const from = x + <usize>r * pitch + <usize>i * line;
      for (let next = 0; next < half; next += 4) {
        // The last four begin earlier, and so make some again, where they would reach into the next row.
        const j = max(0, min(next, half - 4));
        const at = from + (<usize>j << 3);
        const a = v128.load(at);
        const b = v128.load(at, 16);
        const c = v128.load(at + line);
        const d = v128.load(at + line, 16);
        const first = v128.add<i32>(i32x4.splat(start + i * width + 2 * j), i32x4(0, 2, 4, 6));
        let best = v128.shuffle<f32>(a, b, 0, 2, 4, 6);
        let place = first;
        let other = v128.shuffle<f32>(a, b, 1, 3, 5, 7);
        let won = wins(other, best);
        best = v128.bitselect(other, best, won);
        place = v128.sub<i32>(place, won);
        other = v128.shuffle<f32>(c, d, 0, 2, 4, 6);
        won = wins(other, best);
        best = v128.bitselect(other, best, won);
        place = v128.bitselect(v128.add<i32>(first, i32x4.splat(width)), place, won);
        other = v128.shuffle<f32>(c, d, 1, 3, 5, 7);
        won = wins(other, best);
        best = v128.bitselect(other, best, won);
        place = v128.bitselect(v128.add<i32>(first, i32x4.splat(width + 1)), place, won);
        const offset = to + (<usize>j << 2);
        if (half >= 4) {
          v128.store(y + offset, best);
          v128.store(places + offset, place);
          continue;
        }
        for (let lane = 0; lane < half; lane++) {
          store<f32>(y + offset + (<usize>lane << 2), v128.extract_lane<f32>(best, 0));
          store<i32>(places + offset + (<usize>lane << 2), v128.extract_lane<i32>(place, 0));
          best = v128.shuffle<f32>(best, best, 1, 2, 3, 3);
          place = v128.shuffle<i32>(place, place, 1, 2, 3, 3);
        }
      }
    }
  }
}

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
    for (let i = 0; i + 1 < rows; i += 2) {
      let from = x + <usize>r * pitch + <usize>i * line;
      let place = v128.add<i32>(i32x4.splat(start + i * width), i32x4(0, 2, 4, 6));
      for (let left = half; left > 0; left -= 4, from += 32) {
        const a = v128.load(from);
        const b = v128.load(from, 16);
        const c = v128.load(from + line);
        const d = v128.load(from + line, 16);
        let best = v128.shuffle<f32>(a, b, 0, 2, 4, 6);
        let at = place;
        let next = v128.shuffle<f32>(a, b, 1, 3, 5, 7);
        let won = wins(next, best);
        best = v128.bitselect(next, best, won);
        at = v128.bitselect(v128.add<i32>(place, i32x4.splat(1)), at, won);
        next = v128.shuffle<f32>(c, d, 0, 2, 4, 6);
        won = wins(next, best);
        best = v128.bitselect(next, best, won);
        at = v128.bitselect(v128.add<i32>(place, i32x4.splat(width)), at, won);
        next = v128.shuffle<f32>(c, d, 1, 3, 5, 7);
        won = wins(next, best);
        best = v128.bitselect(next, best, won);
        at = v128.bitselect(v128.add<i32>(place, i32x4.splat(width + 1)), at, won);
        place = v128.add<i32>(place, i32x4.splat(8));
        if (left >= 4) {
          v128.store(y + to, best);
          v128.store(places + to, at);
          to += 16;
          continue;
        }
        for (let j = 0; j < left; j++, to += 4) {
          store<f32>(y + to, v128.extract_lane<f32>(best, 0));
          store<i32>(places + to, v128.extract_lane<i32>(at, 0));
          best = v128.shuffle<f32>(best, best, 1, 2, 3, 3);
          at = v128.shuffle<i32>(at, at, 1, 2, 3, 3);
        }
      }
    }
  }
}

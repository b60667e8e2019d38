/**
 * The maxima of the 2×2 windows of some rows of four planes, and their places in the whole plane: the first maximum in
 * row-major order, a NaN being the largest, as maxPool2d has it. After relu there is nothing below 0, and the bits of
 * other floats are in the order of the floats themselves, with NaN last: so they are compared as whole numbers.
 *
 * @param x row i of plane r begins at x + r·pitch + i·width·4
 * @param start the place of its first pixel in a plane with rows of `imageWidth`
 * @param y pooled row i of plane r begins at y + r·toPitch + i·toLine, and so do the places
 */
export function poolRows(
  x: usize, pitch: usize, planes: i32, width: i32, rows: i32, start: i32, imageWidth: i32,
  y: usize, places: usize, toLine: usize, toPitch: usize,
): void {
  const half = width >> 1;
  const line = <usize>width << 2;
  const unsigned = i32x4.splat(0x7fffffff);
  for (let r = 0; r < planes; r++) {
    let to: usize = <usize>r * toPitch;
    for (let i = 0; i + 1 < rows; i += 2, to += toLine) {
      const from = x + <usize>r * pitch + <usize>i * line;
      for (let next = 0; next < half; next += 4) {
        // The last four begin earlier, and so make some again, where they would reach into the next row.
        const j = max(0, min(next, half - 4));
        const at = from + (<usize>j << 3);
        // A NaN may have a sign.
        const a = v128.and(v128.load(at), unsigned);
        const b = v128.and(v128.load(at, 16), unsigned);
        const c = v128.and(v128.load(at + line), unsigned);
        const d = v128.and(v128.load(at + line, 16), unsigned);
        const topLeft = v128.shuffle<f32>(a, b, 0, 2, 4, 6);
        const topRight = v128.shuffle<f32>(a, b, 1, 3, 5, 7);
        const bottomLeft = v128.shuffle<f32>(c, d, 0, 2, 4, 6);
        const bottomRight = v128.shuffle<f32>(c, d, 1, 3, 5, 7);
        const top = v128.max<i32>(topLeft, topRight);
        const bottom = v128.max<i32>(bottomLeft, bottomRight);
        let best = v128.max<i32>(top, bottom);
        const isBottom = v128.gt<i32>(bottom, top);
        const isRight = v128.bitselect(
          v128.gt<i32>(bottomRight, bottomLeft), v128.gt<i32>(topRight, topLeft), isBottom,
        );
        const corner = v128.add<i32>(i32x4.splat(start + i * imageWidth + 2 * j), i32x4(0, 2, 4, 6));
        let place = v128.sub<i32>(v128.add<i32>(corner, v128.and(isBottom, i32x4.splat(imageWidth))), isRight);
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

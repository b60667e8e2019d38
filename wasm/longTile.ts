import { fourRounded } from './simd';
import { ROWS, outerTile } from './tile';
import { COLUMNS } from './width';

/** Steps that are summed at once: the rounding of a single accumulator grows with each. */
const CHUNK = 512;
/** More steps than these are many. */
export const LONGEST = 2048;

/** Memory of its own: four zeros, a tile, and its sums in double precision. */
const TILE = 64;
const SUMS: usize = TILE + ROWS * COLUMNS * 4;
export const LONG_TILE_BYTES = TILE + ROWS * COLUMNS * 12;

/** What outerTile makes, for any number of steps. */
export function longTile(
  start: usize, a: usize, b: usize, steps: usize, depth: i32, floor: f32, y: usize, pitch: usize, own: usize,
): void {
  const sums = own + SUMS;
  v128.store(own, f32x4.splat(0));
  memory.fill(sums, 0, ROWS * COLUMNS * 8);
  for (let k = 0; k < depth; k += CHUNK) {
    outerTile(
      k == 0 ? start : own, a + (<usize>k << 4), b, steps + (<usize>k << 2), min(CHUNK, depth - k),
      -Infinity, own + TILE, COLUMNS * 4,
    );
    for (let at: usize = 0; at < <usize>(ROWS * COLUMNS * 4); at += 16) {
      const v = v128.load(own + TILE + at);
      const to = sums + 2 * at;
      v128.store(to, f64x2.add(v128.load(to), f64x2.promote_low_f32x4(v)));
      const high = f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3));
      v128.store(to, f64x2.add(v128.load(to, 16), high), 16);
    }
  }
  for (let r: usize = 0; r < <usize>ROWS; r++, y += pitch) {
    const from = sums + r * <usize>(COLUMNS * 8);
    for (let j: usize = 0; j < <usize>(COLUMNS * 4); j += 16) {
      v128.store(y + j, f32x4.pmax(fourRounded(from + 2 * j), f32x4.splat(floor)));
    }
  }
}

import { copyCorner } from './corner';
import { LONGEST, longTile } from './longTile';
import { madd } from './simd';
import { ROWS, outerTile } from './tile';
import { COLUMNS } from './width';

/** So few filters are made one by one: a tile of four would make as many for nothing. */
const FEW = 2;
/** Pixels of a line tile: seven vectors of sums, as many of pixels, and a factor, all in registers. */
const LINE = 28;

// @ts-ignore: decorator
@inline
export function convolveTile(
  start: usize, a: usize, b: usize, steps: usize, depth: i32, floor: f32, y: usize, pitch: usize, own: usize,
): void {
  if (depth > LONGEST) longTile(start, a, b, steps, depth, floor, y, pitch, own);
  else outerTile(start, a, b, steps, depth, floor, y, pitch);
}

/** 28 pixels of one filter, whose taps lie in a panel of four: what outerTile makes of them, to the bit. */
// @ts-ignore: decorator
@inline
function lineTile(start: usize, a: usize, b: usize, steps: usize, depth: i32, floor: f32, y: usize): void {
  const least = f32x4.splat(floor);
  let c0 = v128.load32_splat(start);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
  let c4 = c0;
  let c5 = c0;
  let c6 = c0;
  for (const end = steps + (<usize>depth << 2); steps < end; steps += 4, a += ROWS * 4) {
    const at = b + load<u32>(steps);
    const s = v128.load32_splat(a);
    c0 = madd(s, v128.load(at), c0);
    c1 = madd(s, v128.load(at, 16), c1);
    c2 = madd(s, v128.load(at, 32), c2);
    c3 = madd(s, v128.load(at, 48), c3);
    c4 = madd(s, v128.load(at, 64), c4);
    c5 = madd(s, v128.load(at, 80), c5);
    c6 = madd(s, v128.load(at, 96), c6);
  }
  v128.store(y, f32x4.pmax(c0, least));
  v128.store(y, f32x4.pmax(c1, least), 16);
  v128.store(y, f32x4.pmax(c2, least), 32);
  v128.store(y, f32x4.pmax(c3, least), 48);
  v128.store(y, f32x4.pmax(c4, least), 64);
  v128.store(y, f32x4.pmax(c5, least), 80);
  v128.store(y, f32x4.pmax(c6, least), 96);
}

/**
 * The filters of a panel, 1 to 4, over pixels that lie side by side: y[r,j] = max(floor, start[r] + Σₖ a[k,r]·b[k,j]).
 *
 * @param tile memory for 32 floats, where what reaches past the end is made
 */
export function convolveRun(
  start: usize, a: usize, filters: i32, b: usize, steps: usize, depth: i32, floor: f32,
  y: usize, pitch: usize, pixels: i32, tile: usize, own: usize,
): void {
  if (filters <= FEW && depth <= LONGEST) {
    for (let r = 0; r < filters; r++, y += pitch, start += 4, a += 4) {
      for (let left = pixels, at: usize = 0; left > 0; left -= LINE, at += LINE * 4) {
        lineTile(start, a, b + at, steps, depth, floor, left >= LINE ? y + at : tile);
        if (left < LINE) copyCorner(y + at, pitch, 1, left, tile);
      }
    }
    return;
  }
  for (let left = pixels, at: usize = 0; left > 0; left -= COLUMNS, at += COLUMNS * 4) {
    const whole = filters == ROWS && left >= COLUMNS;
    convolveTile(
      start, a, b + at, steps, depth, floor, whole ? y + at : tile, whole ? pitch : COLUMNS * 4, own,
    );
    if (!whole) copyCorner(y + at, pitch, filters, min(COLUMNS, left), tile);
  }
}

// The products between Winograd's transforms, one for each of the 36 or 64 points. Transformed images lie as
// [point][channel / 4][tile][channel % 4], or in the build `wide` with eights of channels; transformed filters as
// [output / 8][point][channel][output % 8], and products
// as [output / 8][point][tile][output % 8]: so all that a register tile reads of four channels lies at fixed distances, and what it
// reads of eight outputs side by side. With `wide` tiles are of sixteen outputs, the second eight `uEight` and `mEight` bytes after
// the first: eight pairs of vectors then hold their sums, where eight vectors do else.
import { loadWhere, madd, maddWhere, storeWhere } from './simd';
import { IS_WIDE, PIXEL } from './width';

/** m[tile, output] = Σ_c u[c, output]·v[c, tile] for 8 outputs, or 16, and 4 tiles. */
// @ts-ignore: decorator
@inline
export function productTile(
  wide: bool, u: usize, uEight: usize, v: usize, vStep: usize, quads: i32, m: usize, mEight: usize,
): void {
  const zero = f32x4.splat(0);
  let a0 = zero;
  let b0 = zero;
  let c0 = zero;
  let d0 = zero;
  let a1 = zero;
  let b1 = zero;
  let c1 = zero;
  let d1 = zero;
  let a2 = zero;
  let b2 = zero;
  let c2 = zero;
  let d2 = zero;
  let a3 = zero;
  let b3 = zero;
  let c3 = zero;
  let d3 = zero;
  let w = u + uEight;
  for (let left = quads << 4; left > 0; left -= <i32>PIXEL, v += vStep) {
    const length = <usize>(IS_WIDE ? min(left, <i32>PIXEL) : <i32>PIXEL);
    for (const end = v + length; v < end; v += 4, u += 32, w += 32) {
      const left = v128.load(u);
      const right = v128.load(u, 16);
      const left2 = loadWhere(wide, w, 0);
      const right2 = loadWhere(wide, w, 16);
      const t0 = v128.load32_splat(v);
      a0 = madd(t0, left, a0);
      b0 = madd(t0, right, b0);
      c0 = maddWhere(wide, t0, left2, c0);
      d0 = maddWhere(wide, t0, right2, d0);
      const t1 = v128.load32_splat(v, PIXEL);
      a1 = madd(t1, left, a1);
      b1 = madd(t1, right, b1);
      c1 = maddWhere(wide, t1, left2, c1);
      d1 = maddWhere(wide, t1, right2, d1);
      const t2 = v128.load32_splat(v, 2 * PIXEL);
      a2 = madd(t2, left, a2);
      b2 = madd(t2, right, b2);
      c2 = maddWhere(wide, t2, left2, c2);
      d2 = maddWhere(wide, t2, right2, d2);
      const t3 = v128.load32_splat(v, 3 * PIXEL);
      a3 = madd(t3, left, a3);
      b3 = madd(t3, right, b3);
      c3 = maddWhere(wide, t3, left2, c3);
      d3 = maddWhere(wide, t3, right2, d3);
    }
    v -= length;
  }
  v128.store(m, a0);
  v128.store(m, b0, 16);
  v128.store(m, a1, 32);
  v128.store(m, b1, 48);
  v128.store(m, a2, 64);
  v128.store(m, b2, 80);
  v128.store(m, a3, 96);
  v128.store(m, b3, 112);
  m += mEight;
  storeWhere(wide, m, c0, 0);
  storeWhere(wide, m, d0, 16);
  storeWhere(wide, m, c1, 32);
  storeWhere(wide, m, d1, 48);
  storeWhere(wide, m, c2, 64);
  storeWhere(wide, m, d2, 80);
  storeWhere(wide, m, c3, 96);
  storeWhere(wide, m, d3, 112);
}

/** sums[c, output] += Σ_tile v[c, tile]·m[tile, output] for 4 channels and 8 outputs, or 16, of which four lie `half` bytes after four. */
// @ts-ignore: decorator
@inline
export function gradientTile(
  wide: bool, v: usize, m: usize, half: usize, mEight: usize, tiles: i32, sums: usize, uEight: usize,
): void {
  const second = sums + uEight;
  let a0 = v128.load(sums);
  let b0 = v128.load(sums, 16);
  let c0 = loadWhere(wide, second, 0);
  let d0 = loadWhere(wide, second, 16);
  let a1 = v128.load(sums, 32);
  let b1 = v128.load(sums, 48);
  let c1 = loadWhere(wide, second, 32);
  let d1 = loadWhere(wide, second, 48);
  let a2 = v128.load(sums, 64);
  let b2 = v128.load(sums, 80);
  let c2 = loadWhere(wide, second, 64);
  let d2 = loadWhere(wide, second, 80);
  let a3 = v128.load(sums, 96);
  let b3 = v128.load(sums, 112);
  let c3 = loadWhere(wide, second, 96);
  let d3 = loadWhere(wide, second, 112);
  let n = m + mEight;
  for (const end = v + <usize>tiles * PIXEL; v < end; v += PIXEL, m += PIXEL, n += PIXEL) {
    const left = v128.load(m);
    const right = IS_WIDE ? v128.load(m, 16) : v128.load(m + half);
    const left2 = loadWhere(wide, n, 0);
    const right2 = loadWhere(wide, n, 16);
    const t0 = v128.load32_splat(v);
    a0 = madd(t0, left, a0);
    b0 = madd(t0, right, b0);
    c0 = maddWhere(wide, t0, left2, c0);
    d0 = maddWhere(wide, t0, right2, d0);
    const t1 = v128.load32_splat(v, 4);
    a1 = madd(t1, left, a1);
    b1 = madd(t1, right, b1);
    c1 = maddWhere(wide, t1, left2, c1);
    d1 = maddWhere(wide, t1, right2, d1);
    const t2 = v128.load32_splat(v, 8);
    a2 = madd(t2, left, a2);
    b2 = madd(t2, right, b2);
    c2 = maddWhere(wide, t2, left2, c2);
    d2 = maddWhere(wide, t2, right2, d2);
    const t3 = v128.load32_splat(v, 12);
    a3 = madd(t3, left, a3);
    b3 = madd(t3, right, b3);
    c3 = maddWhere(wide, t3, left2, c3);
    d3 = maddWhere(wide, t3, right2, d3);
  }
  v128.store(sums, a0);
  v128.store(sums, b0, 16);
  v128.store(sums, a1, 32);
  v128.store(sums, b1, 48);
  v128.store(sums, a2, 64);
  v128.store(sums, b2, 80);
  v128.store(sums, a3, 96);
  v128.store(sums, b3, 112);
  storeWhere(wide, second, c0, 0);
  storeWhere(wide, second, d0, 16);
  storeWhere(wide, second, c1, 32);
  storeWhere(wide, second, d1, 48);
  storeWhere(wide, second, c2, 64);
  storeWhere(wide, second, d2, 80);
  storeWhere(wide, second, c3, 96);
  storeWhere(wide, second, d3, 112);
}

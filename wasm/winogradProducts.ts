// The products between Winograd's transforms, one for each of the 36 or 64 points. Transformed images lie as
// [point][channel / 4][tile][channel % 4], transformed filters as [output / 8][point][channel][output % 8], and products
// as [output / 8][point][tile][output % 8]: so all that a register tile reads of four channels lies at fixed distances, and what it
// reads of eight outputs side by side.
import { loadWhere, madd, maddWhere, storeWhere } from './simd';

// @ts-ignore: decorator
@inline
function splatWhere(on: bool, from: usize, offset: usize): v128 {
  return on ? v128.load32_splat(from + offset) : f32x4.splat(0);
}

/**
 * m[tile, output] = Σ_c u[c, output]·v[c, tile] for 8 outputs and 4 tiles, which 8 registers hold, or with `wide` 8 tiles, which 8
 * pairs of them do.
 */
// @ts-ignore: decorator
@inline
export function productTile(wide: bool, u: usize, v: usize, vStep: usize, quads: i32, m: usize): void {
  const zero = f32x4.splat(0);
  let a0 = zero;
  let b0 = zero;
  let a1 = zero;
  let b1 = zero;
  let a2 = zero;
  let b2 = zero;
  let a3 = zero;
  let b3 = zero;
  let a4 = zero;
  let b4 = zero;
  let a5 = zero;
  let b5 = zero;
  let a6 = zero;
  let b6 = zero;
  let a7 = zero;
  let b7 = zero;
  // Of a second address, since V8 keeps a register for each distance.
  let w = v + 64;
  for (; quads > 0; quads--, v += vStep, w += vStep) {
    for (const end = v + 16; v < end; v += 4, w += 4, u += 32) {
      const left = v128.load(u);
      const right = v128.load(u, 16);
      const t0 = v128.load32_splat(v);
      a0 = madd(t0, left, a0);
      b0 = madd(t0, right, b0);
      const t1 = v128.load32_splat(v, 16);
      a1 = madd(t1, left, a1);
      b1 = madd(t1, right, b1);
      const t2 = v128.load32_splat(v, 32);
      a2 = madd(t2, left, a2);
      b2 = madd(t2, right, b2);
      const t3 = v128.load32_splat(v, 48);
      a3 = madd(t3, left, a3);
      b3 = madd(t3, right, b3);
      const t4 = splatWhere(wide, w, 0);
      a4 = maddWhere(wide, t4, left, a4);
      b4 = maddWhere(wide, t4, right, b4);
      const t5 = splatWhere(wide, w, 16);
      a5 = maddWhere(wide, t5, left, a5);
      b5 = maddWhere(wide, t5, right, b5);
      const t6 = splatWhere(wide, w, 32);
      a6 = maddWhere(wide, t6, left, a6);
      b6 = maddWhere(wide, t6, right, b6);
      const t7 = splatWhere(wide, w, 48);
      a7 = maddWhere(wide, t7, left, a7);
      b7 = maddWhere(wide, t7, right, b7);
    }
    v -= 16;
    w -= 16;
  }
  v128.store(m, a0);
  v128.store(m, b0, 16);
  v128.store(m, a1, 32);
  v128.store(m, b1, 48);
  v128.store(m, a2, 64);
  v128.store(m, b2, 80);
  v128.store(m, a3, 96);
  v128.store(m, b3, 112);
  storeWhere(wide, m, a4, 128);
  storeWhere(wide, m, b4, 144);
  storeWhere(wide, m, a5, 160);
  storeWhere(wide, m, b5, 176);
  storeWhere(wide, m, a6, 192);
  storeWhere(wide, m, b6, 208);
  storeWhere(wide, m, a7, 224);
  storeWhere(wide, m, b7, 240);
}

/**
 * sums[c, output] += Σ_tile v[c, tile]·a[tile, output] for 8 outputs and 4 channels, or with `wide` 8, the second four `vStep`
 * bytes further.
 */
// @ts-ignore: decorator
@inline
export function gradientTile(
  wide: bool, v: usize, vStep: usize, a: usize, tiles: i32, sums: usize,
): void {
  let a0 = v128.load(sums);
  let b0 = v128.load(sums, 16);
  let a1 = v128.load(sums, 32);
  let b1 = v128.load(sums, 48);
  let a2 = v128.load(sums, 64);
  let b2 = v128.load(sums, 80);
  let a3 = v128.load(sums, 96);
  let b3 = v128.load(sums, 112);
  let a4 = loadWhere(wide, sums, 128);
  let b4 = loadWhere(wide, sums, 144);
  let a5 = loadWhere(wide, sums, 160);
  let b5 = loadWhere(wide, sums, 176);
  let a6 = loadWhere(wide, sums, 192);
  let b6 = loadWhere(wide, sums, 208);
  let a7 = loadWhere(wide, sums, 224);
  let b7 = loadWhere(wide, sums, 240);
  let w = v + vStep;
  for (const end = v + (<usize>tiles << 4); v < end; v += 16, w += 16, a += 32) {
    const left = v128.load(a);
    const right = v128.load(a, 16);
    const t0 = v128.load32_splat(v);
    a0 = madd(t0, left, a0);
    b0 = madd(t0, right, b0);
    const t1 = v128.load32_splat(v, 4);
    a1 = madd(t1, left, a1);
    b1 = madd(t1, right, b1);
    const t2 = v128.load32_splat(v, 8);
    a2 = madd(t2, left, a2);
    b2 = madd(t2, right, b2);
    const t3 = v128.load32_splat(v, 12);
    a3 = madd(t3, left, a3);
    b3 = madd(t3, right, b3);
    const t4 = splatWhere(wide, w, 0);
    a4 = maddWhere(wide, t4, left, a4);
    b4 = maddWhere(wide, t4, right, b4);
    const t5 = splatWhere(wide, w, 4);
    a5 = maddWhere(wide, t5, left, a5);
    b5 = maddWhere(wide, t5, right, b5);
    const t6 = splatWhere(wide, w, 8);
    a6 = maddWhere(wide, t6, left, a6);
    b6 = maddWhere(wide, t6, right, b6);
    const t7 = splatWhere(wide, w, 12);
    a7 = maddWhere(wide, t7, left, a7);
    b7 = maddWhere(wide, t7, right, b7);
  }
  v128.store(sums, a0);
  v128.store(sums, b0, 16);
  v128.store(sums, a1, 32);
  v128.store(sums, b1, 48);
  v128.store(sums, a2, 64);
  v128.store(sums, b2, 80);
  v128.store(sums, a3, 96);
  v128.store(sums, b3, 112);
  storeWhere(wide, sums, a4, 128);
  storeWhere(wide, sums, b4, 144);
  storeWhere(wide, sums, a5, 160);
  storeWhere(wide, sums, b5, 176);
  storeWhere(wide, sums, a6, 192);
  storeWhere(wide, sums, b6, 208);
  storeWhere(wide, sums, a7, 224);
  storeWhere(wide, sums, b7, 240);
}

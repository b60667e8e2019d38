// The products between Winograd's transforms, one for each of the 36 or 64 points. Transformed images lie as
// [point][channel / 4][tile][channel % 4] and transformed filters as [output / 8][point][channel][output % 8]: so all
// that a register tile reads of four channels lies at fixed distances, and what it reads of a filter one after another.
import { madd } from './simd';

/** m[output, tile] = Σ_c u[c, output]·v[c, tile] for 8 outputs and 4 tiles, which 8 registers hold. */
export function productTile(u: usize, v: usize, vStep: usize, quads: i32, m: usize, mStep: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = f32x4.splat(0);
  let a2 = f32x4.splat(0);
  let a3 = f32x4.splat(0);
  let b0 = f32x4.splat(0);
  let b1 = f32x4.splat(0);
  let b2 = f32x4.splat(0);
  let b3 = f32x4.splat(0);
  for (; quads > 0; quads--, v += vStep) {
    for (const end = v + 16; v < end; v += 4, u += 32) {
      const left = v128.load(u);
      const right = v128.load(u, 16);
      const t0 = v128.load_splat<f32>(v);
      a0 = madd(t0, left, a0);
      b0 = madd(t0, right, b0);
      const t1 = v128.load_splat<f32>(v, 16);
      a1 = madd(t1, left, a1);
      b1 = madd(t1, right, b1);
      const t2 = v128.load_splat<f32>(v, 32);
      a2 = madd(t2, left, a2);
      b2 = madd(t2, right, b2);
      const t3 = v128.load_splat<f32>(v, 48);
      a3 = madd(t3, left, a3);
      b3 = madd(t3, right, b3);
    }
    v -= 16;
  }
  v128.store(m, a0);
  v128.store(m, a1, 16);
  v128.store(m, a2, 32);
  v128.store(m, a3, 48);
  m += mStep;
  v128.store(m, b0);
  v128.store(m, b1, 16);
  v128.store(m, b2, 32);
  v128.store(m, b3, 48);
}

/** sums[c, output] (+)= Σ_tile v[c, tile]·a[output, tile] for 4 channels and 8 outputs, aStep bytes between fours. */
export function gradientTile(v: usize, a: usize, aStep: usize, tiles: i32, sums: usize, begins: bool): void {
  let a0 = f32x4.splat(0);
  let a1 = f32x4.splat(0);
  let a2 = f32x4.splat(0);
  let a3 = f32x4.splat(0);
  let b0 = f32x4.splat(0);
  let b1 = f32x4.splat(0);
  let b2 = f32x4.splat(0);
  let b3 = f32x4.splat(0);
  if (!begins) {
    a0 = v128.load(sums);
    b0 = v128.load(sums, 16);
    a1 = v128.load(sums, 32);
    b1 = v128.load(sums, 48);
    a2 = v128.load(sums, 64);
    b2 = v128.load(sums, 80);
    a3 = v128.load(sums, 96);
    b3 = v128.load(sums, 112);
  }
  let b = a + aStep;
  for (const end = v + (<usize>tiles << 4); v < end; v += 16, a += 16, b += 16) {
    const left = v128.load(a);
    const right = v128.load(b);
    const t0 = v128.load_splat<f32>(v);
    a0 = madd(t0, left, a0);
    b0 = madd(t0, right, b0);
    const t1 = v128.load_splat<f32>(v, 4);
    a1 = madd(t1, left, a1);
    b1 = madd(t1, right, b1);
    const t2 = v128.load_splat<f32>(v, 8);
    a2 = madd(t2, left, a2);
    b2 = madd(t2, right, b2);
    const t3 = v128.load_splat<f32>(v, 12);
    a3 = madd(t3, left, a3);
    b3 = madd(t3, right, b3);
  }
  v128.store(sums, a0);
  v128.store(sums, b0, 16);
  v128.store(sums, a1, 32);
  v128.store(sums, b1, 48);
  v128.store(sums, a2, 64);
  v128.store(sums, b2, 80);
  v128.store(sums, a3, 96);
  v128.store(sums, b3, 112);
}

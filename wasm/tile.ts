// The two micro-kernels that all products are made of. Eight vectors of sums live in registers, or eight pairs of them,
// with the factors of one step: sixteen registers are not enough for more, since V8 begins a round of a loop with all of its
// loads. Two steps in a round, or inner tiles of 2×5 and 3×3, spill, at half the speed. On one core of an AMD EPYC (Zen 5) with Node.js 20
// both make up to 56 GFLOP/s, where two multiplications of four lanes a cycle would be 58.
import { loadWhere, madd, maddWhere, storeWhere } from './simd';
import { IS_WIDE } from './width';

/** Rows of an outer tile. */
export const ROWS = 4;

/**
 * A tile of 4 rows of sums, made of outer products: y[r,j] = max(floor, start[r] + Σₖ a[k,r]·b[k,j]).
 *
 * @param start four starts
 * @param a four values of a for each k
 * @param b row k of b begins at b + steps[k]
 * @param steps byte offsets, one for each k
 * @param pitch bytes from a row of y to the next
 */
// @ts-ignore: decorator
@inline
export function outerTile(
  start: usize, a: usize, b: usize, steps: usize, depth: i32, floor: f32, y: usize, pitch: usize,
): void {
  let c00 = v128.load32_splat(start);
  let c10 = v128.load32_splat(start, 4);
  let c20 = v128.load32_splat(start, 8);
  let c30 = v128.load32_splat(start, 12);
  let c01 = c00;
  let c11 = c10;
  let c21 = c20;
  let c31 = c30;
  let c02 = c00;
  let c12 = c10;
  let c22 = c20;
  let c32 = c30;
  let c03 = c00;
  let c13 = c10;
  let c23 = c20;
  let c33 = c30;
  // One step to a round: of two steps V8 would begin with all the loads, and spill.
  for (const end = steps + (<usize>depth << 2); steps < end; steps += 4, a += 16) {
    const at = b + load<u32>(steps);
    const b0 = v128.load(at);
    const b1 = v128.load(at, 16);
    const b2 = loadWhere(IS_WIDE, at, 32);
    const b3 = loadWhere(IS_WIDE, at, 48);
    let s = v128.load32_splat(a);
    c00 = madd(s, b0, c00);
    c01 = madd(s, b1, c01);
    c02 = maddWhere(IS_WIDE, s, b2, c02);
    c03 = maddWhere(IS_WIDE, s, b3, c03);
    s = v128.load32_splat(a, 4);
    c10 = madd(s, b0, c10);
    c11 = madd(s, b1, c11);
    c12 = maddWhere(IS_WIDE, s, b2, c12);
    c13 = maddWhere(IS_WIDE, s, b3, c13);
    s = v128.load32_splat(a, 8);
    c20 = madd(s, b0, c20);
    c21 = madd(s, b1, c21);
    c22 = maddWhere(IS_WIDE, s, b2, c22);
    c23 = maddWhere(IS_WIDE, s, b3, c23);
    s = v128.load32_splat(a, 12);
    c30 = madd(s, b0, c30);
    c31 = madd(s, b1, c31);
    c32 = maddWhere(IS_WIDE, s, b2, c32);
    c33 = maddWhere(IS_WIDE, s, b3, c33);
  }
  const least = f32x4.splat(floor);
  // pmax(x, least) is `x < least ? least : x`, so a NaN stays.
  v128.store(y, f32x4.pmax(c00, least));
  v128.store(y, f32x4.pmax(c01, least), 16);
  storeWhere(IS_WIDE, y, f32x4.pmax(c02, least), 32);
  storeWhere(IS_WIDE, y, f32x4.pmax(c03, least), 48);
  y += pitch;
  v128.store(y, f32x4.pmax(c10, least));
  v128.store(y, f32x4.pmax(c11, least), 16);
  storeWhere(IS_WIDE, y, f32x4.pmax(c12, least), 32);
  storeWhere(IS_WIDE, y, f32x4.pmax(c13, least), 48);
  y += pitch;
  v128.store(y, f32x4.pmax(c20, least));
  v128.store(y, f32x4.pmax(c21, least), 16);
  storeWhere(IS_WIDE, y, f32x4.pmax(c22, least), 32);
  storeWhere(IS_WIDE, y, f32x4.pmax(c23, least), 48);
  y += pitch;
  v128.store(y, f32x4.pmax(c30, least));
  v128.store(y, f32x4.pmax(c31, least), 16);
  storeWhere(IS_WIDE, y, f32x4.pmax(c32, least), 32);
  storeWhere(IS_WIDE, y, f32x4.pmax(c33, least), 48);
}

/** The sums of the lanes of four vectors, side by side. */
// @ts-ignore: decorator
@inline
export function laneSums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = v128.add<f32>(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = v128.add<f32>(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return v128.add<f32>(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

/** Rows of an inner tile. */
export const DOT_ROWS = 4;
/** Columns of an inner tile. */
export const DOT_COLUMNS = 2;

/**
 * A tile of 4×2 sums, made of inner products: y[t,r] = Σᵢ a[r,i]·b[t,i]. Rows are read as they lie, without packing.
 *
 * @param y four sums with b0, then four with b1
 */
// @ts-ignore: decorator
@inline
export function innerTile(
  a0: usize, a1: usize, a2: usize, a3: usize, b0: usize, b1: usize, length: i32, y: usize,
): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  for (const end = a0 + <usize>(length & ~3) * 4; a0 < end; ) {
    const p = v128.load(b0);
    const q = v128.load(b1);
    let s = v128.load(a0);
    c00 = madd(s, p, c00);
    c01 = madd(s, q, c01);
    s = v128.load(a1);
    c10 = madd(s, p, c10);
    c11 = madd(s, q, c11);
    s = v128.load(a2);
    c20 = madd(s, p, c20);
    c21 = madd(s, q, c21);
    s = v128.load(a3);
    c30 = madd(s, p, c30);
    c31 = madd(s, q, c31);
    a0 += 16;
    a1 += 16;
    a2 += 16;
    a3 += 16;
    b0 += 16;
    b1 += 16;
  }
  if (length & 3) {
    // Lanes past the end are cleared: they may hold anything, NaN too.
    const mask = i32x4.gt_s(i32x4.splat(length & 3), i32x4(0, 1, 2, 3));
    const p = v128.and(v128.load(b0), mask);
    const q = v128.and(v128.load(b1), mask);
    let s = v128.and(v128.load(a0), mask);
    c00 = madd(s, p, c00);
    c01 = madd(s, q, c01);
    s = v128.and(v128.load(a1), mask);
    c10 = madd(s, p, c10);
    c11 = madd(s, q, c11);
    s = v128.and(v128.load(a2), mask);
    c20 = madd(s, p, c20);
    c21 = madd(s, q, c21);
    s = v128.and(v128.load(a3), mask);
    c30 = madd(s, p, c30);
    c31 = madd(s, q, c31);
  }
  v128.store(y, laneSums(c00, c10, c20, c30));
  v128.store(y, laneSums(c01, c11, c21, c31), 16);
}

// Random zeros: the numbers of engine/random.ts to the bit, sixteen at a time.
import { arg, floatArg } from './args';
import { storeFirst } from './simd';

/** High 32 bits of the products of four unsigned words with a constant. */
// @ts-ignore: decorator
@inline
function mulHigh(a: v128, b: v128): v128 {
  return v128.shuffle<u32>(i64x2.extmul_low_i32x4_u(a, b), i64x2.extmul_high_i32x4_u(a, b), 1, 3, 5, 7);
}

/** x/(1−p), or 0 where the random number is below p; in double precision, as on the device `cpu`. */
// @ts-ignore: decorator
@inline
function kept(x: v128, words: v128, p: v128, scale: v128): v128 {
  const unit = f32x4.mul(f32x4.convert_i32x4_u(i32x4.shr_u(words, 8)), f32x4.splat(5.9604644775390625e-8));
  const low = f32x4.demote_f64x2_zero(f64x2.mul(f64x2.promote_low_f32x4(x), scale));
  const upper = f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3));
  const high = f32x4.demote_f64x2_zero(f64x2.mul(upper, scale));
  return v128.andnot(v128.shuffle<f32>(low, high, 0, 1, 4, 5), f32x4.lt(unit, p));
}

// @ts-ignore: decorator
@inline
function put(x: usize, y: usize, words: v128, p: v128, scale: v128, count: i32): void {
  if (count <= 0) return;
  const value = kept(v128.load(x), words, p, scale);
  if (count >= 4) v128.store(y, value);
  else storeFirst(y, value, count);
}

/**
 * y[i] = 0 with probability p, else x[i]/(1−p). Element i takes word i mod 4 of Philox4x32-10 (Salmon et al., 2011) with the
 * counter (⌊i/4⌋, stream, step, 0) and the key (seed low, seed high). Four counters lie side by side in a vector.
 * Arguments: x, state = [seed low, seed high, step], y, length, floats of one part, stream, p, 1/(1−p) in double precision.
 */
export function dropout(args: usize, part: i32, own: usize): void {
  const x = <usize>arg(args, 0);
  const state = <usize>arg(args, 1);
  const y = <usize>arg(args, 2);
  const length = arg(args, 3);
  const piece = arg(args, 4);
  const stream = i32x4.splat(arg(args, 5));
  const p = f32x4.splat(floatArg(args, 6));
  const scale = v128.load64_splat(args + 28);
  const step = i32x4.splat(load<i32>(state, 8));
  const keyLow = i32x4.splat(load<i32>(state));
  const keyHigh = i32x4.splat(load<i32>(state, 4));
  const m0 = i32x4.splat(0xd2511f53);
  const m1 = i32x4.splat(0xcd9e8d57);
  const start = part * piece;
  const end = min(length, start + piece);
  for (let i = start; i < end; i += 16) {
    let c0 = i32x4.add(i32x4.splat(i >> 2), i32x4(0, 1, 2, 3));
    let c1 = stream;
    let c2 = step;
    let c3 = i32x4.splat(0);
    let k0 = keyLow;
    let k1 = keyHigh;
    for (let round = 0; round < 10; round++) {
      const high0 = mulHigh(c0, m0);
      const low0 = i32x4.mul(c0, m0);
      const high1 = mulHigh(c2, m1);
      const low1 = i32x4.mul(c2, m1);
      c0 = v128.xor(v128.xor(high1, c1), k0);
      c1 = low1;
      c2 = v128.xor(v128.xor(high0, c3), k1);
      c3 = low0;
      k0 = i32x4.add(k0, i32x4.splat(0x9e3779b9));
      k1 = i32x4.add(k1, i32x4.splat(0xbb67ae85));
    }
    // Of word k of each of four blocks to the four words of each block.
    const even = v128.shuffle<u32>(c0, c1, 0, 4, 1, 5);
    const odd = v128.shuffle<u32>(c0, c1, 2, 6, 3, 7);
    const evenRest = v128.shuffle<u32>(c2, c3, 0, 4, 1, 5);
    const oddRest = v128.shuffle<u32>(c2, c3, 2, 6, 3, 7);
    const from = x + (<usize>i << 2);
    const to = y + (<usize>i << 2);
    put(from, to, v128.shuffle<u32>(even, evenRest, 0, 1, 4, 5), p, scale, end - i);
    put(from + 16, to + 16, v128.shuffle<u32>(even, evenRest, 2, 3, 6, 7), p, scale, end - i - 4);
    put(from + 32, to + 32, v128.shuffle<u32>(odd, oddRest, 0, 1, 4, 5), p, scale, end - i - 8);
    put(from + 48, to + 48, v128.shuffle<u32>(odd, oddRest, 2, 3, 6, 7), p, scale, end - i - 12);
  }
}

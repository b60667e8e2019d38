// Random zeros: the numbers of engine/random.ts to the bit, sixteen at a time.
import { arg, floatArg } from './args';
import { KEYS, layKeys, mulHigh } from './philox';
import { storeFirst } from './simd';

/** x/(1−p) in double precision, as on the device `cpu`; 0 where the word's upper 24 bits are below p·2²⁴. */
// @ts-ignore: decorator
@inline
function kept(x: v128, words: v128, bound: v128, scale: v128): v128 {
  const low = f32x4.demote_f64x2_zero(f64x2.mul(f64x2.promote_low_f32x4(x), scale));
  const upper = f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3));
  const high = f32x4.demote_f64x2_zero(f64x2.mul(upper, scale));
  return v128.andnot(v128.shuffle<f32>(low, high, 0, 1, 4, 5), i32x4.lt_s(i32x4.shr_u(words, 8), bound));
}

// @ts-ignore: decorator
@inline
function put(x: usize, y: usize, words: v128, bound: v128, scale: v128, count: i32): void {
  if (count <= 0) return;
  const value = kept(v128.load(x), words, bound, scale);
  if (count >= 4) v128.store(y, value);
  else storeFirst(y, value, count);
}

/**
 * y[i] = 0 with probability p, else x[i]/(1−p). Element i takes word i mod 4 of Philox4x32-10 (Salmon et al.,
 * 2011) with the counter (⌊i/4⌋, stream, step, 0) and the key (seed low, seed high). Four counters lie side
 * by side in a vector.
 * Arguments: x, state = [seed low, seed high, step], y, length, floats of one part, stream, p, 1/(1−p) in
 * double precision.
 */
export function dropout(args: usize, part: i32, own: usize): void {
  const x = <usize>arg(args, 0);
  const state = <usize>arg(args, 1);
  const y = <usize>arg(args, 2);
  const length = arg(args, 3);
  const piece = arg(args, 4);
  const stream = i32x4.splat(arg(args, 5));
  // For a whole number k, k·2⁻²⁴ < p is k < ⌈p·2²⁴⌉, and all of these are exact.
  const bound = i32x4.splat(<i32>ceil(floatArg(args, 6) * 16777216));
  const scale = v128.load64_splat(args + 28);
  const step = i32x4.splat(load<i32>(state, 8));
  const lastKey = own + KEYS;
  layKeys(own, load<i32>(state), load<i32>(state, 4));
  const m0 = i32x4.splat(0xd2511f53);
  const m1 = i32x4.splat(0xcd9e8d57);
  const start = part * piece;
  const end = min(length, start + piece);
  // Two groups of four blocks at a time: in one alone each round waits for the products of the round before.
  for (let i = start; i < end; i += 32) {
    let a0 = i32x4.add(i32x4.splat(i >> 2), i32x4(0, 1, 2, 3));
    let b0 = i32x4.add(i32x4.splat(i >> 2), i32x4(4, 5, 6, 7));
    let a1 = stream;
    let b1 = stream;
    let a2 = step;
    let b2 = step;
    let a3 = i32x4.splat(0);
    let b3 = i32x4.splat(0);
    for (let key = own; key < lastKey; key += 32) {
      const highA0 = mulHigh(a0, m0);
      const highB0 = mulHigh(b0, m0);
      const highA2 = mulHigh(a2, m1);
      const highB2 = mulHigh(b2, m1);
      const lowA0 = i32x4.mul(a0, m0);
      const lowB0 = i32x4.mul(b0, m0);
      const lowA2 = i32x4.mul(a2, m1);
      const lowB2 = i32x4.mul(b2, m1);
      a0 = v128.xor(v128.xor(highA2, a1), v128.load(key));
      b0 = v128.xor(v128.xor(highB2, b1), v128.load(key));
      a1 = lowA2;
      b1 = lowB2;
      a2 = v128.xor(v128.xor(highA0, a3), v128.load(key, 16));
      b2 = v128.xor(v128.xor(highB0, b3), v128.load(key, 16));
      a3 = lowA0;
      b3 = lowB0;
    }
    const from = x + (<usize>i << 2);
    const to = y + (<usize>i << 2);
    putBlocks(from, to, a0, a1, a2, a3, bound, scale, end - i);
    putBlocks(from + 64, to + 64, b0, b1, b2, b3, bound, scale, end - i - 16);
  }
}

// @ts-ignore: decorator
@inline
function putBlocks(
  from: usize, to: usize, c0: v128, c1: v128, c2: v128, c3: v128, bound: v128, scale: v128, count: i32,
): void {
  // Of word k of each of four blocks to the four words of each block.
  const even = v128.shuffle<u32>(c0, c1, 0, 4, 1, 5);
  const odd = v128.shuffle<u32>(c0, c1, 2, 6, 3, 7);
  const evenRest = v128.shuffle<u32>(c2, c3, 0, 4, 1, 5);
  const oddRest = v128.shuffle<u32>(c2, c3, 2, 6, 3, 7);
  put(from, to, v128.shuffle<u32>(even, evenRest, 0, 1, 4, 5), bound, scale, count);
  put(from + 16, to + 16, v128.shuffle<u32>(even, evenRest, 2, 3, 6, 7), bound, scale, count - 4);
  put(from + 32, to + 32, v128.shuffle<u32>(odd, oddRest, 0, 1, 4, 5), bound, scale, count - 8);
  put(from + 48, to + 48, v128.shuffle<u32>(odd, oddRest, 2, 3, 6, 7), bound, scale, count - 12);
}

// Philox4x32-10 (Salmon et al., 2011) on vectors: the numbers of engine/random.ts to the bit.

/** Bytes of the keys of ten rounds, both words of each four times. */
export const KEYS: usize = 320;

/** Lays out the keys of all rounds, which are the same for all blocks. */
// @ts-ignore: decorator
@inline
export function layKeys(to: usize, low: i32, high: i32): void {
  for (const end = to + KEYS; to < end; to += 32) {
    v128.store(to, i32x4.splat(low));
    v128.store(to, i32x4.splat(high), 16);
    low += 0x9e3779b9;
    high += 0xbb67ae85;
  }
}

/** High 32 bits of the products of four unsigned words with a constant. */
// @ts-ignore: decorator
@inline
export function mulHigh(a: v128, b: v128): v128 {
  return v128.shuffle<u32>(i64x2.extmul_low_i32x4_u(a, b), i64x2.extmul_high_i32x4_u(a, b), 1, 3, 5, 7);
}

/**
 * Stores the 16 words of four blocks, with the counters (block … block + 3, c1, c2, c3) and keys that are laid out.
 */
export function drawBlocks(to: usize, keys: usize, block: i32, c1: i32, c2: i32, c3: i32): void {
  const m0 = i32x4.splat(0xd2511f53);
  const m1 = i32x4.splat(0xcd9e8d57);
  let a0 = i32x4.add(i32x4.splat(block), i32x4(0, 1, 2, 3));
  let a1 = i32x4.splat(c1);
  let a2 = i32x4.splat(c2);
  let a3 = i32x4.splat(c3);
  for (const end = keys + KEYS; keys < end; keys += 32) {
    const high0 = mulHigh(a0, m0);
    const high2 = mulHigh(a2, m1);
    const low0 = i32x4.mul(a0, m0);
    const low2 = i32x4.mul(a2, m1);
    a0 = v128.xor(v128.xor(high2, a1), v128.load(keys));
    a1 = low2;
    a2 = v128.xor(v128.xor(high0, a3), v128.load(keys, 16));
    a3 = low0;
  }
  // Of word k of each of four blocks to the four words of each block.
  const even = v128.shuffle<u32>(a0, a1, 0, 4, 1, 5);
  const odd = v128.shuffle<u32>(a0, a1, 2, 6, 3, 7);
  const evenRest = v128.shuffle<u32>(a2, a3, 0, 4, 1, 5);
  const oddRest = v128.shuffle<u32>(a2, a3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<u32>(even, evenRest, 0, 1, 4, 5));
  v128.store(to, v128.shuffle<u32>(even, evenRest, 2, 3, 6, 7), 16);
  v128.store(to, v128.shuffle<u32>(odd, oddRest, 0, 1, 4, 5), 32);
  v128.store(to, v128.shuffle<u32>(odd, oddRest, 2, 3, 6, 7), 48);
}

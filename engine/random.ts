/**
 * Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as
 * easy as 1, 2, 3" (SC 2011). The n-th number is a pure function of (key, n), so a CPU loop and a GPU thread
 * per element give the same numbers, and any point of a sequence is reached without drawing what is before it.
 */

import { InkgradError, naming } from './errors.ts';

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;

/** High 32 bits of the unsigned product a·b, from four 16-bit products: doubles hold 53 bits, not 64. */
function mulHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 65536) + Math.floor(carry / 65536)) >>> 0;
}

/**
 * One Philox block: four uint32 for a 128-bit counter and a 64-bit key.
 *
 * @param counter four uint32; left as it is
 * @param key two uint32; left as it is
 * @param out receives the four numbers
 */
export function philox(
  counter: ArrayLike<number>,
  key: ArrayLike<number>,
  out: Uint32Array = new Uint32Array(4),
): Uint32Array {
  let [c0, c1, c2, c3] = [counter[0] >>> 0, counter[1] >>> 0, counter[2] >>> 0, counter[3] >>> 0];
  let [k0, k1] = [key[0] >>> 0, key[1] >>> 0];
  for (let round = 0; round < 10; round++) {
    const high0 = mulHigh(M0, c0);
    const low0 = Math.imul(M0, c0) >>> 0;
    const high1 = mulHigh(M1, c2);
    const low1 = Math.imul(M1, c2) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + W0) >>> 0;
    k1 = (k1 + W1) >>> 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
  return out;
}

/** uint32 → float in [0, 1) with 24 bits: exact in float32, so every device rounds it alike. */
export const toUnit = (word: number): number => (word >>> 8) * 2 ** -24;

/**
 * A sequence of random numbers named by a seed and a stream. Streams of one seed are independent: the
 * weights, the shuffle of epoch 3 and a dropout layer each take their own, so that none shifts another.
 *
 * The numbers are those of Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011).
 *
 * @category Data
 * @example
 * import { Random } from 'inkgrad';
 *
 * const random = new Random(7);
 * console.log(random.integer(6), random.uniform().toFixed(3), random.normal().toFixed(3));
 * // 5 0.750 0.423
 * console.log(new Random(7, 1).permutation(5));
 * // Int32Array(5) [ 3, 1, 2, 4, 0 ]
 */
export class Random {
  #block = new Uint32Array(4);
  #used = 4;
  #counter: [number, number, number, number];
  #key: [number, number];

  /**
   * @param seed any safe integer ≥ 0; its low and high 32 bits are the key
   * @param stream which of the seed's sequences, a uint32
   * @param substream which of the stream's, a uint32
   * @throws InkgradError for another seed
   */
  constructor(seed: number, stream = 0, substream = 0) {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new InkgradError(`Random: ${naming(seed)} as seed; expected a whole number from 0 to 2⁵³ − 1`);
    }
    this.#key = seedWords(seed);
    this.#counter = [0, stream, substream, 0];
  }

  /** The next uint32. */
  word(): number {
    if (this.#used === 4) {
      philox(this.#counter, this.#key, this.#block);
      this.#counter[0]++;
      this.#used = 0;
    }
    return this.#block[this.#used++];
  }

  /** Uniform in [low, high). */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * toUnit(this.word());
  }

  /** Standard normal, by the method of Box and Muller (1958); one of the pair is dropped for simplicity. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - toUnit(this.word())));
    return radius * Math.cos(2 * Math.PI * toUnit(this.word()));
  }

  /** An integer in [0, n), for n < 2³², by Lemire's multiplication; its bias is below n / 2³². */
  integer(n: number): number {
    return mulHigh(this.word(), n);
  }

  /** A random order of 0 … n−1 (Fisher and Yates). */
  permutation(n: number): Int32Array {
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
    return order;
  }
}

/** The two key words of a seed: low and high 32 bits. */
export const seedWords = (seed: number): [number, number] => [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0];

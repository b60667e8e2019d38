/** What stands in the inputs of a case. */
import type { Pair } from '../../engine/ops/window.ts';
import { Random } from '../../engine/random.ts';

/** The values of a tensor with so many elements. */
export type Fill = (length: number) => Float32Array | Int32Array;

/** As many random numbers are drawn, and repeated; a prime, so that rows of a tensor are not alike. */
const DRAWN = 65_537;

function drawn(draw: (random: Random) => number): number[] {
  const random = new Random(1);
  return Array.from({ length: DRAWN }, () => draw(random));
}

/** Uniform in ±1. */
export const floats: Fill = (length) => {
  const values = drawn((random) => random.uniform(-1, 1));
  return Float32Array.from({ length }, (_, at) => values[at % DRAWN]);
};

/** Labels from 0 up to, not including, `end`. */
export const below =
  (end: number): Fill =>
  (length) => {
    const values = drawn((random) => random.integer(end));
    return Int32Array.from({ length }, (_, at) => values[at % DRAWN]);
  };

/** For each window of a pooled image the place of one of its elements, as maxPool2d gives it. */
export const places =
  ([, width]: Pair, [pooledHeight, pooledWidth]: Pair, [kh, kw]: Pair): Fill =>
  (length) => {
    const inWindow = drawn((random) => random.integer(kh) * width + random.integer(kw));
    return Int32Array.from({ length }, (_, at) => {
      const row = (Math.floor(at / pooledWidth) % pooledHeight) * kh;
      return row * width + (at % pooledWidth) * kw + inWindow[at % DRAWN];
    });
  };

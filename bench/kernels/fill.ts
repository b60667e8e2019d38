/** What stands in the inputs of a case. */
import type { Pair, Window } from '../../engine/ops/window.ts';
import { plain } from '../../engine/ops/window.ts';
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

/** For each window of a pooled image the place of one of its elements, as maxPool2d gives it; the nearest inside the image. */
export const places =
  (
    [height, width]: Pair,
    [pooledHeight, pooledWidth]: Pair,
    kernel: Pair,
    { stride, padding }: Pick<Window, 'stride' | 'padding'> = { ...plain, stride: kernel },
  ): Fill =>
  (length) => {
    const inWindow = drawn((random) => random.integer(kernel[0] * kernel[1]));
    const inside = (at: number, end: number) => Math.max(0, Math.min(end - 1, at));
    return Int32Array.from({ length }, (_, at) => {
      const tap = inWindow[at % DRAWN];
      const window = [Math.floor(at / pooledWidth) % pooledHeight, at % pooledWidth];
      const row = window[0] * stride[0] - padding[0] + Math.floor(tap / kernel[1]);
      const column = window[1] * stride[1] - padding[1] + (tap % kernel[1]);
      return inside(row, height) * width + inside(column, width);
    });
  };

/**
 * dropout: zeroes each element with probability p and scales the others by 1/(1−p), so that the expected
 * value stays (Srivastava et al., 2014).
 *
 * y[i] = x[i]/(1−p) with probability 1−p, else 0
 *
 * The mask is Philox's: element i takes word i mod 4 of the block with counter (⌊i/4⌋, stream, step, 0) and
 * key (seed low, seed high). State = [seed low, seed high, step], int32, is a tensor, because it changes from
 * step to step; the stream tells one layer from another. So the mask is the same on every device.
 *
 * dL/dx = dropout(g) with the same mask
 */

import { ShapeError } from '../errors.ts';
import { expectFloat, expectInt, expectShape } from '../expect.ts';
import type { ListedOp } from '../op.ts';
import { philox, toUnit } from '../random.ts';

export interface DropoutAttrs {
  /** The probability of a zero. */
  readonly p: number;
  /** Which of the independent sequences of the seed. */
  readonly stream: number;
}

export const dropout: ListedOp<DropoutAttrs, 'dropout'> = {
  name: 'dropout',
  infer([x, state], { p }) {
    expectFloat('dropout', x);
    expectInt('dropout', state);
    expectShape('dropout', 'a random state', state, [3]);
    if (!(p >= 0 && p < 1))
      throw new ShapeError(`dropout: probability ${p}; expected 0 or more, and less than 1`);
    return [{ shape: x.shape, dtype: x.dtype }];
  },
  define([x, state], [y], { p, stream }) {
    const [low, high, step] = state.data;
    const scale = 1 / (1 - p);
    const words = new Uint32Array(4);
    for (let i = 0; i < y.data.length; i++) {
      if (i % 4 === 0) philox([i / 4, stream, step, 0], [low, high], words);
      y.data[i] = toUnit(words[i % 4]) < Math.fround(p) ? 0 : x.data[i] * scale;
    }
  },
  grad: ({ F, g, inputs: [, state], attrs }) => [F.dropout(g, state, attrs), null],
  gpu: 'dropout',
  wasm: 'dropout',
  samples: [
    { inputs: ['3,5', '3 words'], attrs: { p: 0.5, stream: 0 } },
    { inputs: ['131', '3 words'], attrs: { p: 0.25, stream: 7 } },
    { inputs: ['2,3,67', '3 words'], attrs: { p: 0.9, stream: 1 } },
    { inputs: ['7', '3 words'], attrs: { p: 0, stream: 2 } },
    { inputs: ['0,3', '3 words'], attrs: { p: 0.5, stream: 0 } },
  ],
};

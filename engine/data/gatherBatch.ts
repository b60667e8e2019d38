/**
 * gatherBatch: forms a batch out of a data set that lies on the device as bytes.
 *
 * x[i, k, r, c] = levels[256·k + byte (k, r, c) of image j] and label[i] = labels[j], where
 * j = order[(cursor₀ + i) mod its length]
 *
 * images: [count, words], int32, each image channel by channel and row by row as bytes, four to a word, the first the
 * lowest; labels: [count]; order: the images of an epoch as indices; cursor: [from, row] (the second is for recordRows);
 * levels: [256·channels], the number that stands for each byte of each channel, so that all devices make the very same
 * ones. An index out of range gives zeros.
 */

import type { Spec } from '../devices/launch.ts';
import { ShapeError } from '../errors.ts';
import { expectFloat, expectInt, expectRank, expectShape } from '../expect.ts';
import type { ListedOp } from '../op.ts';
import { show } from '../shape.ts';

/** The form of a batch. */
export interface GatherBatchAttrs {
  /** Images of a batch. */
  readonly batch: number;
  /** Height and width of an image. */
  readonly size: number;
  /** Channels of an image, 3 in colour; 1 when left out. */
  readonly channels?: number;
}

/** 32-bit words that the bytes of a square image fill. */
export const wordsOf = (size: number, channels = 1): number => Math.ceil((channels * size * size) / 4);

/** The shape rule of what forms batches: images, labels, order, cursor and levels, for the op of this name. */
export function inferBatch(
  op: string,
  [images, labels, order, cursor, levels]: readonly Spec[],
  { batch, size, channels = 1 }: GatherBatchAttrs,
): Spec[] {
  if (!Number.isInteger(channels) || channels < 1) {
    throw new ShapeError(`${op}: channels ${channels}; expected a whole number ≥ 1`);
  }
  for (const spec of [images, labels, order, cursor]) expectInt(op, spec);
  expectFloat(op, levels);
  expectRank(op, 'an order', order, 1, '[N]');
  expectShape(op, 'a cursor', cursor, [2]);
  expectShape(op, 'levels', levels, [256 * channels]);
  if (order.shape[0] === 0) throw new ShapeError(`${op}: an empty order; expected at least one image`);
  const words = wordsOf(size, channels);
  if (images.shape.length !== 2 || images.shape[1] !== words) {
    const bytes = channels === 1 ? `${size}×${size}` : `${channels}×${size}×${size}`;
    throw new ShapeError(
      `${op}: images of shape ${show(images.shape)}; expected [count,${words}] for ${bytes} bytes`,
    );
  }
  expectShape(op, 'labels', labels, [images.shape[0]]);
  return [
    { shape: [batch, channels, size, size], dtype: levels.dtype },
    { shape: [batch], dtype: 'int32' },
  ];
}

export const gatherBatch: ListedOp<GatherBatchAttrs> = {
  name: 'gatherBatch',
  infer(inputs, attrs) {
    return inferBatch('gatherBatch', inputs, attrs);
  },
  define([images, labels, order, cursor, levels], [x, label], { batch, size, channels = 1 }) {
    const words = images.data as Int32Array;
    const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
    const [count, stride] = images.shape;
    const plane = size * size;
    for (let i = 0; i < batch; i++) {
      const j = order.data[(cursor.data[0] + i) % order.data.length];
      const inside = j >= 0 && j < count;
      label.data[i] = inside ? labels.data[j] : 0;
      for (let k = 0; k < channels; k++) {
        const [from, to] = [4 * j * stride + k * plane, (i * channels + k) * plane];
        for (let pixel = 0; pixel < plane; pixel++) {
          x.data[to + pixel] = inside ? levels.data[256 * k + bytes[from + pixel]] : 0;
        }
      }
    }
  },
  grad: { none: 'its inputs are bytes and indices' },
  gpu: 'gatherBatch',
  wasm: 'gatherBatch',
  samples: [
    { inputs: ['5,7 words', '5 below 3', '5 below 5', '2 below 4', '256'], attrs: { batch: 3, size: 5 } },
    { inputs: ['4,4 words', '4 below 9', '9 below 4', '2 below 9', '256'], attrs: { batch: 7, size: 4 } },
    { inputs: ['3,1 words', '3 below 2', '2 below 7', '2 below 2', '256'], attrs: { batch: 5, size: 1 } },
    { inputs: ['2,196 words', '2 below 2', '4 below 2', '2 below 4', '256'], attrs: { batch: 4, size: 28 } },
    { inputs: ['2,1 words', '2 below 2', '1 below 1', '2 below 1', '256'], attrs: { batch: 0, size: 2 } },
    {
      inputs: ['5,19 words', '5 below 3', '5 below 5', '2 below 4', '768'],
      attrs: { batch: 3, size: 5, channels: 3 },
    },
    {
      inputs: ['3,196 words', '3 below 2', '4 below 4', '2 below 4', '1024'],
      attrs: { batch: 5, size: 14, channels: 4 },
    },
  ],
};

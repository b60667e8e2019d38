/**
 * augmentBatch: forms a batch as gatherBatch does, out of images that are distorted at random.
 *
 * x[i, k, r, c] = levels[256·k + byte (k, r, c) of image j as it is distorted] and label[i] = labels[j],
 * where place = (cursor₀ + i) mod the length of order, and j = order[place]
 *
 * Further input: state = [seed low, seed high, epoch], int32. What is drawn for an image depends on the state and its
 * place in the epoch alone: not on the size of the batch, nor on the device (data/augment/draw.ts). What is done:
 * strokes are made thicker or thinner; the image is turned, sheared, scaled and moved about its centre; every point is
 * moved by a smooth random field (Simard, Steinkraus and Platt, 2003, here a cubic spline over a coarse grid, as in
 * Ronneberger, Fischer and Brox, 2015); a rectangle is erased (Zhong et al., 2017). Each channel is distorted alike. With
 * all amounts 0 it is gatherBatch.
 */

import { ShapeError } from '../errors.ts';
import { expectInt, expectShape } from '../expect.ts';
import type { ListedOp } from '../op.ts';
import { distort } from './augment/distort.ts';
import type { AugmentAttrs } from './augment/draw.ts';
import { augmentLimits, drawDistortion, LARGEST_SIZE } from './augment/draw.ts';
import type { GatherBatchAttrs } from './gatherBatch.ts';
import { inferBatch } from './gatherBatch.ts';

/** The form of a batch, and how its images are distorted. */
export interface AugmentBatchAttrs extends GatherBatchAttrs, AugmentAttrs {}

/** Refuses what the fixed-point arithmetic has no room for. */
function expectAmounts(op: string, attrs: AugmentBatchAttrs): void {
  for (const [name, limit] of Object.entries({ size: LARGEST_SIZE, ...augmentLimits(attrs.size) })) {
    const value = attrs[name as 'size' | keyof AugmentAttrs];
    if (!Number.isInteger(value) || value < 0 || value > limit) {
      throw new ShapeError(`${op}: ${name} ${value}; expected a whole number from 0 to ${limit}`);
    }
  }
}

const nothing: AugmentAttrs = {
  stream: 0,
  rotation: 0,
  shear: 0,
  scale: 0,
  shift: 0,
  elastic: 0,
  stroke: 0,
  erase: 0,
  eraseSide: 0,
};

/** All kinds at once for an image of `size` pixels a side. */
const strong = (size: number): AugmentAttrs => ({
  stream: 3,
  rotation: 8000,
  shear: 6000,
  scale: 5000,
  shift: Math.floor((size * 64) / 10),
  elastic: Math.floor((size * 256) / 8),
  stroke: 128,
  erase: 2048,
  eraseSide: Math.ceil(size / 3),
});

export const augmentBatch: ListedOp<AugmentBatchAttrs> = {
  name: 'augmentBatch',
  infer(inputs, attrs) {
    expectAmounts('augmentBatch', attrs);
    expectInt('augmentBatch', inputs[5]);
    expectShape('augmentBatch', 'a random state', inputs[5], [3]);
    return inferBatch('augmentBatch', inputs, attrs);
  },
  define([images, labels, order, cursor, levels, state], [x, label], attrs) {
    const { batch, size, channels = 1 } = attrs;
    const words = images.data as Int32Array;
    const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
    const [count, stride] = images.shape;
    const plane = size * size;
    const pixels = channels * plane;
    for (let i = 0; i < batch; i++) {
      const place = (cursor.data[0] + i) % order.data.length;
      const j = order.data[place];
      const inside = j >= 0 && j < count;
      label.data[i] = inside ? labels.data[j] : 0;
      if (!inside) {
        x.data.fill(0, i * pixels, (i + 1) * pixels);
        continue;
      }
      const image = bytes.subarray(4 * j * stride, 4 * j * stride + pixels);
      const distorted = distort(image, size, drawDistortion(attrs, size, state.data, place));
      for (let k = 0; k < channels; k++) {
        for (let at = k * plane; at < (k + 1) * plane; at++) {
          x.data[i * pixels + at] = levels.data[256 * k + distorted[at]];
        }
      }
    }
  },
  grad: { none: 'its inputs are bytes and indices' },
  gpu: 'augmentBatch',
  wasm: 'augmentBatch',
  samples: [
    {
      inputs: ['5,7 words', '5 below 3', '5 below 5', '2 below 4', '256', '3 words'],
      attrs: { ...strong(5), batch: 3, size: 5 },
    },
    {
      inputs: ['4,4 words', '4 below 9', '9 below 4', '2 below 9', '256', '3 words'],
      attrs: { ...nothing, batch: 7, size: 4 },
    },
    {
      inputs: ['3,1 words', '3 below 2', '2 below 7', '2 below 2', '256', '3 words'],
      attrs: { ...strong(1), batch: 5, size: 1 },
    },
    {
      inputs: ['2,196 words', '2 below 2', '4 below 2', '2 below 4', '256', '3 words'],
      attrs: { ...strong(28), batch: 4, size: 28 },
    },
    {
      inputs: ['3,273 words', '3 below 2', '4 below 3', '2 below 4', '256', '3 words'],
      attrs: { ...strong(33), ...{ erase: 4096, stroke: 256, rotation: 25_736 }, batch: 6, size: 33 },
    },
    {
      inputs: ['2,1 words', '2 below 2', '1 below 1', '2 below 1', '256', '3 words'],
      attrs: { ...strong(2), batch: 0, size: 2 },
    },
    {
      inputs: ['3,61 words', '3 below 2', '4 below 4', '2 below 4', '768', '3 words'],
      attrs: { ...strong(9), ...{ erase: 4096, stroke: 256 }, batch: 5, size: 9, channels: 3 },
    },
    {
      inputs: ['2,768 words', '2 below 2', '2 below 2', '2 below 2', '768', '3 words'],
      attrs: { ...strong(32), batch: 4, size: 32, channels: 3 },
    },
  ],
};

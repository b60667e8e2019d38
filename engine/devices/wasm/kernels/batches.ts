/** Batches out of a data set on the device, and the rows in which their results are noted. */

import { splineAt } from '../../../data/augment/distort.ts';
import type { AugmentAttrs } from '../../../data/augment/draw.ts';
import { augmentParams } from '../../../data/augment/draw.ts';
import type { WasmKernel } from '../launch.ts';
import { cutRows, workOf } from '../parts.ts';
import { PHILOX_KEYS } from './philox.ts';

export interface Batch {
  readonly batch: number;
  readonly size: number;
  readonly channels?: number;
}

export const gatherBatch: WasmKernel<Batch> = (
  [images, , order],
  _outputs,
  { batch, size, channels = 1 },
) => {
  const [count, words] = images.shape;
  const { parts, piece } = cutRows(batch, channels * size * size, 2);
  const params = [batch, piece, size * size, channels, words, count, order.shape[0]];
  return workOf({ kernel: 'gatherBatch', parts, params });
};

/** Bytes of constants, random words and control points, as wasm/augment.ts lays them out. */
const DRAWN = 160 + 256 + 416;

/** The spline of each column, and of each row, as wasm/augmentElastic.ts reads it: a division by the size takes its time there. */
const splinesOf = (size: number): number[] =>
  Array.from({ length: size }, (_, at) => {
    const { cell, weights } = splineAt(at, size);
    return [weights[0] | (weights[1] << 16), weights[2] | (weights[3] << 16), cell];
  }).flat();

export const augmentBatch: WasmKernel<Batch & AugmentAttrs> = ([images, , order], _outputs, attrs) => {
  const { batch, size, channels = 1 } = attrs;
  const [count, words] = images.shape;
  const { parts, piece } = cutRows(batch, channels * size * size, 16);
  const line = 8 * 4 * Math.ceil(size / 4);
  const frame = 16 * (Math.ceil(size / 16) + 1) * (size + 3);
  const ownBytes = PHILOX_KEYS + DRAWN + 7 * line + 3 * frame;
  const amounts = Object.values(augmentParams(attrs));
  const params = [batch, piece, size, channels, words, count, order.shape[0], ...amounts, ...splinesOf(size)];
  return workOf({ kernel: 'augmentBatch', parts, params, ownBytes });
};

/** In one part: the ring of rows may be shorter than the batch, and then the last of two rows stays. */
export const recordRows: WasmKernel<object> = ([, logits], [rows]) => {
  const [n, classes] = logits.shape;
  const params = [n, classes, rows.shape[0]];
  return workOf({ kernel: 'recordRows', parts: 1, params, reads: [0, 1, 2] });
};

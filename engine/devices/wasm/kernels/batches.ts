/** Batches out of a data set on the device, and the rows in which their results are noted. */

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

/** Bytes of random words, control points and a spline, as wasm/augment.ts lays them out. */
const DRAWN = 256 + 400;
const SPLINE = 48;

export const augmentBatch: WasmKernel<Batch & AugmentAttrs> = ([images, , order], _outputs, attrs) => {
  const { batch, size, channels = 1 } = attrs;
  const [count, words] = images.shape;
  const { parts, piece } = cutRows(batch, channels * size * size, 16);
  const line = 4 * 4 * Math.ceil(size / 4);
  const frame = 16 * Math.ceil((size + 3) / 16) * (size + 3) + 16;
  const ownBytes = PHILOX_KEYS + DRAWN + SPLINE * size + 2 * 7 * line + 2 * frame;
  const amounts = Object.values(augmentParams(attrs));
  const params = [batch, piece, size, channels, words, count, order.shape[0], ...amounts];
  return workOf({ kernel: 'augmentBatch', parts, params, ownBytes });
};

/** In one part: the ring of rows may be shorter than the batch, and then the last of two rows stays. */
export const recordRows: WasmKernel<object> = ([, logits], [rows]) => {
  const [n, classes] = logits.shape;
  const params = [n, classes, rows.shape[0]];
  return workOf({ kernel: 'recordRows', parts: 1, params, reads: [0, 1, 2] });
};

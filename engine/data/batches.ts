/**
 * What surrounds a training step on the device: where its batch comes from, and where its results go. A captured step that
 * begins with one of these and ends with `recordRows` needs nothing from the host but where its cursor is.
 *
 * @category Data
 * @module data
 */

import { apply, update } from '../graph.ts';
import type { Tensor } from '../tensor.ts';
import type { AugmentBatchAttrs } from './augmentBatch.ts';
import { augmentBatch as augmentOp } from './augmentBatch.ts';
import type { GatherBatchAttrs } from './gatherBatch.ts';
import { gatherBatch as gatherOp } from './gatherBatch.ts';
import { recordRows as recordOp } from './recordRows.ts';

export type { AugmentAttrs } from './augment/draw.ts';
export type { AugmentBatchAttrs } from './augmentBatch.ts';
export type { GatherBatchAttrs } from './gatherBatch.ts';

/** A data set on a device. */
export interface DeviceImages {
  /** int32 [count,words]: each image channel by channel and row by row as bytes, four to a word, the first the lowest. */
  readonly images: Tensor;
  /** int32 [count]. */
  readonly labels: Tensor;
  /** int32: the images of an epoch by their index, in the order in which they come. */
  readonly order: Tensor;
  /** int32 [2]: the place in `order` where a batch begins, and the row where its results go. */
  readonly cursor: Tensor;
  /** of shape [256·channels]: the number that stands for each byte of each channel. */
  readonly levels: Tensor;
}

/**
 * A batch of a data set on a device: x[i, k, r, c] = levels[256·k + byte (k, r, c) of image j] and label[i] = labels[j], where
 * j = order[(cursor₀ + i) mod its length].
 *
 * @param attrs how many images, and how large they are
 * @returns the images [batch,channels,size,size] and the labels [batch]
 * @throws ShapeError for what is of another shape or type
 * @category Data
 * @example
 * import { data, Tensor } from 'inkgrad';
 *
 * // Two images of 2×2 bytes, each in one word of four.
 * const set = {
 *   images: Tensor.from(new Int32Array(Uint8Array.of(0, 255, 0, 255, 255, 255, 0, 0).buffer), [2, 1]),
 *   labels: Tensor.from(Int32Array.of(7, 3)),
 *   order: Tensor.from(Int32Array.of(1, 0)),
 *   cursor: Tensor.from(Int32Array.of(0, 0)),
 *   levels: Tensor.from(Array.from({ length: 256 }, (_, byte) => byte / 255)),
 * };
 * const [x, label] = data.gatherBatch(set, { batch: 2, size: 2 });
 * console.log(x.shape, await label.toArray());
 * // [ 2, 1, 2, 2 ] [ 3, 7 ]
 * console.log(String(await x.read()));
 * // 1,1,0,0,0,1,0,1
 */
export function gatherBatch(
  { images, labels, order, cursor, levels }: DeviceImages,
  attrs: GatherBatchAttrs,
): [Tensor, Tensor] {
  const [x, label] = apply(gatherOp, [images, labels, order, cursor, levels], attrs);
  return [x, label];
}

/**
 * A batch as `gatherBatch` forms it, with each image distorted at random: turned, sheared, scaled, moved, bent, its strokes
 * made thicker or thinner, a rectangle of it erased. What is drawn depends on the state and the place in the epoch alone.
 *
 * @param state int32 [3]: seed low, seed high, epoch
 * @param attrs how many images, how large they are, and the most of each change; 0 for none of it
 * @returns the images [batch,channels,size,size] and the labels [batch]
 * @throws ShapeError for what is of another shape or type, and for amounts beyond what fixed-point numbers hold
 * @category Data
 * @example
 * import { data, Tensor } from 'inkgrad';
 *
 * const set = {
 *   images: Tensor.from(new Int32Array(Uint8Array.of(0, 255, 0, 255).buffer), [1, 1]),
 *   labels: Tensor.from(Int32Array.of(7)),
 *   order: Tensor.from(Int32Array.of(0)),
 *   cursor: Tensor.from(Int32Array.of(0, 0)),
 *   levels: Tensor.from(Array.from({ length: 256 }, (_, byte) => byte / 255)),
 * };
 * const none = { rotation: 0, shear: 0, scale: 0, shift: 0, elastic: 0, stroke: 0, erase: 0, eraseSide: 0 };
 * const state = Tensor.from(Int32Array.of(1, 0, 1));
 * const [x] = data.augmentBatch(set, state, { batch: 1, size: 2, stream: 0, ...none });
 * console.log(await x.read());
 * // Float32Array(4) [ 0, 1, 0, 1 ]
 */
export function augmentBatch(
  { images, labels, order, cursor, levels }: DeviceImages,
  state: Tensor,
  attrs: AugmentBatchAttrs,
): [Tensor, Tensor] {
  const [x, label] = apply(augmentOp, [images, labels, order, cursor, levels, state], attrs);
  return [x, label];
}

/**
 * Notes what became of each image of a batch, to be read later, many batches at a time:
 * rows[(cursor₁ + i) mod M] = (losses[i], the class with the largest of logits[i]).
 *
 * @param losses [N]
 * @param logits [N,C]
 * @param cursor int32 [2], as in `DeviceImages`
 * @param rows [M,2], written in place
 * @throws ShapeError for what is of another shape or type
 * @category Data
 * @example
 * import { data, Tensor } from 'inkgrad';
 *
 * const rows = Tensor.from([[0, 0], [0, 0]]);
 * data.recordRows(Tensor.from([0.5]), Tensor.from([[0, 2, 1]]), Tensor.from(Int32Array.of(0, 1)), rows);
 * console.log(await rows.toArray());
 * // [ [ 0, 0 ], [ 0.5, 1 ] ]
 */
export const recordRows = (losses: Tensor, logits: Tensor, cursor: Tensor, rows: Tensor): void =>
  update(recordOp, [losses, logits, cursor], [rows], {});

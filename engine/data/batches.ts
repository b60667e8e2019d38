/** What surrounds a training step on the device: where its batch comes from, and where its results go. */

import { apply, update } from '../graph.ts';
import type { Tensor } from '../tensor.ts';
import type { AugmentBatchAttrs } from './augmentBatch.ts';
import { augmentBatch as augmentOp } from './augmentBatch.ts';
import type { GatherBatchAttrs } from './gatherBatch.ts';
import { gatherBatch as gatherOp } from './gatherBatch.ts';
import { recordRows as recordOp } from './recordRows.ts';

/** A data set on a device; see engine/data/gatherBatch.ts. */
export interface DeviceImages {
  readonly images: Tensor;
  readonly labels: Tensor;
  readonly order: Tensor;
  readonly cursor: Tensor;
  readonly levels: Tensor;
}

/** The images [batch,channels,size,size] and labels [batch] at the cursor. */
export function gatherBatch(
  { images, labels, order, cursor, levels }: DeviceImages,
  attrs: GatherBatchAttrs,
): [Tensor, Tensor] {
  const [x, label] = apply(gatherOp, [images, labels, order, cursor, levels], attrs);
  return [x, label];
}

/**
 * The same, with each image distorted at random.
 *
 * @param state int32 [3]: seed low, seed high, epoch
 */
export function augmentBatch(
  { images, labels, order, cursor, levels }: DeviceImages,
  state: Tensor,
  attrs: AugmentBatchAttrs,
): [Tensor, Tensor] {
  const [x, label] = apply(augmentOp, [images, labels, order, cursor, levels, state], attrs);
  return [x, label];
}

/** Notes loss and class of each row of a batch in `rows` [M,2], from the row at the cursor on. */
export const recordRows = (losses: Tensor, logits: Tensor, cursor: Tensor, rows: Tensor): void =>
  update(recordOp, [losses, logits, cursor], [rows], {});

/** Batches out of a data set on the device, and the rows in which their results are noted. */

import augmentShader from '../../../../shaders/augmentBatch.wgsl';
import gatherShader from '../../../../shaders/gatherBatch.wgsl';
import recordShader from '../../../../shaders/recordRows.wgsl';
import type { AugmentAttrs } from '../../../data/augment/draw.ts';
import { augmentParams } from '../../../data/augment/draw.ts';
import type { GpuKernel } from '../../launch.ts';
import { elementGrid, gridOf } from '../../launch.ts';

export interface Batch {
  readonly batch: number;
  readonly size: number;
  readonly channels?: number;
}

/** A thread for each word of four pixels. */
export const gatherBatch: GpuKernel<Batch> = ([images, , order], _outputs, { batch, size, channels = 1 }) => {
  const [count, words] = images.shape;
  const plane = size * size;
  const params = { batch, words, pixels: channels * plane, plane, count, length: order.shape[0] };
  return [{ shader: gatherShader, entry: 'main', params, grid: elementGrid(batch * words) }];
};

/** A workgroup for each image. */
export const augmentBatch: GpuKernel<Batch & AugmentAttrs> = ([images, , order], _outputs, attrs) => {
  const [count, words] = images.shape;
  const { batch, size, channels = 1 } = attrs;
  const params = { batch, size, channels, words, count, length: order.shape[0], ...augmentParams(attrs) };
  return [{ shader: augmentShader, entry: 'main', params, grid: gridOf(batch) }];
};

export const recordRows: GpuKernel<object> = ([, logits], [rows]) => {
  const [n, classes] = logits.shape;
  const params = { rows: n, classes, length: rows.shape[0] };
  return [{ shader: recordShader, entry: 'main', params, grid: elementGrid(n) }];
};

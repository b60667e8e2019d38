/** Tensors of one value. */

import type { Device } from '../device.ts';
import { apply } from '../graph.ts';
import * as ops from '../ops/pages.ts';
import type { Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/** A tensor with `value` everywhere, of the device's float type. */
export const fill = (device: Device, shape: Shape, value: number): Tensor =>
  apply(ops.fill, [], { shape, value, dtype: device.floatType }, device)[0];

export const zeros = (device: Device, shape: Shape): Tensor => fill(device, shape, 0);
export const ones = (device: Device, shape: Shape): Tensor => fill(device, shape, 1);

/** [N] labels → [N,classes] rows with a 1 at the label. */
export const oneHot = (labels: Tensor, classes: number): Tensor => {
  const dtype = labels.device.floatType;
  return apply(ops.oneHot, [labels], { classes, dtype })[0];
};

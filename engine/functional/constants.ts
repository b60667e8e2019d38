/** Tensors of one value. */

import { defaultDevice } from '../defaultDevice.ts';
import type { Device } from '../device.ts';
import { ShapeError, whatIs } from '../errors.ts';
import { expectNumber, expectTensor } from '../expect.ts';
import { apply } from '../graph.ts';
import * as ops from '../ops/pages.ts';
import type { Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

type Place = readonly [shape: Shape] | readonly [device: Device, shape: Shape];

/** The device and the shape that a function was given: the default device where it was given none. */
function placeOf(name: string, given: readonly unknown[]): [Device, Shape] {
  const [device, shape] = given.length < 2 ? [defaultDevice(), given[0]] : given;
  const isDevice = typeof (device as Device | null)?.allocate === 'function';
  if (isDevice && Array.isArray(shape)) return [device as Device, shape];
  const said = isDevice ? whatIs(shape) : `${whatIs(device)} before the shape`;
  throw new ShapeError(`${name}: ${said}; expected ${name}([2, 3]) or ${name}(device, [2, 3])`);
}

/**
 * A tensor with `value` everywhere, of the device's float type.
 *
 * @throws ShapeError for a shape that is no array of whole numbers ≥ 0
 */
export function full(shape: Shape, value: number): Tensor;
export function full(device: Device, shape: Shape, value: number): Tensor;
export function full(...given: readonly unknown[]): Tensor {
  const value = expectNumber('full', 'value', given.at(-1));
  const [device, shape] = placeOf('full', given.slice(0, -1));
  return apply(ops.fill, [], { shape, value, dtype: device.floatType }, device)[0];
}

/** A tensor of zeros: `zeros([2, 3])` on the default device, `zeros(device, [2, 3])` on another. */
export const zeros = (...place: Place): Tensor => full(...placeOf('zeros', place), 0);
/** A tensor of ones: `ones([2, 3])` on the default device, `ones(device, [2, 3])` on another. */
export const ones = (...place: Place): Tensor => full(...placeOf('ones', place), 1);

/** [N] labels → [N,classes] rows with a 1 at the label. */
export const oneHot = (labels: Tensor, classes: number): Tensor => {
  expectTensor('oneHot', 'its input', labels);
  expectNumber('oneHot', 'classes', classes);
  const dtype = labels.device.floatType;
  return apply(ops.oneHot, [labels], { classes, dtype })[0];
};

/** Tensors of one value. */

import { defaultDevice, isDevice } from '../defaultDevice.ts';
import type { Device } from '../device.ts';
import { ShapeError, whatIs } from '../errors.ts';
import { expectNumber, expectTensor } from '../expect.ts';
import { apply } from '../graph.ts';
import * as ops from '../ops/pages.ts';
import type { Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/** The device and the shape that a function was given: the default device where it was given none. */
function placeOf(name: string, given: readonly unknown[]): [Device, Shape] {
  const [device, shape] = given.length < 2 ? [defaultDevice(), given[0]] : given;
  if (isDevice(device) && Array.isArray(shape)) return [device, shape];
  const said = isDevice(device) ? whatIs(shape) : `${whatIs(device)} before the shape`;
  throw new ShapeError(`${name}: ${said}; expected ${name}([2, 3]) or ${name}(device, [2, 3])`);
}

/**
 * A tensor with `value` everywhere, of the device's float type: `full([2, 3], 7)` on the default device,
 * `full(device, [2, 3], 7)` on another.
 *
 * @throws ShapeError for a shape that is no array of whole numbers ≥ 0, and a value that is no number
 * @category Making tensors
 * @example
 * import { F } from 'inkgrad';
 *
 * console.log(await F.full([2, 3], 7).toArray());
 * // [ [ 7, 7, 7 ], [ 7, 7, 7 ] ]
 */
export function full(shape: Shape, value: number): Tensor;
export function full(device: Device, shape: Shape, value: number): Tensor;
export function full(...given: readonly unknown[]): Tensor {
  const value = expectNumber('full', 'value', given.at(-1));
  const [device, shape] = placeOf('full', given.slice(0, -1));
  return apply(ops.fill, [], { shape, value, dtype: device.floatType }, device)[0];
}

/**
 * A tensor of zeros: `zeros([2, 3])` on the default device, `zeros(device, [2, 3])` on another.
 *
 * @throws ShapeError for a shape that is no array of whole numbers ≥ 0
 * @category Making tensors
 * @example
 * import { F } from 'inkgrad';
 *
 * console.log(await F.zeros([2, 3]).toArray());
 * // [ [ 0, 0, 0 ], [ 0, 0, 0 ] ]
 */
export function zeros(shape: Shape): Tensor;
export function zeros(device: Device, shape: Shape): Tensor;
export function zeros(...given: readonly unknown[]): Tensor {
  return full(...placeOf('zeros', given), 0);
}

/**
 * A tensor of ones: `ones([2, 3])` on the default device, `ones(device, [2, 3])` on another.
 *
 * @throws ShapeError for a shape that is no array of whole numbers ≥ 0
 * @category Making tensors
 * @example
 * import { F } from 'inkgrad';
 *
 * console.log(await F.ones([2, 3]).toArray());
 * // [ [ 1, 1, 1 ], [ 1, 1, 1 ] ]
 */
export function ones(shape: Shape): Tensor;
export function ones(device: Device, shape: Shape): Tensor;
export function ones(...given: readonly unknown[]): Tensor {
  return full(...placeOf('ones', given), 1);
}

/**
 * Rows with a 1 at the label, else 0.
 *
 * @param labels [N], int32
 * @param classes how long a row is
 * @returns [N,classes], of the device's float type
 * @throws ShapeError for labels that are not int32 of shape [N], and classes that are no number
 * @category Making tensors
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const labels = Tensor.from(Int32Array.from([2, 0]));
 * console.log(await F.oneHot(labels, 3).toArray());
 * // [ [ 0, 0, 1 ], [ 1, 0, 0 ] ]
 */
export const oneHot = (labels: Tensor, classes: number): Tensor => {
  expectTensor('oneHot', 'its input', labels);
  expectNumber('oneHot', 'classes', classes);
  const dtype = labels.device.floatType;
  return apply(ops.oneHot, [labels], { classes, dtype })[0];
};

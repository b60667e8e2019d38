/**
 * pad: x in the middle of a larger tensor, low[k] elements of `value` before it and high[k] after it on axis k.
 *
 * dL/dx = the middle of g
 */

import shader from '../../shaders/pad.wgsl';
import { eight, elementGrid, word } from '../devices/launch.ts';
import { ShapeError } from '../errors.ts';
import { expectFloat } from '../expect.ts';
import type { Op } from '../op.ts';
import { show, sizeOf, stridesOf } from '../shape.ts';

export interface PadAttrs {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly value: number;
}

export const pad: Op<PadAttrs> = {
  name: 'pad',
  infer([x], { low, high }) {
    expectFloat('pad', x);
    const rank = x.shape.length;
    if (
      low.length !== rank ||
      high.length !== rank ||
      [...low, ...high].some((n) => !Number.isInteger(n) || n < 0)
    ) {
      throw new ShapeError(
        `pad: low ${show(low)} and high ${show(high)} for ${show(x.shape)}; expected ${rank} whole numbers ≥ 0 each`,
      );
    }
    return [{ shape: x.shape.map((n, axis) => low[axis] + n + high[axis]), dtype: x.dtype }];
  },
  cpu([x], [y], { low, value }) {
    y.data.fill(value);
    const strides = stridesOf(y.shape);
    const index = [...low];
    let to = low.reduce((sum, n, axis) => sum + n * strides[axis], 0);
    for (let i = 0; i < x.data.length; i++) {
      y.data[to] = x.data[i];
      for (let axis = x.shape.length - 1; axis >= 0; axis--) {
        to += strides[axis];
        if (++index[axis] < low[axis] + x.shape[axis]) break;
        to -= strides[axis] * x.shape[axis];
        index[axis] = low[axis];
      }
    }
  },
  gpu([x], [y], { low, value }) {
    const count = sizeOf(y.shape);
    const params = [
      count,
      y.shape.length,
      word(value),
      0,
      ...eight(y.shape),
      ...eight(x.shape),
      ...eight(low),
    ];
    return [{ shader, entry: 'main', params, grid: elementGrid(count) }];
  },
  grad: ({ F, g, inputs: [x], attrs: { low } }) => [F.slice(g, low, x.shape)],
  samples: [
    { inputs: ['5'], attrs: { low: [2], high: [1], value: 0 } },
    { inputs: ['3,4'], attrs: { low: [0, 1], high: [2, 0], value: -1.5 } },
    { inputs: ['2,1,3'], attrs: { low: [1, 1, 1], high: [1, 1, 1], value: 0 } },
    { inputs: [''], attrs: { low: [], high: [], value: 0 } },
    { inputs: ['0,2'], attrs: { low: [1, 0], high: [1, 1], value: 3 } },
  ],
};

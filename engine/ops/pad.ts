/**
 * pad: x in the middle of a larger tensor, low[k] elements of `value` before it and high[k] after it on axis k.
 *
 * dL/dx = the middle of g
 */

import { pad as cpu } from '../devices/cpu/kernels/shapes.ts';
import { pad as wasm } from '../devices/wasm/kernels/shapes.ts';
import { pad as gpu } from '../devices/webgpu/kernels/shapes.ts';
import { ShapeError } from '../errors.ts';
import { expectFloat } from '../expect.ts';
import type { Op } from '../op.ts';
import { indicesOf, offsetOf, show, stridesOf } from '../shape.ts';

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
  define([x], [y], { low, value }) {
    const strides = stridesOf(y.shape);
    const first = offsetOf(low, strides);
    let from = 0;
    y.data.fill(value);
    for (const index of indicesOf(x.shape)) y.data[first + offsetOf(index, strides)] = x.data[from++];
  },
  grad: ({ F, g, inputs: [x], attrs: { low } }) => [F.slice(g, low, x.shape)],
  cpu,
  gpu,
  wasm,
  samples: [
    { inputs: ['5'], attrs: { low: [2], high: [1], value: 0 } },
    { inputs: ['3,4'], attrs: { low: [0, 1], high: [2, 0], value: -1.5 } },
    { inputs: ['2,1,3'], attrs: { low: [1, 1, 1], high: [1, 1, 1], value: 0 } },
    { inputs: [''], attrs: { low: [], high: [], value: 0 } },
    { inputs: ['0,2'], attrs: { low: [1, 0], high: [1, 1], value: 3 } },
  ],
};

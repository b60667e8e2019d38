/**
 * pad: x in a larger tensor, low[k] elements of `value` before it and high[k] after it on axis k, and |steps[k]| − 1
 * between its elements, which come backwards where the step is negative.
 *
 * dL/dx = what of g lies in their places
 */

import { pad as cpu } from '../devices/cpu/kernels/shapes.ts';
import { pad as wasm } from '../devices/wasm/kernels/shapes.ts';
import { pad as gpu } from '../devices/webgpu/kernels/shapes.ts';
import { ShapeError } from '../errors.ts';
import { expectFloat } from '../expect.ts';
import type { Op } from '../op.ts';
import type { Shape } from '../shape.ts';
import { indicesOf, offsetOf, show, stridesOf } from '../shape.ts';

export interface PadAttrs {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly value: number;
  /** From one element of x to the next in y, along each axis; not 0. */
  readonly steps: readonly number[];
}

/** Elements from the first to the last of n that lie `step` apart. */
const spanOf = (n: number, step: number): number => (n === 0 ? 0 : (n - 1) * Math.abs(step) + 1);

/** Where x begins in y. */
const startOf = (shape: Shape, { low, steps }: PadAttrs): number[] =>
  shape.map((n, axis) => low[axis] + (steps[axis] < 0 && n > 0 ? spanOf(n, steps[axis]) - 1 : 0));

export const pad: Op<PadAttrs> = {
  name: 'pad',
  infer([x], { low, high, steps }) {
    expectFloat('pad', x);
    const rank = x.shape.length;
    if (
      [low, high, steps].some((list) => list.length !== rank) ||
      [...low, ...high].some((n) => !Number.isInteger(n) || n < 0) ||
      steps.some((n) => !Number.isInteger(n) || n === 0)
    ) {
      throw new ShapeError(
        `pad: low ${show(low)}, high ${show(high)} and steps ${show(steps)} for ${show(x.shape)}; expected ${rank} whole numbers each, ≥ 0 and for steps not 0`,
      );
    }
    const shape = x.shape.map((n, axis) => low[axis] + spanOf(n, steps[axis]) + high[axis]);
    return [{ shape, dtype: x.dtype }];
  },
  define([x], [y], attrs) {
    const strides = stridesOf(y.shape);
    const start = startOf(x.shape, attrs);
    let from = 0;
    y.data.fill(attrs.value);
    for (const index of indicesOf(x.shape)) {
      const to = index.map((i, axis) => start[axis] + i * attrs.steps[axis]);
      y.data[offsetOf(to, strides)] = x.data[from++];
    }
  },
  grad: ({ F, g, inputs: [x], attrs }) => [F.slice(g, startOf(x.shape, attrs), x.shape, attrs.steps)],
  cpu,
  gpu,
  wasm,
  samples: [
    { inputs: ['5'], attrs: { low: [2], high: [1], value: 0, steps: [1] } },
    { inputs: ['3,4'], attrs: { low: [0, 1], high: [2, 0], value: -1.5, steps: [1, 1] } },
    { inputs: ['2,1,3'], attrs: { low: [1, 1, 1], high: [1, 1, 1], value: 0, steps: [1, 1, 1] } },
    { inputs: [''], attrs: { low: [], high: [], value: 0, steps: [] } },
    { inputs: ['0,2'], attrs: { low: [1, 0], high: [1, 1], value: 3, steps: [1, 1] } },
    { inputs: ['4'], attrs: { low: [1], high: [2], value: 0.5, steps: [3] } },
    { inputs: ['3,2,5'], attrs: { low: [1, 0, 2], high: [0, 1, 0], value: 0, steps: [-2, 4, -1] } },
    { inputs: ['0,3'], attrs: { low: [2, 0], high: [0, 1], value: 1, steps: [-1, -3] } },
  ],
};

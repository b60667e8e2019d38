/**
 * broadcastTo: repeats axes of length 1, and missing leading axes, up to the given shape.
 *
 * y[i₀,i₁,…] = x[j₀,j₁,…] where j is 0 along a repeated axis, and i along others
 *
 * dL/dx = g summed over the repeated axes
 */

import { broadcastTo as cpu } from '../devices/cpu/kernels/shapes.ts';
import { ShapeError } from '../errors.ts';
import type { ListedOp } from '../op.ts';
import type { Shape } from '../shape.ts';
import { broadcastStrides, indicesOf, offsetOf, show } from '../shape.ts';

export interface BroadcastAttrs {
  readonly shape: Shape;
}

export const broadcastTo: ListedOp<BroadcastAttrs> = {
  name: 'broadcastTo',
  infer([x], { shape }) {
    const lead = shape.length - x.shape.length;
    if (lead < 0 || x.shape.some((n, axis) => n !== 1 && n !== shape[lead + axis])) {
      throw new ShapeError(`broadcastTo: ${show(x.shape)} to ${show(shape)}; expected equal axes, or 1`);
    }
    return [{ shape: [...shape], dtype: x.dtype }];
  },
  define([x], [y]) {
    const strides = broadcastStrides(x.shape, y.shape);
    let to = 0;
    for (const index of indicesOf(y.shape)) y.data[to++] = x.data[offsetOf(index, strides)];
  },
  grad: ({ F, g, inputs: [x] }) => [F.sumTo(g, x.shape)],
  cpu,
  gpu: 'broadcastTo',
  wasm: 'broadcastTo',
  samples: [
    { inputs: ['3,1'], attrs: { shape: [3, 5] } },
    { inputs: [''], attrs: { shape: [7] } },
    { inputs: ['1,3,1'], attrs: { shape: [2, 4, 3, 5] } },
    { inputs: ['5'], attrs: { shape: [5] } },
    { inputs: ['1,3'], attrs: { shape: [0, 3] } },
  ],
};

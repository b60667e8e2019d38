/**
 * broadcastTo: repeats axes of length 1, and missing leading axes, up to the given shape.
 *
 * dL/dx = g summed over the repeated axes
 */
import { copyStrided } from '../devices/cpu/kernels/strided.ts';
import { launchStrided } from '../devices/webgpu/kernels/strided.ts';
import { ShapeError } from '../errors.ts';
import type { Op } from '../op.ts';
import type { Shape } from '../shape.ts';
import { broadcastStrides, show } from '../shape.ts';

export interface BroadcastAttrs {
  readonly shape: Shape;
}

export const broadcastTo: Op<BroadcastAttrs> = {
  name: 'broadcastTo',
  infer([x], { shape }) {
    const lead = shape.length - x.shape.length;
    if (lead < 0 || x.shape.some((n, axis) => n !== 1 && n !== shape[lead + axis])) {
      throw new ShapeError(`broadcastTo: ${show(x.shape)} to ${show(shape)}; expected equal axes, or 1`);
    }
    return [{ shape: [...shape], dtype: x.dtype }];
  },
  cpu: ([x], [y]) => copyStrided(x, y, { offset: 0, strides: broadcastStrides(x.shape, y.shape) }),
  gpu: ([x], [y]) => [launchStrided(y.shape, { offset: 0, strides: broadcastStrides(x.shape, y.shape) })],
  grad: ({ F, g, inputs: [x] }) => [F.sumTo(g, x.shape)],
  samples: [
    { inputs: ['3,1'], attrs: { shape: [3, 5] } },
    { inputs: [''], attrs: { shape: [7] } },
    { inputs: ['1,3,1'], attrs: { shape: [2, 4, 3, 5] } },
    { inputs: ['5'], attrs: { shape: [5] } },
    { inputs: ['1,3'], attrs: { shape: [0, 3] } },
  ],
};

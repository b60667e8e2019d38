/**
 * reshape: the same elements in row-major order under another shape with as many elements. The output is a
 * view of the input: it looks at the same memory, and nothing is launched.
 *
 * y[i] = x[i] in row-major order
 *
 * dL/dx = reshape(g, shape of x)
 */

import { ShapeError } from '../errors.ts';
import type { ListedOp } from '../op.ts';
import type { Shape } from '../shape.ts';
import { show, sizeOf } from '../shape.ts';

export interface ReshapeAttrs {
  /** The new shape; one axis may be −1, which takes what is left. */
  readonly shape: Shape;
}

export const reshape: ListedOp<ReshapeAttrs> = {
  name: 'reshape',
  isView: true,
  infer([x], { shape }) {
    const known = sizeOf(shape.filter((n) => n !== -1));
    const wild = shape.filter((n) => n === -1).length;
    const to = shape.map((n) => (n === -1 ? sizeOf(x.shape) / known : n));
    if (wild > 1 || sizeOf(to) !== sizeOf(x.shape) || to.some((n) => !Number.isInteger(n) || n < 0)) {
      throw new ShapeError(
        `reshape: ${show(x.shape)} to ${show(shape)}; expected ${sizeOf(x.shape)} elements and at most one -1`,
      );
    }
    return [{ shape: to, dtype: x.dtype }];
  },
  define: ([x], [y]) => y.data.set(x.data),
  grad: ({ F, g, inputs: [x] }) => [F.reshape(g, x.shape)],
  gpu: () => [],
  samples: [
    { inputs: ['3,4'], attrs: { shape: [2, 6] } },
    { inputs: ['2,3,5'], attrs: { shape: [-1, 5] } },
    { inputs: ['1'], attrs: { shape: [] } },
    { inputs: ['0,3'], attrs: { shape: [3, 0] } },
    { inputs: ['7'], attrs: { shape: [1, 7, 1] } },
  ],
};

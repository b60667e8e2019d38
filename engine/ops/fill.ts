/** fill: y = value, everywhere. It has no inputs, and so no gradient. */

import type { DType } from '../dtype.ts';
import { ShapeError } from '../errors.ts';
import type { ListedOp } from '../op.ts';
import type { Shape } from '../shape.ts';
import { show } from '../shape.ts';

export interface FillAttrs {
  readonly shape: Shape;
  readonly value: number;
  readonly dtype: DType;
}

export const fill: ListedOp<FillAttrs> = {
  name: 'fill',
  infer(_inputs, { shape, dtype }) {
    if (shape.some((n) => !Number.isInteger(n) || n < 0)) {
      throw new ShapeError(`fill: shape ${show(shape)}; expected whole numbers ≥ 0`);
    }
    return [{ shape: [...shape], dtype }];
  },
  define(_inputs, [y], { value }) {
    y.data.fill(value);
  },
  grad: { none: 'it has no inputs' },
  gpu: 'fill',
  wasm: 'fill',
  samples: [
    { inputs: [], attrs: { shape: [3, 5], value: -2.5, dtype: 'float32' } },
    { inputs: [], attrs: { shape: [131], value: 0, dtype: 'float32' } },
    { inputs: [], attrs: { shape: [], value: 1, dtype: 'float32' } },
    { inputs: [], attrs: { shape: [7], value: -3, dtype: 'int32' } },
    { inputs: [], attrs: { shape: [0, 2], value: 1, dtype: 'float32' } },
  ],
};

/**
 * concat: tensors laid one after the other along one axis; all other axes are equal.
 *
 * y[…, startₖ + i, …] = xₖ[…, i, …] with startₖ = the length of all before xₖ
 *
 * dL/dxₖ = the slice of g at the place of xₖ
 */

import { ShapeError } from '../errors.ts';
import type { ListedOp } from '../op.ts';
import { resolveAxis, show, sizeOf } from '../shape.ts';

export interface ConcatAttrs {
  readonly axis: number;
}

export const concat: ListedOp<ConcatAttrs> = {
  name: 'concat',
  infer(inputs, attrs) {
    const [first] = inputs;
    const axis = resolveAxis('concat', attrs.axis, first.shape.length);
    for (const { shape, dtype } of inputs) {
      const fits =
        shape.length === first.shape.length && shape.every((n, i) => i === axis || n === first.shape[i]);
      if (!fits || dtype !== first.dtype) {
        throw new ShapeError(
          `concat: ${dtype} ${show(shape)} after ${first.dtype} ${show(first.shape)}; ` +
            `expected one type and equal axes but for axis ${axis}`,
        );
      }
    }
    const total = inputs.reduce((sum, { shape }) => sum + shape[axis], 0);
    return [{ shape: first.shape.map((n, i) => (i === axis ? total : n)), dtype: first.dtype }];
  },
  define(inputs, [y], attrs) {
    const axis = resolveAxis('concat', attrs.axis, y.shape.length);
    const row = sizeOf(y.shape.slice(axis));
    let offset = 0;
    for (const { shape, data } of inputs) {
      const chunk = sizeOf(shape.slice(axis));
      for (let from = 0, to = offset; from < data.length; from += chunk, to += row) {
        y.data.set(data.subarray(from, from + chunk), to);
      }
      offset += chunk;
    }
  },
  grad({ F, g, inputs, attrs }) {
    const axis = resolveAxis('concat', attrs.axis, g.shape.length);
    let at = 0;
    return inputs.map(({ shape }) => {
      const start = shape.map((_, i) => (i === axis ? at : 0));
      at += shape[axis];
      return F.slice(g, start, shape);
    });
  },
  gpu: 'concat',
  wasm: 'concat',
  samples: [
    { inputs: ['3', '4'], attrs: { axis: 0 } },
    { inputs: ['2,3', '2,1', '2,5'], attrs: { axis: 1 } },
    { inputs: ['2,3,2', '1,3,2'], attrs: { axis: -3 } },
    { inputs: ['2,0', '2,3'], attrs: { axis: 1 } },
    { inputs: Array.from({ length: 11 }, () => [2, 3]), attrs: { axis: 0 } },
    { inputs: ['3 words', '2 words'], attrs: { axis: 0 } },
  ],
};

/**
 * Along one axis, with the maximum taken off first so that no exponential overflows:
 *
 * softmax:    yᵢ = e^xᵢ / Σⱼ e^xⱼ        dL/dx = y·(g − Σ g·y)
 * logSoftmax: yᵢ = xᵢ − ln Σⱼ e^xⱼ       dL/dx = g − e^y·Σ g
 */

import type { Spec, View } from '../devices/launch.ts';
import { expectFloat } from '../expect.ts';
import type { ListedOp, Sample } from '../op.ts';
import { resolveAxis, sizeOf } from '../shape.ts';

export interface SoftmaxAttrs {
  readonly axis: number;
}

/** A tensor as rows along the axis: `outer` × `length` × `inner`. */
function rowsOf(op: string, { shape }: Spec, { axis }: SoftmaxAttrs) {
  const at = resolveAxis(op, axis, shape.length);
  return { outer: sizeOf(shape.slice(0, at)), length: shape[at], inner: sizeOf(shape.slice(at + 1)) };
}

/** Calls `row(start, maximum, Σ e^(x − maximum))` for each row. */
function forEachRow(
  op: string,
  x: View,
  attrs: SoftmaxAttrs,
  row: (start: number, maximum: number, total: number) => void,
): void {
  const { outer, length, inner } = rowsOf(op, x, attrs);
  for (let i = 0; i < outer * inner; i++) {
    const start = Math.floor(i / inner) * length * inner + (i % inner);
    const end = start + length * inner;
    let maximum = -Infinity;
    for (let at = start; at < end; at += inner) maximum = Math.max(maximum, x.data[at]);
    let total = 0;
    for (let at = start; at < end; at += inner) total += Math.exp(x.data[at] - maximum);
    row(start, maximum, total);
  }
}

const samples: Sample<SoftmaxAttrs>[] = [
  { inputs: ['3,5'], attrs: { axis: 1 } },
  { inputs: ['3,5'], attrs: { axis: 0 } },
  { inputs: ['2,67,3'], attrs: { axis: 1 } },
  { inputs: ['2,3,1,7'], attrs: { axis: -1 } },
  { inputs: ['4,1'], attrs: { axis: 1 } },
  { inputs: ['3,5 large'], attrs: { axis: 1 } },
  { inputs: ['0,3'], attrs: { axis: 1 } },
  // By several threads: four numbers at a time, and so many threads that they join twice.
  { inputs: ['5,132'], attrs: { axis: 1 } },
  { inputs: ['2,517'], attrs: { axis: 1 } },
];

export const softmax: ListedOp<SoftmaxAttrs> = {
  name: 'softmax',
  sums: true,
  infer([x], { axis }) {
    expectFloat('softmax', x);
    resolveAxis('softmax', axis, x.shape.length);
    return [{ shape: x.shape, dtype: x.dtype }];
  },
  define([x], [y], attrs) {
    const { length, inner } = rowsOf('softmax', x, attrs);
    forEachRow('softmax', x, attrs, (start, maximum, total) => {
      for (let k = 0, at = start; k < length; k++, at += inner)
        y.data[at] = Math.exp(x.data[at] - maximum) / total;
    });
  },
  grad: ({ F, g, outputs: [y], attrs: { axis } }) => [
    F.mul(y, F.sub(g, F.sum(F.mul(g, y), { axes: [axis], keepDims: true }))),
  ],
  gpu: 'softmax',
  wasm: 'softmax',
  samples,
};

export const logSoftmax: ListedOp<SoftmaxAttrs> = {
  name: 'logSoftmax',
  sums: true,
  infer([x], { axis }) {
    expectFloat('logSoftmax', x);
    resolveAxis('logSoftmax', axis, x.shape.length);
    return [{ shape: x.shape, dtype: x.dtype }];
  },
  define([x], [y], attrs) {
    const { length, inner } = rowsOf('logSoftmax', x, attrs);
    forEachRow('logSoftmax', x, attrs, (start, maximum, total) => {
      const shift = maximum + Math.log(total);
      for (let k = 0, at = start; k < length; k++, at += inner) y.data[at] = x.data[at] - shift;
    });
  },
  grad: ({ F, g, outputs: [y], attrs: { axis } }) => [
    F.sub(g, F.mul(F.exp(y), F.sum(g, { axes: [axis], keepDims: true }))),
  ],
  gpu: 'logSoftmax',
  wasm: 'logSoftmax',
  samples,
};

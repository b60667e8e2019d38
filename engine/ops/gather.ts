/**
 * gather and scatterAdd, each the transpose of the other: int32 indices of any shape, k in number, stand for an axis of
 * length n (x: [outer,n,inner], y: [outer,k,inner]).
 *
 * gather:     y[o,j,i] = x[o, place of j, i]            dL/dx = scatterAdd(g, indices)
 * scatterAdd: x[o,p,i] = Σ y[o,j,i] over the j at p     dL/dy = gather(g, indices)
 *
 * The place of an index below 0 is counted from the end. Past either end it is that end, on every device: WebNN's rule,
 * since no host knows the indices before they are there. F.gather refuses those that it is given as numbers.
 */

import { scatterAdd as scatterOnCpu } from '../devices/cpu/kernels/gather.ts';
import { aroundAxis, placeOf } from '../devices/indexSpaces.ts';
import { ShapeError } from '../errors.ts';
import { expectFloat, expectInt } from '../expect.ts';
import type { ListedOp } from '../op.ts';
import type { Shape } from '../shape.ts';
import { resolveAxis, sameShape, show, sizeOf } from '../shape.ts';

export interface GatherAttrs {
  /** Of x, whose axis the indices take the place of. */
  readonly axis: number;
}

export interface ScatterAttrs extends GatherAttrs {
  /** Of the axis that the indices name places of. */
  readonly length: number;
}

/** From nothing nothing can be taken. */
function expectPlaces(op: string, length: number, indices: Shape): void {
  if (!Number.isInteger(length) || length < 0 || (length === 0 && sizeOf(indices) > 0)) {
    throw new ShapeError(
      `${op}: indices ${show(indices)} into an axis of length ${length}; expected at least 1`,
    );
  }
}

export const gather: ListedOp<GatherAttrs, 'scatterAdd'> = {
  name: 'gather',
  infer([x, indices], attrs) {
    expectInt('gather', indices);
    const axis = resolveAxis('gather', attrs.axis, x.shape.length);
    expectPlaces('gather', x.shape[axis], indices.shape);
    return [{ shape: x.shape.toSpliced(axis, 1, ...indices.shape), dtype: x.dtype }];
  },
  define([x, indices], [y], { axis }) {
    const [outer, n, inner] = aroundAxis(x.shape, axis);
    let to = 0;
    for (let o = 0; o < outer; o++) {
      for (const index of indices.data) {
        const from = (o * n + placeOf(index, n)) * inner;
        for (let i = 0; i < inner; i++) y.data[to++] = x.data[from + i];
      }
    }
  },
  grad: ({ F, g, inputs: [x, indices], attrs: { axis } }) => {
    const at = resolveAxis('gather', axis, x.shape.length);
    return [F.scatterAdd(g, indices, x.shape[at], at), null];
  },
  gpu: 'gather',
  wasm: 'gather',
  samples: [
    { inputs: ['5', '3 below 5'], attrs: { axis: 0 } },
    { inputs: ['4,3', '2,2 below 4'], attrs: { axis: 0 } },
    { inputs: ['2,5,3', '7 below 5'], attrs: { axis: 1 } },
    { inputs: ['3,7', ' below 7'], attrs: { axis: -1 } },
    { inputs: ['2,3,2', '131 words'], attrs: { axis: -2 } },
    { inputs: ['4,2 words', '5 below 2'], attrs: { axis: 1 } },
    { inputs: ['3,2', '0 below 3'], attrs: { axis: 0 } },
  ],
};

export const scatterAdd: ListedOp<ScatterAttrs, 'gather'> = {
  name: 'scatterAdd',
  sums: true,
  infer([y, indices], attrs) {
    expectFloat('scatterAdd', y);
    expectInt('scatterAdd', indices);
    const rank = y.shape.length - indices.shape.length + 1;
    const axis = rank < 1 ? 0 : resolveAxis('scatterAdd', attrs.axis, rank);
    if (!sameShape(y.shape.slice(axis, axis + indices.shape.length), indices.shape)) {
      throw new ShapeError(
        `scatterAdd: values ${show(y.shape)} for indices ${show(indices.shape)}; expected those axes from axis ${axis} on`,
      );
    }
    expectPlaces('scatterAdd', attrs.length, indices.shape);
    return [{ shape: y.shape.toSpliced(axis, indices.shape.length, attrs.length), dtype: y.dtype }];
  },
  define([y, indices], [x], { axis }) {
    const [outer, n, inner] = aroundAxis(x.shape, axis);
    let from = 0;
    x.data.fill(0);
    for (let o = 0; o < outer; o++) {
      for (const index of indices.data) {
        const to = (o * n + placeOf(index, n)) * inner;
        for (let i = 0; i < inner; i++) x.data[to + i] += y.data[from++];
      }
    }
  },
  grad: ({ F, g, inputs: [, indices], attrs: { axis } }) => [F.gather(g, indices, axis), null],
  cpu: scatterOnCpu,
  gpu: 'scatterAdd',
  wasm: 'scatterAdd',
  samples: [
    { inputs: ['3', '3 below 5'], attrs: { axis: 0, length: 5 } },
    { inputs: ['2,2,3', '2,2 below 4'], attrs: { axis: 0, length: 4 } },
    { inputs: ['2,67,3', '67 below 5'], attrs: { axis: 1, length: 5 } },
    { inputs: ['3', ' below 7'], attrs: { axis: -1, length: 7 } },
    { inputs: ['2,131,2', '131 words'], attrs: { axis: -2, length: 3 } },
    { inputs: ['0,2', '0 below 3'], attrs: { axis: 0, length: 3 } },
    // More places than threads that put indices in order.
    { inputs: ['5', '5 below 1500'], attrs: { axis: 0, length: 1500 } },
  ],
};

/**
 * Reductions over any axes (all of them when none are named), which are dropped, or kept as 1 with keepDims.
 *
 * sum:    y = Σ x                 dL/dx = g, broadcast back
 * max:    y = max x               dL/dx = g shared equally among the places that hold the maximum
 * argmax: y = the place of the first maximum among the reduced elements, row-major, int32; no gradient
 *
 * A NaN counts as larger than every number, as in PyTorch.
 */

import * as onCpu from '../devices/cpu/kernels/reductions.ts';
import type { Spec, View } from '../devices/launch.ts';
import { ShapeError } from '../errors.ts';
import { expectFloat } from '../expect.ts';
import type { ListedOp, Sample } from '../op.ts';
import { broadcastStrides, indicesOf, offsetOf, reducedShape, resolveAxes, show, sizeOf } from '../shape.ts';
import { isLarger } from './isLarger.ts';

export interface ReduceAttrs {
  readonly axes?: readonly number[];
  readonly keepDims: boolean;
}

function axesOf(name: string, x: Spec, { axes }: ReduceAttrs): number[] {
  expectFloat(name, x);
  return resolveAxes(name, axes, x.shape.length);
}

const reduced = (x: Spec, axes: readonly number[], { keepDims }: ReduceAttrs): Spec => ({
  shape: reducedShape(x.shape, axes, keepDims),
  dtype: x.dtype,
});

/** A maximum needs at least one element; an empty sum is 0. */
function inferMaximum(name: string, x: Spec, attrs: ReduceAttrs): Spec {
  const axes = axesOf(name, x, attrs);
  if (sizeOf(x.shape) === 0 && axes.some((axis) => x.shape[axis] === 0)) {
    throw new ShapeError(
      `${name}: no elements along axes ${show(axes)} of ${show(x.shape)}; expected at least one`,
    );
  }
  return reduced(x, axes, attrs);
}

/** Strides with which the index of an element leads to the output that it belongs to. */
function outputStrides({ shape }: Spec, { axes }: ReduceAttrs): number[] {
  return broadcastStrides(reducedShape(shape, resolveAxes('reduce', axes, shape.length), true), shape);
}

/** The first maximum of each output, and its place among the reduced elements. */
function firstMaxima(x: View, attrs: ReduceAttrs, outputs: number): { values: number[]; places: number[] } {
  const to = outputStrides(x, attrs);
  const values = new Array<number>(outputs).fill(-Infinity);
  const places = new Array<number>(outputs).fill(0);
  const seen = new Array<number>(outputs).fill(0);
  let from = 0;
  for (const index of indicesOf(x.shape)) {
    const output = offsetOf(index, to);
    const value = x.data[from++];
    if (isLarger(value, values[output])) {
      values[output] = value;
      places[output] = seen[output];
    }
    seen[output]++;
  }
  return { values, places };
}

const samples: Sample<ReduceAttrs>[] = [
  { inputs: ['3,5'], attrs: { keepDims: false } },
  { inputs: ['3,5'], attrs: { axes: [0], keepDims: false } },
  { inputs: ['2,3,5,7'], attrs: { axes: [0, 2, 3], keepDims: true } },
  { inputs: ['2,131'], attrs: { axes: [-1], keepDims: false } },
  { inputs: ['4,1,3'], attrs: { axes: [1], keepDims: false } },
  // Outputs enough for a thread each.
  { inputs: ['9,2,8'], attrs: { axes: [1], keepDims: false } },
  { inputs: ['70,3'], attrs: { axes: [1], keepDims: false } },
  { inputs: ['67,4'], attrs: { axes: [-1], keepDims: true } },
  { inputs: ['5,2,14,3'], attrs: { axes: [1, 3], keepDims: false } },
  // Two axes with one between them, twice.
  { inputs: ['2,3,2,3,2'], attrs: { axes: [1, 3], keepDims: false } },
  { inputs: [''], attrs: { keepDims: false } },
  { inputs: ['0,3'], attrs: { axes: [1], keepDims: false } },
];

export const sum: ListedOp<ReduceAttrs> = {
  name: 'sum',
  sums: true,
  infer: ([x], attrs) => [reduced(x, axesOf('sum', x, attrs), attrs)],
  define([x], [y], attrs) {
    const to = outputStrides(x, attrs);
    let from = 0;
    y.data.fill(0);
    for (const index of indicesOf(x.shape)) y.data[offsetOf(index, to)] += x.data[from++];
  },
  grad({ F, g, inputs: [x], attrs }) {
    const kept = reducedShape(x.shape, resolveAxes('sum', attrs.axes, x.shape.length), true);
    return [F.broadcastTo(F.reshape(g, kept), x.shape)];
  },
  cpu: onCpu.sum,
  gpu: 'sum',
  wasm: 'sum',
  samples: [
    ...samples,
    { inputs: ['0,3'], attrs: { axes: [0], keepDims: false } },
    // Long enough to be shared among workgroups.
    { inputs: ['2,3,1030'], attrs: { axes: [0, 2], keepDims: false } },
    { inputs: ['4100'], attrs: { keepDims: false } },
  ],
};

export const max: ListedOp<ReduceAttrs> = {
  name: 'max',
  infer: ([x], attrs) => [inferMaximum('max', x, attrs)],
  define([x], [y], attrs) {
    y.data.set(firstMaxima(x, attrs, y.data.length).values);
  },
  grad({ F, g, inputs: [x], outputs: [y], attrs }) {
    const axes = resolveAxes('max', attrs.axes, x.shape.length);
    const kept = reducedShape(x.shape, axes, true);
    const holds = F.equal(x, F.reshape(y, kept));
    return [F.mul(holds, F.div(F.reshape(g, kept), F.sum(holds, { axes, keepDims: true })))];
  },
  cpu: onCpu.max,
  gpu: 'max',
  wasm: 'max',
  samples,
};

export const argmax: ListedOp<ReduceAttrs> = {
  name: 'argmax',
  infer: ([x], attrs) => [{ ...inferMaximum('argmax', x, attrs), dtype: 'int32' }],
  define([x], [y], attrs) {
    y.data.set(firstMaxima(x, attrs, y.data.length).places);
  },
  grad: { none: 'its output is an index' },
  cpu: onCpu.argmax,
  gpu: 'argmax',
  wasm: 'argmax',
  samples,
};

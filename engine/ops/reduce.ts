/**
 * Reductions over any axes (all of them when none are named), which are dropped, or kept as 1 with keepDims.
 *
 * sum:    y = Σ x                 dL/dx = g, broadcast back
 * max:    y = max x               dL/dx = g shared equally among the places that hold the maximum
 * argmax: y = the place of the first maximum among the reduced elements, row-major, int32; no gradient
 *
 * A NaN counts as larger than every number, as in PyTorch.
 */
import { forEachOutput } from '../devices/cpu/kernels/reduction.ts';
import { launchReduction } from '../devices/webgpu/kernels/reduction.ts';
import { ShapeError } from '../errors.ts';
import type { Op, Sample, Spec } from '../op.ts';
import { expectFloat } from '../op.ts';
import { reducedShape, resolveAxes, show, sizeOf } from '../shape.ts';

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

const samples: Sample<ReduceAttrs>[] = [
  { inputs: ['3,5'], attrs: { keepDims: false } },
  { inputs: ['3,5'], attrs: { axes: [0], keepDims: false } },
  { inputs: ['2,3,5,7'], attrs: { axes: [0, 2, 3], keepDims: true } },
  { inputs: ['2,131'], attrs: { axes: [-1], keepDims: false } },
  { inputs: ['4,1,3'], attrs: { axes: [1], keepDims: false } },
  { inputs: [''], attrs: { keepDims: false } },
  { inputs: ['0,3'], attrs: { axes: [1], keepDims: false } },
];

export const sum: Op<ReduceAttrs> = {
  name: 'sum',
  infer: ([x], attrs) => [reduced(x, axesOf('sum', x, attrs), attrs)],
  cpu([x], [y], attrs) {
    const { data } = x;
    forEachOutput(x, resolveAxes('sum', attrs.axes, x.shape.length), (output, base, offsets) => {
      let total = 0;
      for (let j = 0; j < offsets.length; j++) total += data[base + offsets[j]];
      y.data[output] = total;
    });
  },
  gpu: ([x], _outputs, attrs, traits) =>
    launchReduction('sum', x.shape, resolveAxes('sum', attrs.axes, x.shape.length), traits),
  grad({ F, g, inputs: [x], attrs }) {
    const kept = reducedShape(x.shape, resolveAxes('sum', attrs.axes, x.shape.length), true);
    return [F.broadcastTo(F.reshape(g, kept), x.shape)];
  },
  samples: [
    ...samples,
    { inputs: ['0,3'], attrs: { axes: [0], keepDims: false } },
    // Long enough to be shared among workgroups.
    { inputs: ['2,3,1030'], attrs: { axes: [0, 2], keepDims: false } },
    { inputs: ['4100'], attrs: { keepDims: false } },
  ],
};

export const max: Op<ReduceAttrs> = {
  name: 'max',
  infer: ([x], attrs) => [inferMaximum('max', x, attrs)],
  cpu([x], [y], attrs) {
    const { data } = x;
    forEachOutput(x, resolveAxes('max', attrs.axes, x.shape.length), (output, base, offsets) => {
      y.data[output] = data[base + offsets[firstMaximum(data, base, offsets)]];
    });
  },
  gpu: ([x], _outputs, attrs, traits) =>
    launchReduction('max', x.shape, resolveAxes('max', attrs.axes, x.shape.length), traits),
  grad({ F, g, inputs: [x], outputs: [y], attrs }) {
    const axes = resolveAxes('max', attrs.axes, x.shape.length);
    const kept = reducedShape(x.shape, axes, true);
    const holds = F.equal(x, F.reshape(y, kept));
    return [F.mul(holds, F.div(F.reshape(g, kept), F.sum(holds, { axes, keepDims: true })))];
  },
  samples,
};

export const argmax: Op<ReduceAttrs> = {
  name: 'argmax',
  infer: ([x], attrs) => [{ ...inferMaximum('argmax', x, attrs), dtype: 'int32' }],
  cpu([x], [y], attrs) {
    const { data } = x;
    forEachOutput(x, resolveAxes('argmax', attrs.axes, x.shape.length), (output, base, offsets) => {
      y.data[output] = firstMaximum(data, base, offsets);
    });
  },
  gpu: ([x], _outputs, attrs, traits) =>
    launchReduction('argmax', x.shape, resolveAxes('argmax', attrs.axes, x.shape.length), traits),
  grad: { none: 'its output is an index' },
  samples,
};

function firstMaximum(data: ArrayLike<number>, base: number, offsets: Int32Array): number {
  let place = 0;
  let best = data[base + offsets[0]];
  for (let j = 1; j < offsets.length && !Number.isNaN(best); j++) {
    const value = data[base + offsets[j]];
    if (value > best || Number.isNaN(value)) {
      best = value;
      place = j;
    }
  }
  return place;
}

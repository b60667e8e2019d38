import { resolveAxes } from '../../../shape.ts';
import { reductionOf } from '../../indexSpaces.ts';
import type { CpuKernel, View } from '../../launch.ts';

/** The offset of every point of an index space, in row-major order. */
function offsetsOf(shape: readonly number[], strides: readonly number[]): Int32Array {
  let offsets = new Int32Array(1);
  shape.forEach((length, axis) => {
    const next = new Int32Array(offsets.length * length);
    let at = 0;
    for (const offset of offsets) for (let i = 0; i < length; i++) next[at++] = offset + i * strides[axis];
    offsets = next;
  });
  return offsets;
}

/**
 * Calls `reduce(output index, base, offsets)` for each output; its inputs are x[base + offsets[j]] for all j,
 * in row-major order of the reduced axes.
 */
function forEachOutput(
  x: View,
  axes: readonly number[],
  reduce: (output: number, base: number, offsets: Int32Array) => void,
): void {
  const { kept, walked } = reductionOf(x.shape, axes);
  const bases = offsetsOf(kept.shape, kept.strides);
  const offsets = offsetsOf(walked.shape, walked.strides);
  for (let output = 0; output < bases.length; output++) reduce(output, bases[output], offsets);
}

/** Which axes are reduced; all of them when left out. */
interface Axes {
  readonly axes?: readonly number[];
}

export const sum: CpuKernel<Axes> = ([x], [y], { axes }) => {
  const { data } = x;
  forEachOutput(x, resolveAxes('sum', axes, x.shape.length), (output, base, offsets) => {
    let total = 0;
    for (let j = 0; j < offsets.length; j++) total += data[base + offsets[j]];
    y.data[output] = total;
  });
};

export const max: CpuKernel<Axes> = ([x], [y], { axes }) => {
  const { data } = x;
  forEachOutput(x, resolveAxes('max', axes, x.shape.length), (output, base, offsets) => {
    y.data[output] = data[base + offsets[firstMaximum(data, base, offsets)]];
  });
};

export const argmax: CpuKernel<Axes> = ([x], [y], { axes }) => {
  const { data } = x;
  forEachOutput(x, resolveAxes('argmax', axes, x.shape.length), (output, base, offsets) => {
    y.data[output] = firstMaximum(data, base, offsets);
  });
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

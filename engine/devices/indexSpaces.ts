/** Walks over the elements of a tensor by lengths and strides, as kernels of several devices take them. */

import type { Shape } from '../shape.ts';
import { offsetOf, sizeOf, stridesOf } from '../shape.ts';

/** A tensor read through strides: out[i₀,i₁,…] = in[offset + i₀·s₀ + i₁·s₁ + …]. */
export interface Strided {
  readonly offset: number;
  readonly strides: readonly number[];
}

/** Where a part of a tensor begins, and from one of its elements to the next: backwards where that is negative. */
export interface Stepped {
  readonly start: readonly number[];
  readonly steps: readonly number[];
}

/** The tensor of that shape with its axes in another order. */
export function permuted(shape: Shape, axes: readonly number[]): Strided {
  const strides = stridesOf(shape);
  return { offset: 0, strides: axes.map((axis) => strides[axis]) };
}

/** The tensor of that shape from an element on, in steps along each axis. */
export function sliced(shape: Shape, { start, steps }: Stepped): Strided {
  const strides = stridesOf(shape);
  return { offset: offsetOf(start, strides), strides: strides.map((stride, axis) => stride * steps[axis]) };
}

/** The elements before an axis, along it and after it: a tensor as [outer, n, inner]. */
export function aroundAxis(shape: Shape, axis: number): [outer: number, n: number, inner: number] {
  const at = axis < 0 ? axis + shape.length : axis;
  return [sizeOf(shape.slice(0, at)), shape[at], sizeOf(shape.slice(at + 1))];
}

/** The place that an index names on an axis of length n: from its end where it is below 0, and held within the axis. */
export const placeOf = (index: number, n: number): number =>
  Math.min(Math.max(index < 0 ? index + n : index, 0), n - 1);

interface IndexSpace {
  readonly shape: number[];
  readonly strides: number[];
}

/** A reduction as two index spaces over the input: the kept one names the output, the other is walked. */
export interface Reduction {
  readonly kept: IndexSpace;
  readonly walked: IndexSpace;
}

export function reductionOf(shape: Shape, axes: readonly number[]): Reduction {
  const strides = stridesOf(shape);
  const pick = (keep: boolean) => {
    const chosen = shape.map((_, axis) => axis).filter((axis) => axes.includes(axis) !== keep);
    return merged(
      chosen.map((axis) => shape[axis]),
      chosen.map((axis) => strides[axis]),
    );
  };
  return { kept: pick(true), walked: pick(false) };
}

/**
 * An index space over which tensors are walked at once: each axis as its length and the stride of each tensor, from the last
 * to the first. Those of length 1 are left out, and neighbours that are one in all tensors are one; there is one at least.
 */
export function mergedAxes(
  shape: Shape,
  strides: readonly (readonly number[])[],
): [length: number, ...strides: number[]][] {
  const axes: [number, ...number[]][] = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] === 1) continue;
    const steps = strides.map((of) => of[axis]);
    const last = axes.at(-1);
    if (last !== undefined && steps.every((step, k) => step === last[0] * last[1 + k]))
      last[0] *= shape[axis];
    else axes.push([shape[axis], ...steps]);
  }
  return axes.length === 0 ? [[1, ...strides.map(() => 1)]] : axes;
}

/** A shape as [k₀, r₀, k₁, r₁], kept and reduced in turn; null where it takes more turns. */
export function foursOf(
  shape: Shape,
  reduced: readonly number[],
): readonly [k0: number, r0: number, k1: number, r1: number] | null {
  const lengths: number[] = [];
  // From the last axis to the first, beginning with a reduced one; axes of 1 belong to any turn.
  let isReduced = true;
  let length = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] === 1) continue;
    if (reduced.includes(axis) !== isReduced) {
      lengths.unshift(length);
      length = 1;
      isReduced = !isReduced;
    }
    length *= shape[axis];
  }
  const [r1 = 1, k1 = 1, r0 = 1, k0 = 1, ...more] = [length, ...lengths].reverse();
  return more.length === 0 ? [k0, r0, k1, r1] : null;
}

/** Joins neighbouring axes that are one axis in memory, so that an index is taken apart fewer times. */
function merged(shape: readonly number[], strides: readonly number[]): IndexSpace {
  const joined: IndexSpace = { shape: [], strides: [] };
  shape.forEach((length, axis) => {
    const last = joined.shape.length - 1;
    if (last >= 0 && joined.strides[last] === length * strides[axis]) {
      joined.shape[last] *= length;
      joined.strides[last] = strides[axis];
    } else {
      joined.shape.push(length);
      joined.strides.push(strides[axis]);
    }
  });
  return joined;
}

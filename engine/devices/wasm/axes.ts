import type { Shape } from '../../shape.ts';

/** An index space over which two tensors are walked, each with strides of its own. */
export interface Walk {
  readonly shape: Shape;
  readonly a: readonly number[];
  readonly b: readonly number[];
}

/** Bytes that wasm/rows.ts keeps of a walk: an index for each of eight axes, and two offsets. */
export const ODOMETER = 64;

type Axis = readonly [length: number, a: number, b: number];

/** The axes from the last to the first, without those of length 1; neighbours that are one in both are one. */
function merged({ shape, a, b }: Walk): Axis[] {
  const axes: Axis[] = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] === 1) continue;
    const [length, strideA, strideB] = axes.at(-1) ?? [0, 0, 0];
    const continues = axes.length > 0 && a[axis] === length * strideA && b[axis] === length * strideB;
    if (continues) axes[axes.length - 1] = [length * shape[axis], strideA, strideB];
    else axes.push([shape[axis], a[axis], b[axis]]);
  }
  return axes.length === 0 ? [[1, 1, 1]] : axes;
}

/** A walk as wasm/rows.ts wants it: the row's length and strides, the number of outer axes, and those. */
export function rowsOf(walk: Walk): number[] {
  const [row, ...outer] = merged(walk);
  return [...row, outer.length, ...outer.flat()];
}

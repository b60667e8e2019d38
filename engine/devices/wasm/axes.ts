import type { Shape } from '../../shape.ts';
import { mergedAxes } from '../indexSpaces.ts';

/** An index space over which two tensors are walked, each with strides of its own. */
export interface Walk {
  readonly shape: Shape;
  readonly a: readonly number[];
  readonly b: readonly number[];
}

/** Bytes that wasm/rows.ts keeps of a walk: an index for each of eight axes, and two offsets. */
export const ODOMETER = 64;

/** A walk as wasm/rows.ts wants it: the row's length and strides, the number of outer axes, and those. */
export function rowsOf({ shape, a, b }: Walk): number[] {
  const [row, ...outer] = mergedAxes(shape, [a, b]);
  return [...row, outer.length, ...outer.flat()];
}

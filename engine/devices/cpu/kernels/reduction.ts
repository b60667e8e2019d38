import type { View } from '../../../op.ts';
import { reductionOf } from '../../indexSpaces.ts';

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
export function forEachOutput(
  x: View,
  axes: readonly number[],
  reduce: (output: number, base: number, offsets: Int32Array) => void,
): void {
  const { kept, walked } = reductionOf(x.shape, axes);
  const bases = offsetsOf(kept.shape, kept.strides);
  const offsets = offsetsOf(walked.shape, walked.strides);
  for (let output = 0; output < bases.length; output++) reduce(output, bases[output], offsets);
}

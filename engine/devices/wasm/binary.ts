import type { NoAttrs } from '../../op.ts';
import type { BinaryRow } from '../../ops/binary.ts';
import { broadcastStrides, sizeOf } from '../../shape.ts';
import { ODOMETER, rowsOf } from './axes.ts';
import type { Override } from './launch.ts';
import { cut, workOf } from './parts.ts';

/** Launches the kernel that wasm/binary.ts has for a row. */
export const binaryKernel =
  (kernel: string, { weight }: BinaryRow): Override<NoAttrs> =>
  ([a, b], [y]) => {
    const length = sizeOf(y.shape);
    const { parts, piece } = cut(length, weight);
    const walk = {
      shape: y.shape,
      a: broadcastStrides(a.shape, y.shape),
      b: broadcastStrides(b.shape, y.shape),
    };
    const params = [length, piece, ...rowsOf(walk)];
    return workOf({ kernel, parts, params, ownBytes: ODOMETER });
  };

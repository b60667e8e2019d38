import type { NoAttrs } from '../../op.ts';
import type { binary as ops } from '../../ops/binary.ts';
import { broadcastStrides, sizeOf } from '../../shape.ts';
import { ODOMETER, rowsOf } from './axes.ts';
import type { Override } from './launch.ts';
import { cut, workOf } from './parts.ts';

/** The work of an element beside a sum of two floats; kernels in wasm/binary.ts are named like the ops. */
const weights: Record<keyof typeof ops, number> = {
  add: 1,
  sub: 1,
  mul: 1,
  div: 1,
  pow: 16,
  gate: 1,
  equal: 1,
};

const overrideOf =
  (kernel: string, weight: number): Override<NoAttrs> =>
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

export const binary = Object.fromEntries(
  Object.entries(weights).map(([name, weight]) => [name, overrideOf(name, weight)]),
) as Record<keyof typeof weights, Override<NoAttrs>>;

import { broadcastStrides, sizeOf } from '../../../shape.ts';
import { ODOMETER, rowsOf } from '../axes.ts';
import type { WasmKernel } from '../launch.ts';
import { cut, workOf } from '../parts.ts';

/** The work of an element beside a sum of two floats; kernels in wasm/binary.ts are named like the ops. */
const weights: Record<string, number> = {
  add: 1,
  sub: 1,
  mul: 1,
  div: 1,
  pow: 16,
  gate: 1,
  equal: 1,
};

const kernelOf =
  (kernel: string, weight: number): WasmKernel<object> =>
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

/** By the names of the ops. */
export const binary: Readonly<Record<string, WasmKernel<object>>> = Object.fromEntries(
  Object.entries(weights).map(([name, weight]) => [name, kernelOf(name, weight)]),
);

/** The kernels that scripts/kernels.mjs makes of the rows in engine/ops/unary.ts and engine/ops/binary.ts. */

import { broadcastStrides, sizeOf } from '../../../shape.ts';
import { bitsOf } from '../../launch.ts';
import { ODOMETER, rowsOf } from '../axes.ts';
import type { WasmKernel } from '../launch.ts';
import { cut, workOf } from '../parts.ts';

/** What a row says of its kernel. */
interface Row {
  readonly weight?: number;
  readonly shortcuts?: readonly { readonly a: number; readonly kernel: string }[];
}

/** The constants of a function of one tensor. */
interface Constants {
  readonly a: number;
  readonly b: number;
}

export const unary =
  (name: string, { weight, shortcuts }: Row): WasmKernel<Constants> =>
  ([x], _outputs, { a, b }) => {
    const length = sizeOf(x.shape);
    const { parts, piece } = cut(length, weight);
    const kernel = shortcuts?.find((shortcut) => shortcut.a === a)?.kernel ?? name;
    return workOf({ kernel, parts, params: [length, piece, bitsOf(a), bitsOf(b)] });
  };

export const binary =
  (kernel: string, { weight }: Row): WasmKernel<object> =>
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

/** The kernels that scripts/kernels.mjs makes of the rows in engine/ops/unary.ts and engine/ops/binary.ts. */

import type { BinaryName, BinaryRow } from '../../../ops/binary.ts';
import { binaryRows } from '../../../ops/binary.ts';
import { ofEachRow } from '../../../ops/rows.ts';
import type { UnaryAttrs, UnaryName, UnaryRow } from '../../../ops/unary.ts';
import { unaryRows } from '../../../ops/unary.ts';
import { broadcastStrides, sizeOf } from '../../../shape.ts';
import { bitsOf } from '../../launch.ts';
import { ODOMETER, rowsOf } from '../axes.ts';
import type { WasmKernel } from '../launch.ts';
import { cut, workOf } from '../parts.ts';

const unaryKernel =
  (name: string, { weight, shortcuts }: UnaryRow): WasmKernel<UnaryAttrs> =>
  ([x], _outputs, { a, b }) => {
    const length = sizeOf(x.shape);
    const { parts, piece } = cut(length, weight);
    const kernel = shortcuts?.find((shortcut) => shortcut.a === a)?.kernel ?? name;
    return workOf({ kernel, parts, params: [length, piece, bitsOf(a), bitsOf(b)] });
  };

const binaryKernel =
  (kernel: string, { weight }: BinaryRow): WasmKernel<object> =>
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

export const unary = ofEachRow<UnaryName, UnaryRow, WasmKernel<UnaryAttrs>>(unaryRows, unaryKernel);
export const binary = ofEachRow<BinaryName, BinaryRow, WasmKernel<object>>(binaryRows, binaryKernel);

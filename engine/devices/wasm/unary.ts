import { word } from '../../op.ts';
import type { UnaryAttrs, UnaryRow } from '../../ops/unary.ts';
import { sizeOf } from '../../shape.ts';
import type { Override } from './launch.ts';
import { cut, workOf } from './parts.ts';

/** Launches the kernel that wasm/unary.ts has for a row. */
export const unaryKernel =
  (name: string, { weight, shortcuts }: UnaryRow): Override<UnaryAttrs> =>
  ([x], _outputs, { a, b }) => {
    const length = sizeOf(x.shape);
    const { parts, piece } = cut(length, weight);
    const kernel = shortcuts?.find((shortcut) => shortcut.a === a)?.kernel ?? name;
    return workOf({ kernel, parts, params: [length, piece, word(a), word(b)] });
  };

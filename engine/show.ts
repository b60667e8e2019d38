/** A tensor as text, for people: what it is, and its values as NumPy and PyTorch print them. */

import type { DType } from './dtype.ts';
import type { Shape } from './shape.ts';
import { show, sizeOf, stridesOf } from './shape.ts';

/** Of tensors with more values the first and last of each axis are shown. */
const MOST = 1000;
const WIDTH = 80;

interface Shown {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly device: { readonly kind: string };
  readonly requiresGrad: boolean;
}

/** @param values row-major, or words that stand in their place */
export function describe(tensor: Shown, values: ArrayLike<number> | string): string {
  const { shape, dtype, device, requiresGrad } = tensor;
  const head = `Tensor ${show(shape)} ${dtype} on ${device.kind}${requiresGrad ? ', requiresGrad' : ''}`;
  if (typeof values === 'string') return `${head}, ${values}`;
  const text = brackets(values, shape);
  return `${head}${text.includes('\n') ? '\n' : ' '}${text}`;
}

function brackets(values: ArrayLike<number>, shape: Shape): string {
  if (sizeOf(shape) === 0) return '[]';
  const strides = stridesOf(shape);
  const edge = shape.length > 4 ? 1 : 3;
  const isCut = sizeOf(shape) > MOST;
  /** Which elements of an axis are shown; −1 stands for those that are left out. */
  const shownOf = (length: number): number[] =>
    isCut && length > 2 * edge
      ? [...Array(edge).keys(), -1, ...Array.from({ length: edge }, (_, i) => length - edge + i)]
      : [...Array(length).keys()];
  const seen: number[] = [];
  const each = (axis: number, start: number): void => {
    if (axis === shape.length) seen.push(values[start]);
    else for (const i of shownOf(shape[axis])) if (i >= 0) each(axis + 1, start + i * strides[axis]);
  };
  each(0, 0);
  const write = writing(seen);
  const width = Math.max(...seen.map((value) => write(value).length));
  const rows = (axis: number, start: number): string => {
    if (axis === shape.length) return write(values[start]).padStart(width);
    const parts = shownOf(shape[axis]).map((i) => (i < 0 ? '…' : rows(axis + 1, start + i * strides[axis])));
    const indent = ' '.repeat(axis + 1);
    if (axis < shape.length - 1)
      return `[${parts.join(`,${'\n'.repeat(shape.length - 1 - axis)}${indent}`)}]`;
    const perLine = Math.max(1, Math.floor((WIDTH - axis) / (width + 2)));
    const lines = Array.from({ length: Math.ceil(parts.length / perLine) }, (_, i) =>
      parts.slice(i * perLine, (i + 1) * perLine).join(', '),
    );
    return `[${lines.join(`,\n${indent}`)}]`;
  };
  return rows(0, 0);
}

/**
 * How all of these numbers are written: whole ones as they are, others with four digits after the point, and with a power
 * of ten where nothing but zeros would be seen, or too many digits.
 */
function writing(numbers: readonly number[]): (value: number) => string {
  const finite = numbers.filter((value) => Number.isFinite(value) && value !== 0).map(Math.abs);
  if (finite.every(Number.isInteger)) return String;
  const most = Math.max(...finite);
  const isFar = most < 1e-3 || most >= 1e6;
  const write = (value: number) => (isFar ? value.toExponential(4) : value.toFixed(4));
  return (value) => (Number.isFinite(value) ? write(value) : String(value));
}

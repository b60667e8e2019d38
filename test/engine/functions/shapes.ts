import { at, tabulate } from '../../support/nd.ts';
import type { FunctionCase, FunctionCases } from './functionCase.ts';

/** Where a place before 0 or from n on lies within n: at the border, or as in a mirror that stands on it. */
const inside = {
  replicate: (i: number, n: number) => Math.min(Math.max(i, 0), n - 1),
  reflect: (i: number, n: number) => (i < 0 ? -i : i < n ? i : 2 * (n - 1) - i),
};

const padded = (
  how: 'replicate' | 'reflect',
  shape: readonly number[],
  low: readonly number[],
  high: readonly number[],
): FunctionCase => ({
  inputs: [shape],
  call: (F, x) => F.pad(x, low, high, how),
  define: (x) =>
    tabulate(
      shape.map((n, axis) => low[axis] + n + high[axis]),
      (...index) => at(x, ...index.map((i, axis) => inside[how](i - low[axis], shape[axis]))),
    ),
});

const tiled = (shape: readonly number[], repeats: readonly number[]): FunctionCase => ({
  inputs: [shape],
  call: (F, x) => F.tile(x, repeats),
  define: (x) =>
    tabulate(
      shape.map((n, axis) => n * repeats[axis]),
      (...index) => at(x, ...index.map((i, axis) => i % shape[axis])),
    ),
});

export const shapes: FunctionCases = {
  pad: [
    padded('replicate', [2, 3], [1, 2], [3, 0]),
    padded('reflect', [2, 3], [1, 2], [1, 2]),
    padded('reflect', [1, 2, 3, 4], [0, 0, 1, 0], [0, 0, 2, 3]),
    padded('replicate', [2, 1], [0, 0], [0, 0]),
    padded('replicate', [0, 2], [0, 1], [0, 1]),
  ],
  tile: [tiled([4], [3]), tiled([2, 3], [2, 1]), tiled([2, 1, 3], [1, 3, 2]), tiled([2, 2], [0, 1])],
};

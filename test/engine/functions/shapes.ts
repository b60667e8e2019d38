import { at, tabulate } from '../../support/nd.ts';
import type { FunctionCase, FunctionCases } from './functionCase.ts';

/** Where a place before 0 or from n on lies within n: at the border, or as in a mirror that stands on or behind it. */
const inside = {
  replicate: (i: number, n: number) => Math.min(Math.max(i, 0), n - 1),
  reflect: (i: number, n: number) => (i < 0 ? -i : i < n ? i : 2 * (n - 1) - i),
  symmetric: (i: number, n: number) => (i < 0 ? -1 - i : i < n ? i : 2 * n - 1 - i),
};

const padded = (
  how: keyof typeof inside,
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

const flipped = (shape: readonly number[], axes: readonly number[] | undefined): FunctionCase => ({
  inputs: [shape],
  call: (F, x) => F.flip(x, axes),
  define: (x) =>
    tabulate(shape, (...index) => {
      const isFlipped = (axis: number) =>
        axes === undefined || axes.some((a) => (a + shape.length) % shape.length === axis);
      return at(x, ...index.map((i, axis) => (isFlipped(axis) ? shape[axis] - 1 - i : i)));
    }),
});

export const shapes: FunctionCases = {
  flip: [
    flipped([5], undefined),
    flipped([2, 3, 4], [0, -1]),
    flipped([3, 4], []),
    flipped([0, 3], undefined),
  ],
  spread: [
    {
      inputs: ['3,2'],
      call: (F, x) => F.spread(x, [1, 3], [6, 6], [2, -3]),
      define: (x) =>
        tabulate([6, 6], (i, j) => {
          if (i % 2 === 0 || j % 3 !== 0 || j > 3) return 0;
          return at(x, (i - 1) / 2, 1 - j / 3);
        }),
    },
  ],
  // With numbers for indices: those of the host.
  gather: [
    {
      inputs: ['4,3'],
      call: (F, x) => F.gather(x, [3, 0, -1, 3, -4]),
      define: (x) => tabulate([5, 3], (k, i) => at(x, [3, 0, 3, 3, 0][k], i)),
    },
    {
      inputs: ['2,5,3'],
      call: (F, x) => F.gather(x, [1, -1], 1),
      define: (x) => tabulate([2, 2, 3], (n, k, i) => at(x, n, [1, 4][k], i)),
    },
    { inputs: ['0,3'], call: (F, x) => F.gather(x, []), define: () => ({ shape: [0, 3], data: [] }) },
  ],
  pad: [
    padded('replicate', [2, 3], [1, 2], [3, 0]),
    padded('reflect', [2, 3], [1, 2], [1, 2]),
    padded('reflect', [1, 2, 3, 4], [0, 0, 1, 0], [0, 0, 2, 3]),
    padded('symmetric', [2, 3], [2, 1], [1, 3]),
    padded('replicate', [2, 1], [0, 0], [0, 0]),
    padded('replicate', [0, 2], [0, 1], [0, 1]),
  ],
  tile: [
    tiled([4], [3]),
    tiled([2, 3], [2, 1]),
    tiled([2, 1, 3], [1, 3, 2]),
    tiled([2, 2], [0, 1]),
    tiled([2, 1, 3, 1, 2, 1], [1, 2, 2, 1, 3, 1]),
  ],
};

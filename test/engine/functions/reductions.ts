import type { Shape } from '../../../engine/shape.ts';
import { at, indices, meanOver, shaped, sumOf, sumOver, tabulate } from '../../support/nd.ts';
import type { FunctionCase, FunctionCases } from './functionCase.ts';

const mean = (shape: Shape, axes: readonly number[], left: Shape, keepDims = false): FunctionCase => ({
  inputs: [shape],
  call: (F, x) => F.mean(x, { axes, keepDims }),
  define: (x) => shaped(meanOver(x, axes), ...left),
});

const sumTo = (from: Shape, to: Shape, axes: readonly number[]): FunctionCase => ({
  inputs: [from],
  call: (F, x) => F.sumTo(x, to),
  define: (x) => shaped(sumOver(x, axes), ...to),
});

const flatten = (from: Shape, start: number, to: Shape): FunctionCase => ({
  inputs: [from],
  call: (F, x) => F.flatten(x, start),
  define: (x) => shaped(x, ...to),
});

/** What is left of each set of values along some axes. */
const folded = (
  name: 'min' | 'prod' | 'logSumExp' | 'norm',
  fold: (values: readonly number[]) => number,
  options: { readonly p?: 1 | 2 } = {},
): FunctionCase[] =>
  (
    [
      ['3,5', undefined, [0, 1], []],
      ['2,3,5', [1], [1], [2, 5]],
      ['2,3,2,2', [0, -1], [0, 3], [1, 3, 2, 1]],
      ['', undefined, [], []],
      ['0,3', [1], [1], [0]],
    ] as const
  ).map(([shape, axes, positive, left]) => ({
    inputs: [shape],
    call: (F, x) => F[name](x, { ...options, axes, keepDims: left.length === 4 }),
    define: (x) => {
      const groups = new Map<string, number[]>();
      for (const index of indices(x.shape)) {
        const key = index.filter((_, axis) => !(positive as readonly number[]).includes(axis)).join();
        groups.set(key, [...(groups.get(key) ?? []), at(x, ...index)]);
      }
      return shaped({ shape: [], data: [...groups.values()].map(fold) }, ...left);
    },
  }));

/** A factor of 0 leaves the product of the others as its slope; a product of none is 1. */
const productOfZero: FunctionCase = {
  inputs: ['5'],
  call: (F, x) => F.prod(F.concat([x, F.zeros(x.device, [1]), x])),
  define: () => ({ shape: [], data: [0] }),
};

const total = (values: readonly number[], f: (x: number) => number) =>
  values.reduce((sum, x) => sum + f(x), 0);

const filled = (call: FunctionCase['call'], value: number): FunctionCase => ({
  inputs: ['1'],
  call,
  define: () => ({ shape: [3, 5], data: new Float64Array(15).fill(value) }),
});

export const reductions: FunctionCases = {
  mean: [
    {
      inputs: ['3,5'],
      call: (F, x) => F.mean(x),
      define: (x) => shaped(meanOver(x, [0, 1])),
    },
    mean([3, 5], [0], [5]),
    mean([2, 3, 5, 3], [0, 2, 3], [1, 3, 1, 1], true),
    mean([2, 131], [1], [2]),
    mean([4, 1, 3], [1], [4, 3]),
    mean([0, 3], [1], [0]),
  ],
  sumTo: [
    sumTo([2, 3, 5], [2, 3, 5], []),
    sumTo([2, 3, 5], [3, 1], [0, 2]),
    sumTo([2, 3, 5], [], [0, 1, 2]),
    sumTo([4, 7], [4, 1], [1]),
    sumTo([0, 3], [3], [0]),
  ],
  flatten: [
    flatten([2, 3, 5], 1, [2, 15]),
    flatten([2, 3, 5], 0, [30]),
    flatten([2, 3, 5, 2], -2, [2, 3, 10]),
    flatten([3], 0, [3]),
    flatten([0, 3, 5], 1, [0, 15]),
  ],
  min: folded('min', (values) => Math.min(...values)),
  prod: [
    ...folded('prod', (values) => values.reduce((a, b) => a * b)),
    productOfZero,
    {
      inputs: ['2,0'],
      call: (F, x) => F.prod(x, { axes: [1] }),
      define: () => ({ shape: [2], data: [1, 1] }),
    },
  ],
  logSumExp: [
    ...folded('logSumExp', (values) => Math.log(total(values, Math.exp))),
    {
      inputs: ['2,3 large'],
      call: (F, x) => F.logSumExp(x, { axes: [1] }),
      define: (x) => tabulate([2], (i) => 1e4 + Math.log(sumOf(3, (k) => Math.exp(at(x, i, k) - 1e4)))),
    },
  ],
  norm: [
    ...folded('norm', (values) => total(values, Math.abs), { p: 1 }),
    ...folded('norm', (values) => Math.sqrt(total(values, (x) => x * x))),
  ],
  full: [filled((F, x) => F.full(x.device, [3, 5], -1.5), -1.5)],
  zeros: [filled((F, x) => F.zeros(x.device, [3, 5]), 0)],
  ones: [filled((F, x) => F.ones(x.device, [3, 5]), 1)],
};

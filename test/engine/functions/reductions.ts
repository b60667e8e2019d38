import type { Shape } from '../../../engine/shape.ts';
import { meanOver, shaped, sumOver } from '../../support/nd.ts';
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

const filled = (name: 'zeros' | 'ones', value: number): FunctionCase => ({
  inputs: ['1'],
  call: (F, { device }) => F[name](device, [3, 5]),
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
  zeros: [filled('zeros', 0)],
  ones: [filled('ones', 1)],
};

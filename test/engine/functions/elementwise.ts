import type { Tensor } from '../../../engine/tensor.ts';
import type { Values } from '../../support/naive.ts';
import { at, each, tabulate } from '../../support/nd.ts';
import type { FunctionCase, FunctionCases, Functions } from './functionCase.ts';

type Binary =
  | ('add' | 'sub' | 'mul' | 'div' | 'pow' | 'maximum' | 'minimum' | 'gate')
  | ('equal' | 'notEqual' | 'less' | 'lessEqual' | 'greater' | 'greaterEqual');

/** With a number in the place of the second tensor, and of the first. */
const withNumber = (
  name: Binary,
  f: (a: number, b: number) => number,
  right = [2.5, -3],
  left = right,
): FunctionCase[] => [
  ...right.map((b) => ({
    inputs: ['3,5 positive'],
    call: (F: Functions, a: Tensor) => F[name](a, b),
    define: (a: Values) => each(a, (value) => f(value, b)),
  })),
  ...left.map((a) => ({
    inputs: ['3,5 positive'],
    call: (F: Functions, b: Tensor) => F[name](a, b),
    define: (b: Values) => each(b, (value) => f(a, value)),
  })),
];

/** Of one tensor: with numbers beyond all kinks too. */
const ofOne = (name: 'selu' | 'hardSigmoid' | 'hardSwish', f: (x: number) => number): FunctionCase[] => [
  { inputs: ['3,5'], call: (F, x) => F[name](x), define: (x) => each(x, f) },
  {
    inputs: ['2,1,7'],
    call: (F, x) => F[name](F.mul(x, 4)),
    define: (x) => each(x, (value) => f(4 * value)),
  },
];

const compared = (
  name: 'notEqual' | 'greater' | 'greaterEqual',
  holds: (a: number, b: number) => boolean,
): FunctionCase[] => [
  {
    inputs: ['3,5', '3,5'],
    call: (F, a, b) => F[name](a, b),
    define: (a, b) => tabulate(a.shape, (...i) => (holds(at(a, ...i), at(b, ...i)) ? 1 : 0)),
  },
  { inputs: ['4,3'], call: (F, a) => F[name](a, a), define: (a) => each(a, (x) => (holds(x, x) ? 1 : 0)) },
];

const slope = (x: number, w: number): number => (x > 0 ? x : w * x);
const hardSigmoid = (x: number): number => Math.min(Math.max(x / 6 + 0.5, 0), 1);

export const elementwise: FunctionCases = {
  add: withNumber('add', (a, b) => a + b),
  sub: withNumber('sub', (a, b) => a - b),
  mul: withNumber('mul', (a, b) => a * b),
  div: withNumber('div', (a, b) => a / b),
  pow: withNumber('pow', (a, b) => a ** b, [2.5, -3], [2.5, 0.4]),
  maximum: withNumber('maximum', Math.max, [0, 1.01]),
  minimum: withNumber('minimum', Math.min, [5, 1.01]),
  gate: withNumber('gate', (a, b) => (b > 0 ? a : 0)),
  equal: withNumber('equal', (a, b) => (a === b ? 1 : 0), [0]),
  less: withNumber('less', (a, b) => (a < b ? 1 : 0), [1.01]),
  lessEqual: withNumber('lessEqual', (a, b) => (a <= b ? 1 : 0), [1.01]),
  selu: ofOne('selu', (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * (Math.exp(x) - 1))),
  hardSigmoid: ofOne('hardSigmoid', hardSigmoid),
  hardSwish: ofOne('hardSwish', (x) => x * hardSigmoid(x)),
  notEqual: [
    ...compared('notEqual', (a, b) => a !== b),
    ...withNumber('notEqual', (a, b) => (a !== b ? 1 : 0), [0]),
  ],
  greater: [
    ...compared('greater', (a, b) => a > b),
    ...withNumber('greater', (a, b) => (a > b ? 1 : 0), [1.01]),
  ],
  greaterEqual: [
    ...compared('greaterEqual', (a, b) => a >= b),
    ...withNumber('greaterEqual', (a, b) => (a >= b ? 1 : 0), [1.01]),
  ],
  where: [
    {
      inputs: ['3,5', '3,5', '3,5'],
      call: (F, c, a, b) => F.where(c, a, b),
      define: (c, a, b) => tabulate(c.shape, (...i) => at(at(c, ...i) > 0 ? a : b, ...i)),
    },
    {
      inputs: ['3,5', '3,5'],
      call: (F, c, a) => F.where(c, a, -2),
      define: (c, a) => tabulate(c.shape, (...i) => (at(c, ...i) > 0 ? at(a, ...i) : -2)),
    },
    {
      inputs: ['3,5', '5'],
      call: (F, c, b) => F.mul(c, F.where(c, 3, b)),
      define: (c, b) => tabulate([3, 5], (i, j) => at(c, i, j) * (at(c, i, j) > 0 ? 3 : at(b, j))),
    },
    {
      inputs: ['3,5'],
      call: (F, c) => F.mul(F.where(c, 3, -2), c),
      define: (c) => each(c, (x) => (x > 0 ? 3 * x : -2 * x)),
    },
    {
      inputs: ['3,5'],
      call: (F, a) => F.where(1, a, 0),
      define: (a) => a,
    },
    // NaN is not above 0, and what is not chosen does not show.
    {
      inputs: ['4,1', '3'],
      call: (F, c, a) => F.where(F.log(c), F.log(c), a),
      define: (c, a) => tabulate([4, 3], (i, j) => (at(c, i, 0) > 1 ? Math.log(at(c, i, 0)) : at(a, j))),
    },
  ],
  prelu: [
    {
      inputs: ['2,3,2,2', '3'],
      call: (F, x, w) => F.prelu(x, w),
      define: (x, w) => tabulate(x.shape, (n, c, h, v) => slope(at(x, n, c, h, v), at(w, c))),
    },
    {
      inputs: ['7', '1'],
      call: (F, x, w) => F.prelu(x, w),
      define: (x, w) => tabulate(x.shape, (i) => slope(at(x, i), at(w, 0))),
    },
    { inputs: ['2,3'], call: (F, x) => F.prelu(x, 0.3), define: (x) => each(x, (v) => slope(v, 0.3)) },
    {
      inputs: ['2,3', ''],
      call: (F, x, w) => F.prelu(x, w),
      define: (x, w) => tabulate(x.shape, (n, c) => slope(at(x, n, c), w.data[0])),
    },
  ],
};

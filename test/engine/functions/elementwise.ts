import { at, each, tabulate } from '../../support/nd.ts';
import type { FunctionCase, FunctionCases } from './functionCase.ts';

/** With a number in the place of the second tensor. */
const withNumber = (
  name: 'add' | 'sub' | 'mul' | 'div' | 'pow',
  f: (a: number, b: number) => number,
): FunctionCase[] =>
  [2.5, -3].map((b) => ({
    inputs: ['3,5 positive'],
    call: (F, a) => F[name](a, b),
    define: (a) => each(a, (value) => f(value, b)),
  }));

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
  pow: withNumber('pow', (a, b) => a ** b),
  selu: ofOne('selu', (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * (Math.exp(x) - 1))),
  hardSigmoid: ofOne('hardSigmoid', hardSigmoid),
  hardSwish: ofOne('hardSwish', (x) => x * hardSigmoid(x)),
  notEqual: compared('notEqual', (a, b) => a !== b),
  greater: compared('greater', (a, b) => a > b),
  greaterEqual: compared('greaterEqual', (a, b) => a >= b),
  where: [
    {
      inputs: ['3,5', '3,5', '3,5'],
      call: (F, c, a, b) => F.where(c, a, b),
      define: (c, a, b) => tabulate(c.shape, (...i) => at(at(c, ...i) > 0 ? a : b, ...i)),
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
    {
      inputs: ['2,3', ''],
      call: (F, x, w) => F.prelu(x, w),
      define: (x, w) => tabulate(x.shape, (n, c) => slope(at(x, n, c), w.data[0])),
    },
  ],
};

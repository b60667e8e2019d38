import { each } from '../../support/nd.ts';
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

export const elementwise: FunctionCases = {
  add: withNumber('add', (a, b) => a + b),
  sub: withNumber('sub', (a, b) => a - b),
  mul: withNumber('mul', (a, b) => a * b),
  div: withNumber('div', (a, b) => a / b),
  pow: withNumber('pow', (a, b) => a ** b),
};

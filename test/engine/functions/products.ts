import type { Values } from '../../support/naive.ts';
import { at, each, shaped, sumOf, tabulate } from '../../support/nd.ts';
import type { FunctionCases } from './functionCase.ts';

/** Σₖ a[i,k]·b[k,j] */
const product = (a: Values, b: Values): Values =>
  tabulate([a.shape[0], b.shape[1]], (i, j) => sumOf(a.shape[1], (k) => at(a, i, k) * at(b, k, j)));

const transposed = (a: Values): Values => tabulate([a.shape[1], a.shape[0]], (i, j) => at(a, j, i));

/** Σᵢ x[n,i]·w[o,i] + bias[o] */
const affineMap = (x: Values, w: Values, bias?: Values): Values =>
  tabulate([x.shape[0], w.shape[0]], (n, o) => {
    const start = bias === undefined ? 0 : at(bias, o);
    return start + sumOf(x.shape[1], (i) => at(x, n, i) * at(w, o, i));
  });

const relu = (x: Values): Values => each(x, (value) => Math.max(value, 0));

export const products: FunctionCases = {
  // A vector is a row on the left and a column on the right.
  matmul: [
    {
      inputs: ['5', '5,3'],
      call: (F, a, b) => F.matmul(a, b),
      define: (a, b) => shaped(product(shaped(a, 1, 5), b), 3),
    },
    {
      inputs: ['3,5', '5'],
      call: (F, a, b) => F.matmul(a, b),
      define: (a, b) => shaped(product(a, shaped(b, 5, 1)), 3),
    },
    {
      inputs: ['7', '7'],
      call: (F, a, b) => F.matmul(a, b),
      define: (a, b) => shaped(product(shaped(a, 1, 7), shaped(b, 7, 1))),
    },
    {
      inputs: ['0,5', '5'],
      call: (F, a, b) => F.matmul(a, b),
      define: () => ({ shape: [0], data: [] }),
    },
  ],
  gemm: [
    {
      inputs: ['3,5', '5,7', '7'],
      call: (F, a, b, c) => F.gemm(a, b, c, { alpha: 0.5, beta: -2 }),
      define: (a, b, c) => {
        const y = product(a, b);
        return tabulate([3, 7], (i, j) => 0.5 * at(y, i, j) - 2 * at(c, j));
      },
    },
    {
      inputs: ['5,3', '7,5', '3,7'],
      call: (F, a, b, c) => F.gemm(a, b, c, { transposeA: true, transposeB: true }),
      define: (a, b, c) => {
        const y = product(transposed(a), transposed(b));
        return tabulate([3, 7], (i, j) => at(y, i, j) + at(c, i, j));
      },
    },
    {
      inputs: ['3,5', '5,7'],
      call: (F, a, b) => F.gemm(a, b, null, { alpha: 3 }),
      define: (a, b) => each(product(a, b), (y) => 3 * y),
    },
  ],
  linear: [
    { inputs: ['3,5', '4,5'], call: (F, x, w) => F.linear(x, w), define: (x, w) => affineMap(x, w) },
    {
      inputs: ['3,5', '4,5'],
      call: (F, x, w) => F.linear(x, w, null, { relu: true }),
      define: (x, w) => relu(affineMap(x, w)),
    },
    {
      inputs: ['5', '4,5', '4'],
      call: (F, x, w, bias) => F.linear(x, w, bias),
      define: (x, w, bias) => shaped(affineMap(shaped(x, 1, 5), w, bias), 4),
    },
    {
      inputs: ['2,3,5', '4,5', '4'],
      call: (F, x, w, bias) => F.linear(x, w, bias, { relu: true }),
      define: (x, w, bias) => shaped(relu(affineMap(shaped(x, 6, 5), w, bias)), 2, 3, 4),
    },
  ],
};

/** Matrix products. */

import { named } from '../errors.ts';
import { expectTensors } from '../expect.ts';
import { apply } from '../graph.ts';
import * as ops from '../ops/pages.ts';
import type { MatmulAttrs } from '../ops/products.ts';
import type { Known } from '../options.ts';
import { checkOptions } from '../options.ts';
import type { Tensor } from '../tensor.ts';
import { add, relu as max0, mul } from './elementwise.ts';
import { reshape } from './shapes.ts';

const transposes: Known<MatmulAttrs> = { transposeA: true, transposeB: true };

/**
 * Matrix product of the last two axes, broadcast over those before; either side may be read transposed. A vector
 * is a row on the left and a column on the right, and that axis is dropped again, as in NumPy.
 */
export function matmul(a: Tensor, b: Tensor, options: Partial<MatmulAttrs> = {}): Tensor {
  expectTensors('matmul', { a, b });
  checkOptions('matmul', options, transposes);
  const { transposeA = false, transposeB = false } = options;
  const left = a.shape.length === 1 ? reshape(a, [1, a.shape[0]]) : a;
  const right = b.shape.length === 1 ? reshape(b, [b.shape[0], 1]) : b;
  const product = apply(ops.matmul, [left, right], { transposeA, transposeB })[0];
  if (left === a && right === b) return product;
  const batch = product.shape.slice(0, -2);
  const [rows, columns] = product.shape.slice(-2);
  return reshape(product, [...batch, ...(left === a ? [rows] : []), ...(right === b ? [columns] : [])]);
}

export interface GemmOptions extends Partial<MatmulAttrs> {
  readonly alpha?: number;
  readonly beta?: number;
}

const gemmOptions: Known<GemmOptions> = { alpha: true, beta: true, ...transposes };

/** alpha·A·B + beta·C, with C broadcast; the general matrix product of BLAS. */
export const gemm = named(
  'gemm',
  (a: Tensor, b: Tensor, c: Tensor | null = null, options: GemmOptions = {}): Tensor => {
    expectTensors('gemm', { a, b }, { c });
    checkOptions('gemm', options, gemmOptions);
    const { alpha = 1, beta = 1, transposeA = false, transposeB = false } = options;
    const product = mul(matmul(a, b, { transposeA, transposeB }), alpha);
    return c === null ? product : add(product, mul(c, beta));
  },
);

interface LinearOptions {
  readonly relu?: boolean;
}

const linearOptions: Known<LinearOptions> = { relu: true };

/** x·Wᵀ + bias for x [N,in] or [in], W [out,in], bias [out]; with `relu` the larger of that and 0. */
export const linear = named(
  'linear',
  (x: Tensor, weight: Tensor, bias: Tensor | null = null, options: LinearOptions = {}): Tensor => {
    expectTensors('linear', { x, weight }, { bias });
    checkOptions('linear', options, linearOptions);
    const { relu = false } = options;
    if (bias !== null && x.shape.length === 2) return apply(ops.linear, [x, weight, bias], { relu })[0];
    const product = matmul(x, weight, { transposeB: true });
    const y = bias === null ? product : add(product, bias);
    return relu ? max0(y) : y;
  },
);

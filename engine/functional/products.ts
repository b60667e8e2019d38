/** Matrix products. */

import { named } from '../errors.ts';
import { apply } from '../graph.ts';
import * as ops from '../ops/pages.ts';
import type { MatmulAttrs } from '../ops/products.ts';
import type { Tensor } from '../tensor.ts';
import { add, relu as max0, mul } from './elementwise.ts';
import { reshape } from './shapes.ts';

/**
 * Matrix product of the last two axes, broadcast over those before; either side may be read transposed. A vector
 * is a row on the left and a column on the right, and that axis is dropped again, as in NumPy.
 */
export function matmul(a: Tensor, b: Tensor, options: Partial<MatmulAttrs> = {}): Tensor {
  const left = a.shape.length === 1 ? reshape(a, [1, a.shape[0]]) : a;
  const right = b.shape.length === 1 ? reshape(b, [b.shape[0], 1]) : b;
  const product = apply(ops.matmul, [left, right], { transposeA: false, transposeB: false, ...options })[0];
  if (left === a && right === b) return product;
  const batch = product.shape.slice(0, -2);
  const [rows, columns] = product.shape.slice(-2);
  return reshape(product, [...batch, ...(left === a ? [rows] : []), ...(right === b ? [columns] : [])]);
}

export interface GemmOptions extends Partial<MatmulAttrs> {
  readonly alpha?: number;
  readonly beta?: number;
}

/** alpha·A·B + beta·C, with C broadcast; the general matrix product of BLAS. */
export const gemm = named(
  'gemm',
  (a: Tensor, b: Tensor, c: Tensor | null = null, options: GemmOptions = {}): Tensor => {
    const { alpha = 1, beta = 1, transposeA = false, transposeB = false } = options;
    const product = mul(matmul(a, b, { transposeA, transposeB }), alpha);
    return c === null ? product : add(product, mul(c, beta));
  },
);

interface LinearOptions {
  readonly relu?: boolean;
}

/** x·Wᵀ + bias for x [N,in] or [in], W [out,in], bias [out]; with `relu` the larger of that and 0. */
export const linear = named(
  'linear',
  (x: Tensor, weight: Tensor, bias: Tensor | null = null, { relu = false }: LinearOptions = {}): Tensor => {
    if (bias !== null && x.shape.length === 2) return apply(ops.linear, [x, weight, bias], { relu })[0];
    const product = matmul(x, weight, { transposeB: true });
    const y = bias === null ? product : add(product, bias);
    return relu ? max0(y) : y;
  },
);

/** Matrix products. */

import { named } from '../errors.ts';
import { expectTensors } from '../expect.ts';
import { apply } from '../graph.ts';
import * as ops from '../ops/pages.ts';
import type { Known } from '../options.ts';
import { checkOptions } from '../options.ts';
import type { Tensor } from '../tensor.ts';
import { relu as max0 } from './activations.ts';
import { add, mul } from './elementwise.ts';
import { reshape } from './shapes.ts';

/** Which sides are read transposed. */
export interface MatmulOptions {
  /** Whether the last two axes of the left side are swapped; false when left out. */
  readonly transposeA?: boolean;
  /** Whether those of the right side are; false when left out. */
  readonly transposeB?: boolean;
}

const transposes: Known<MatmulOptions> = { transposeA: true, transposeB: true };

/**
 * The matrix product of the last two axes, broadcast over those before: y = a·b. A vector is a row on the left
 * and a column on the right, and that axis is dropped again, as in NumPy.
 *
 * @param a […,m,k], with `transposeA` […,k,m], or [k]
 * @param b […,k,n], with `transposeB` […,n,k], or [k]
 * @returns […,m,n]
 * @throws ShapeError for inner axes of different lengths, and axes before them that do not broadcast
 * @category Products
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const a = Tensor.from([[1, 2], [3, 4]]);
 * console.log(await F.matmul(a, Tensor.from([[1, 0], [0, 10]])).toArray());
 * // [ [ 1, 20 ], [ 3, 40 ] ]
 * console.log(await F.matmul(a, Tensor.from([1, 1])).toArray());
 * // [ 3, 7 ]
 */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
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

/** The factors of the two terms, and which sides are read transposed. */
export interface GemmOptions extends MatmulOptions {
  /** The factor on A·B; 1 when left out. */
  readonly alpha?: number;
  /** The factor on C; 1 when left out. */
  readonly beta?: number;
}

const gemmOptions: Known<GemmOptions> = { alpha: true, beta: true, ...transposes };

/**
 * alpha·A·B + beta·C, the general matrix product of BLAS.
 *
 * @param a [m,k], with `transposeA` [k,m]
 * @param b [k,n], with `transposeB` [n,k]
 * @param c what broadcasts with [m,n], or null for none
 * @returns [m,n]
 * @throws ShapeError for shapes that do not fit
 * @function
 * @category Products
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const y = F.gemm(Tensor.from([[1, 2]]), Tensor.from([[3], [4]]), Tensor.from([1]), { alpha: 10 });
 * console.log(await y.toArray());
 * // [ [ 111 ] ]
 */
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

/** What follows the product. */
export interface LinearOptions {
  /** Whether the larger of that and 0 is taken, in the same launch; false when left out. */
  readonly relu?: boolean;
}

const linearOptions: Known<LinearOptions> = { relu: true };

/**
 * x·Wᵀ + bias.
 *
 * @param x [N,in] or [in]
 * @param weight [out,in]
 * @param bias [out], or null for none
 * @returns [N,out] or [out]
 * @throws ShapeError for shapes that do not fit
 * @function
 * @category Products
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const weight = Tensor.from([[1, 1], [1, -1], [0, 2]]);
 * console.log(await F.linear(Tensor.from([[3, 4]]), weight, Tensor.from([0, 0, 5])).toArray());
 * // [ [ 7, -1, 13 ] ]
 */
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

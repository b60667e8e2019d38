/** Matrix products as contractions. */

import { productOf } from '../../../ops/products.ts';
import { sizeOf } from '../../../shape.ts';
import type { GpuKernel } from '../../launch.ts';
import { contract, pieceOf } from './contraction.ts';

export interface Transposed {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

export const matmul: GpuKernel<Transposed> = ([a, b], [y], attrs, traits) => {
  const { m, n, k, batch, aBatch, bBatch, aStrides, bStrides } = productOf(a, b, attrs);
  // The sum is cut into equal pieces, where there are such, for tilings that share it among workgroups.
  const piece = pieceOf(k);
  return contract(
    {
      rows: m,
      columns: n,
      sum: [k / piece, 1, piece],
      columnAxes: [1, n],
      batch: { shape: batch, a: aBatch, b: bBatch },
      a: { row: aStrides[0], sum: [piece * aStrides[1], 0, aStrides[1]] },
      b: { columns: [0, 0, bStrides[1]], sum: [piece * bStrides[0], 0, bStrides[0]] },
      y: { row: n, columns: [0, 0, 1], batch: m * n },
    },
    { a: 0, b: 1, y: 2, scratch: 3 },
    sizeOf(y.shape),
    traits,
  );
};

export const linear: GpuKernel<{ readonly relu: boolean }> = ([x, w], [y], { relu }, traits) => {
  const [n, k] = x.shape;
  const out = w.shape[0];
  const piece = pieceOf(k);
  // Rows are what a bias belongs to, so here those of W.
  return contract(
    {
      rows: out,
      columns: n,
      sum: [k / piece, 1, piece],
      columnAxes: [1, n],
      a: { row: k, sum: [piece, 0, 1] },
      b: { columns: [0, 0, k], sum: [piece, 0, 1] },
      y: { row: 1, columns: [0, 0, out], batch: 0 },
      end: { bias: true, relu },
    },
    { a: 1, b: 0, bias: 2, y: 3, scratch: 4 },
    sizeOf(y.shape),
    traits,
  );
};

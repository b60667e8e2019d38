import type { Spec } from '../devices/launch.ts';
import { broadcastShapes, broadcastStrides } from '../shape.ts';

export interface MatmulAttrs {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** The sizes of a product and where each element lies. */
export function productOf(a: Spec, b: Spec, { transposeA, transposeB }: MatmulAttrs) {
  const [aRows, aColumns] = a.shape.slice(-2);
  const [bRows, bColumns] = b.shape.slice(-2);
  const [m, k] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const [bk, n] = transposeB ? [bColumns, bRows] : [bRows, bColumns];
  const batch = broadcastShapes('matmul', a.shape.slice(0, -2), b.shape.slice(0, -2));
  const aBatch = broadcastStrides(a.shape.slice(0, -2), batch).map((stride) => stride * m * k);
  const bBatch = broadcastStrides(b.shape.slice(0, -2), batch).map((stride) => stride * bk * n);
  // Strides of (row, k) in A and of (k, column) in B.
  const aStrides = transposeA ? [1, m] : [k, 1];
  const bStrides = transposeB ? [1, k] : [n, 1];
  return { m, n, k, bk, batch, aBatch, bBatch, aStrides, bStrides };
}

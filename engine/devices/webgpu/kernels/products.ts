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
  // Of a product with few columns yᵀ = bᵀ·aᵀ is made on a GPU: its tiles of few rows fit, and a is read in fours (`rightInFours`).
  const turned = n <= 16 && m > 16 && !traits.isSoftware;
  const left = { lines: m, by: aStrides, batch: aBatch };
  const right = { lines: n, by: [bStrides[1], bStrides[0]], batch: bBatch };
  const [rows, columns] = turned ? [right, left] : [left, right];
  const alongSum = (by: number): [number, number, number] => [piece * by, 0, by];
  return contract(
    {
      rows: rows.lines,
      columns: columns.lines,
      sum: [k / piece, 1, piece],
      columnAxes: [1, columns.lines],
      batch: { shape: batch, a: rows.batch, b: columns.batch },
      a: { row: rows.by[0], sum: alongSum(rows.by[1]) },
      b: { columns: [0, 0, columns.by[0]], sum: alongSum(columns.by[1]) },
      y: { row: turned ? 1 : n, columns: [0, 0, turned ? n : 1], batch: m * n },
    },
    { a: Number(turned), b: 1 - Number(turned), y: 2, scratch: 3 },
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

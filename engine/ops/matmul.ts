/**
 * matmul: Y = A·B for the last two axes, broadcast over the axes before them; either factor may be read
 * transposed.  y[…,m,n] = Σₖ a[…,m,k]·b[…,k,n]
 *
 * dL/dA = G·Bᵀ and dL/dB = Aᵀ·G (transposed again where the factor was), summed over broadcast axes.
 */

import { multiply, pack, ramp } from '../devices/cpu/kernels/gemm.ts';
import { contract, pieceOf } from '../devices/webgpu/kernels/contraction.ts';
import { ShapeError } from '../errors.ts';
import type { Op, Spec } from '../op.ts';
import { expectFloat } from '../op.ts';
import { broadcastShapes, broadcastStrides, show, sizeOf } from '../shape.ts';

export interface MatmulAttrs {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** The sizes of a product and where each element lies. */
export function planOf(a: Spec, b: Spec, { transposeA, transposeB }: MatmulAttrs) {
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

const AB: MatmulAttrs = { transposeA: false, transposeB: false };
const AtB: MatmulAttrs = { transposeA: true, transposeB: false };
const ABt: MatmulAttrs = { transposeA: false, transposeB: true };
const AtBt: MatmulAttrs = { transposeA: true, transposeB: true };

export const matmul: Op<MatmulAttrs> = {
  name: 'matmul',
  infer([a, b], attrs) {
    expectFloat('matmul', a, b);
    const given = `${show(a.shape)}${attrs.transposeA ? 'ᵀ' : ''} · ${show(b.shape)}${attrs.transposeB ? 'ᵀ' : ''}`;
    if (a.shape.length < 2 || b.shape.length < 2) {
      throw new ShapeError(`matmul: ${given}; expected matrices, of rank 2 or more`);
    }
    const { m, n, k, bk, batch } = planOf(a, b, attrs);
    if (k !== bk) throw new ShapeError(`matmul: ${given}; expected ${k} rows on the right, got ${bk}`);
    return [{ shape: [...batch, m, n], dtype: a.dtype }];
  },
  cpu([a, b], [y], attrs) {
    const { m, n, k, batch, aBatch, bBatch, aStrides, bStrides } = planOf(a, b, attrs);
    const left = { data: a.data, rows: ramp(m, aStrides[0]), steps: ramp(k, aStrides[1]) };
    const right = { data: b.data, rows: ramp(n, bStrides[1]), steps: ramp(k, bStrides[0]) };
    y.data.fill(0);
    for (let i = 0; i < sizeOf(batch); i++) {
      let rest = i;
      let aAt = 0;
      let bAt = 0;
      for (let axis = batch.length - 1; axis >= 0; axis--) {
        aAt += (rest % batch[axis]) * aBatch[axis];
        bAt += (rest % batch[axis]) * bBatch[axis];
        rest = Math.floor(rest / batch[axis]);
      }
      multiply(pack('left', left, aAt), pack('right', right, bAt), y.data, i * m * n, n);
    }
  },
  gpu([a, b], [y], attrs, traits) {
    const { m, n, k, batch, aBatch, bBatch, aStrides, bStrides } = planOf(a, b, attrs);
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
  },
  grad({ F, g, inputs: [a, b], attrs: { transposeA, transposeB }, needs }) {
    const toA = () =>
      transposeA
        ? F.matmul(b, g, { transposeA: transposeB, transposeB: true })
        : F.matmul(g, b, { transposeA: false, transposeB: !transposeB });
    const toB = () =>
      transposeB
        ? F.matmul(g, a, { transposeA: true, transposeB: transposeA })
        : F.matmul(a, g, { transposeA: !transposeA, transposeB: false });
    return [needs[0] ? F.sumTo(toA(), a.shape) : null, needs[1] ? F.sumTo(toB(), b.shape) : null];
  },
  samples: [
    { inputs: ['3,5', '5,4'], attrs: AB },
    { inputs: ['5,3', '5,4'], attrs: AtB },
    { inputs: ['3,5', '4,5'], attrs: ABt },
    { inputs: ['5,3', '4,5'], attrs: AtBt },
    { inputs: ['17,33', '33,19'], attrs: AB },
    { inputs: ['2,3,1,4', '3,4,5'], attrs: AB },
    { inputs: ['2,1,4,3', '3,5,4'], attrs: AtBt },
    { inputs: ['1,1', '1,1'], attrs: AB },
    { inputs: ['2,0', '0,3'], attrs: AB },
    { inputs: ['0,2', '2,3'], attrs: AB },
  ],
};

/**
 * matmul: Y = A·B for the last two axes, broadcast over the axes before them; either factor may be read transposed.
 *
 * y[…,m,n] = Σₖ a[…,m,k]·b[…,k,n]
 *
 * dL/dA = G·Bᵀ and dL/dB = Aᵀ·G (transposed again where the factor was), summed over broadcast axes.
 */

import { matmul as cpu } from '../devices/cpu/kernels/products.ts';
import { ShapeError } from '../errors.ts';
import { expectFloat } from '../expect.ts';
import type { ListedOp } from '../op.ts';
import { indicesOf, offsetOf, show } from '../shape.ts';
import type { MatmulAttrs } from './products.ts';
import { productOf } from './products.ts';

const AB: MatmulAttrs = { transposeA: false, transposeB: false };
const AtB: MatmulAttrs = { transposeA: true, transposeB: false };
const ABt: MatmulAttrs = { transposeA: false, transposeB: true };
const AtBt: MatmulAttrs = { transposeA: true, transposeB: true };

export const matmul: ListedOp<MatmulAttrs> = {
  name: 'matmul',
  sums: true,
  infer([a, b], attrs) {
    expectFloat('matmul', a, b);
    const given = `${show(a.shape)}${attrs.transposeA ? 'ᵀ' : ''} · ${show(b.shape)}${attrs.transposeB ? 'ᵀ' : ''}`;
    if (a.shape.length < 2 || b.shape.length < 2) {
      throw new ShapeError(`matmul: ${given}; expected matrices, of rank 2 or more`);
    }
    const { m, n, k, bk, batch } = productOf(a, b, attrs);
    if (k !== bk) throw new ShapeError(`matmul: ${given}; expected ${k} rows on the right, got ${bk}`);
    return [{ shape: [...batch, m, n], dtype: a.dtype }];
  },
  define([a, b], [y], attrs) {
    const { m, n, k, batch, aBatch, bBatch, aStrides, bStrides } = productOf(a, b, attrs);
    let to = 0;
    for (const index of indicesOf(batch)) {
      const [aAt, bAt] = [offsetOf(index, aBatch), offsetOf(index, bBatch)];
      for (let row = 0; row < m; row++) {
        for (let column = 0; column < n; column++) {
          let sum = 0;
          for (let i = 0; i < k; i++) {
            const left = a.data[aAt + row * aStrides[0] + i * aStrides[1]];
            const right = b.data[bAt + i * bStrides[0] + column * bStrides[1]];
            sum += left * right;
          }
          y.data[to++] = sum;
        }
      }
    }
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
  cpu,
  gpu: 'matmul',
  wasm: 'matmul',
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

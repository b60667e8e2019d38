import { productOf } from '../../../ops/products.ts';
import { indicesOf, offsetOf } from '../../../shape.ts';
import type { CpuKernel } from '../../launch.ts';
import { multiply, panelsOf, ramp } from './gemm.ts';

interface Transposed {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

export const matmul: CpuKernel<Transposed> = ([a, b], [y], attrs) => {
  const { m, n, k, batch, aBatch, bBatch, aStrides, bStrides } = productOf(a, b, attrs);
  const left = { data: a.data, rows: ramp(m, aStrides[0]), terms: ramp(k, aStrides[1]) };
  const right = { data: b.data, rows: ramp(n, bStrides[1]), terms: ramp(k, bStrides[0]) };
  y.data.fill(0);
  let to = 0;
  for (const index of indicesOf(batch)) {
    const [aAt, bAt] = [offsetOf(index, aBatch), offsetOf(index, bBatch)];
    multiply(panelsOf('left', left, aAt), panelsOf('right', right, bAt), y.data, to, n);
    to += m * n;
  }
};

export const linear: CpuKernel<{ readonly relu: boolean }> = ([x, w, bias], [y], { relu }) => {
  const [n, k] = x.shape;
  const out = w.shape[0];
  for (let row = 0; row < n; row++) y.data.set(bias.data, row * out);
  const left = { data: x.data, rows: ramp(n, k), terms: ramp(k, 1) };
  const right = { data: w.data, rows: ramp(out, k), terms: ramp(k, 1) };
  multiply(panelsOf('left', left), panelsOf('right', right), y.data, 0, out);
  if (relu) for (let i = 0; i < y.data.length; i++) y.data[i] = Math.max(y.data[i], 0);
};

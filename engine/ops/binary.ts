/**
 * Elementwise functions of two tensors, broadcast by NumPy's rule: y[i] = f(a[i], b[i]).
 * Each row holds f for the CPU, in WGSL and in AssemblyScript, and dL/da, dL/db from g = dL/dy, summed over broadcast axes.
 */

import shader from '../../shaders/binary.wgsl';
import broadcast from '../../shaders/broadcast.wgsl';
import quotient from '../../shaders/quotient.wgsl';
import real from '../../shaders/real.wgsl';
import type { TypedArray } from '../device.ts';
import { binaryKernel } from '../devices/wasm/binary.ts';
import { itemGrid, itemsOf, mapped } from '../devices/webgpu/kernels/items.ts';
import type { Functions, NoAttrs, Op, Sample } from '../op.ts';
import { eight, elementGrid, expectFloat } from '../op.ts';
import { broadcastShapes, broadcastStrides, sameShape, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

export interface BinaryRow {
  f(a: number, b: number): number;
  /** The same in WGSL, an expression in a and b. */
  readonly wgsl: string;
  /** The same in AssemblyScript for four floats at a time: `f32x4`, `v128`, and what wasm/binary.ts imports. */
  readonly wasm: string;
  /** How much work an element is on `wasm` beside a sum of two floats; 1 when left out. */
  readonly weight?: number;
  /** dL/da and dL/db, before the sum over broadcast axes; or why there is none. */
  readonly grad:
    | readonly [
        (F: Functions, g: Tensor, a: Tensor, b: Tensor, y: Tensor) => Tensor,
        (F: Functions, g: Tensor, a: Tensor, b: Tensor, y: Tensor) => Tensor,
      ]
    | { readonly none: string };
  readonly values?: 'positive';
  /** The whole loop over equal shapes, for a function that is called so often that the call per element shows. */
  readonly loop?: (a: TypedArray, b: TypedArray, y: TypedArray) => void;
}

export const binaryRows = {
  /** a + b */
  add: { f: (a, b) => a + b, wgsl: 'a + b', wasm: 'f32x4.add(a, b)', grad: [(_F, g) => g, (_F, g) => g] },
  /** a − b */
  sub: {
    f: (a, b) => a - b,
    wgsl: 'a - b',
    wasm: 'f32x4.sub(a, b)',
    grad: [(_F, g) => g, (F, g) => F.neg(g)],
  },
  /** a·b */
  mul: {
    f: (a, b) => a * b,
    wgsl: 'a * b',
    wasm: 'f32x4.mul(a, b)',
    grad: [(F, g, _a, b) => F.mul(g, b), (F, g, a) => F.mul(g, a)],
  },
  /** a/b */
  div: {
    f: (a, b) => a / b,
    wgsl: 'a / b',
    wasm: 'f32x4.div(a, b)',
    grad: [(F, g, _a, b) => F.div(g, b), (F, g, _a, b, y) => F.neg(F.div(F.mul(g, y), b))],
  },
  /** aᵇ: derivatives b·aᵇ⁻¹ and aᵇ·ln a (0 where a is 0, as in PyTorch) */
  pow: {
    f: (a, b) => a ** b,
    wgsl: 'realPow(a, b)',
    wasm: 'pow4(a, b)',
    weight: 16,
    grad: [
      // At a = b = 0 the derivative is 0, where 0·a⁻¹ would be NaN.
      (F, g, a, b) => {
        const base = F.add(a, F.mul(F.isZero(a), F.isZero(b)));
        return F.mul(g, F.mul(b, F.pow(base, F.affine(b, 1, -1))));
      },
      (F, g, a, _b, y) => F.mul(g, F.mul(y, F.log(F.add(a, F.isZero(a))))),
    ],
    values: 'positive',
  },
  /** a where b > 0, else 0: how a gradient goes back through relu */
  gate: {
    f: (a, b) => (b > 0 ? a : 0),
    wgsl: 'select(0.0, a, b > 0.0)',
    wasm: 'v128.and(a, f32x4.gt(b, f32x4.splat(0)))',
    grad: [(F, g, _a, b) => F.gate(g, b), (F, g) => F.affine(g, 0, 0)],
    loop: (a, b, y) => {
      for (let i = 0; i < y.length; i++) y[i] = b[i] > 0 ? a[i] : 0;
    },
  },
  /** 1 where a = b, else 0 */
  equal: {
    f: (a, b) => (a === b ? 1 : 0),
    wgsl: 'select(0.0, 1.0, a == b)',
    wasm: 'oneWhere(f32x4.eq(a, b))',
    grad: { none: 'constant wherever it is differentiable' },
  },
} satisfies Record<string, BinaryRow>;

/** Shapes that meet: equal, scalar, rows, columns, both ways, and none that a workgroup divides. */
const pairs: readonly (readonly [number[], number[]])[] = [
  [
    [3, 5],
    [3, 5],
  ],
  [[131], [131]],
  [[2, 3, 5], []],
  [[], [3]],
  [[4, 3], [3]],
  [
    [4, 1],
    [1, 7],
  ],
  [
    [2, 3, 1, 5],
    [3, 4, 1],
  ],
  [[0, 3], [3]],
];

function binaryOp(name: string, row: BinaryRow): Op<NoAttrs> {
  const { grad } = row;
  const f = `\nfn f(a: f32, b: f32) -> f32 { return ${row.wgsl}; }\n`;
  const broadcastCode = `${quotient}\n${real}\n${broadcast}${f}`;
  const codeFor = (count: number) =>
    `${itemsOf(count).head}${real}\n${shader}${f}${mapped(count, ['a', 'b'], [])}`;
  const [codeOfFours, codeOfOnes] = [codeFor(4), codeFor(1)];
  const values = row.values === undefined ? '' : ` ${row.values}`;
  return {
    name,
    infer([a, b]) {
      expectFloat(name, a, b);
      return [{ shape: broadcastShapes(name, a.shape, b.shape), dtype: a.dtype }];
    },
    cpu([a, b], [y]) {
      const f = row.f;
      const to = y.data;
      if (sameShape(a.shape, b.shape)) {
        const [left, right] = [a.data, b.data];
        if (row.loop !== undefined) return row.loop(left, right, to);
        for (let i = 0; i < to.length; i++) to[i] = f(left[i], right[i]);
        return;
      }
      // An odometer over the output: each step of an axis moves both inputs by that axis' stride.
      const aStrides = broadcastStrides(a.shape, y.shape);
      const bStrides = broadcastStrides(b.shape, y.shape);
      const index = new Array<number>(y.shape.length).fill(0);
      for (let i = 0, ia = 0, ib = 0; i < to.length; i++) {
        to[i] = f(a.data[ia], b.data[ib]);
        for (let axis = y.shape.length - 1; axis >= 0; axis--) {
          ia += aStrides[axis];
          ib += bStrides[axis];
          if (++index[axis] < y.shape[axis]) break;
          ia -= aStrides[axis] * y.shape[axis];
          ib -= bStrides[axis] * y.shape[axis];
          index[axis] = 0;
        }
      }
    },
    gpu([a, b], [y]) {
      const count = sizeOf(y.shape);
      if (sameShape(a.shape, b.shape)) {
        const code = count % 4 === 0 ? codeOfFours : codeOfOnes;
        return [{ shader: code, entry: 'main', params: [itemsOf(count).items], grid: itemGrid(count) }];
      }
      const params = [
        count,
        y.shape.length,
        0,
        0,
        ...eight(y.shape),
        ...eight(broadcastStrides(a.shape, y.shape)),
        ...eight(broadcastStrides(b.shape, y.shape)),
      ];
      return [{ shader: broadcastCode, entry: 'main', params, grid: elementGrid(count) }];
    },
    wasm: binaryKernel(name, row),
    grad:
      'none' in grad
        ? grad
        : ({ F, g, inputs: [a, b], outputs: [y], needs }) => [
            needs[0] ? F.sumTo(grad[0](F, g, a, b, y), a.shape) : null,
            needs[1] ? F.sumTo(grad[1](F, g, a, b, y), b.shape) : null,
          ],
    samples: pairs.map(
      ([a, b]): Sample<NoAttrs> => ({
        inputs: [`${a}${values}`, `${b}${values}`],
        attrs: {},
      }),
    ),
  };
}

export const binary = Object.fromEntries(
  Object.entries<BinaryRow>(binaryRows).map(([name, row]) => [name, binaryOp(name, row)]),
) as Record<keyof typeof binaryRows, Op<NoAttrs>>;

/**
 * Elementwise functions of two tensors, broadcast by NumPy's rule: y[i] = f(a[i], b[i]).
 * Each row holds f, the same in WGSL and in AssemblyScript, and dL/da, dL/db from g = dL/dy, summed over broadcast axes.
 */

import * as onCpu from '../devices/cpu/kernels/elementwise.ts';
import type { TypedArray } from '../dtype.ts';
import { expectFloat } from '../expect.ts';
import type { Functions, ListedOp, NoAttrs, Sample } from '../op.ts';
import { broadcastShapes, broadcastStrides, indicesOf, offsetOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { ofEachRow } from './rows.ts';

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
  /** 'apart' where a and b must not be equal. */
  readonly values?: 'positive' | 'apart';
  /** The whole loop over equal shapes, for a function that is called so often that the call per element shows. */
  readonly loop?: (a: TypedArray, b: TypedArray, y: TypedArray) => void;
}

const flat = { none: 'constant wherever it is differentiable' };

/** 1 where a comparison holds, else 0: false for NaN. */
function comparison(f: (a: number, b: number) => boolean, wgsl: string, wasm: string): BinaryRow {
  return {
    f: (a, b) => (f(a, b) ? 1 : 0),
    wgsl: `select(0.0, 1.0, a ${wgsl} b)`,
    wasm: `oneWhere(f32x4.${wasm}(a, b))`,
    grad: flat,
  };
}

/** The larger or smaller of two, NaN where one is. The one taken gets g, equals half of it each, NaN all, as in PyTorch. */
function extreme(name: 'max' | 'min'): BinaryRow {
  const share = (F: Functions, g: Tensor, own: Tensor, other: Tensor) => {
    const [low, high] = name === 'max' ? [own, other] : [other, own];
    return F.mul(g, F.affine(F.add(F.less(low, high), F.lessEqual(low, high)), -0.5, 1));
  };
  return {
    f: Math[name],
    wgsl: `select(select(${name}(a, b), a, isNaN(a)), b, isNaN(b))`,
    wasm: `f32x4.${name}(a, b)`,
    grad: [share, (F, g, a, b) => share(F, g, b, a)],
    values: 'apart',
  };
}

export const binaryRows = {
  /** a + b, derivatives 1 and 1 */
  add: { f: (a, b) => a + b, wgsl: 'a + b', wasm: 'f32x4.add(a, b)', grad: [(_F, g) => g, (_F, g) => g] },
  /** a − b, derivatives 1 and −1 */
  sub: {
    f: (a, b) => a - b,
    wgsl: 'a - b',
    wasm: 'f32x4.sub(a, b)',
    grad: [(_F, g) => g, (F, g) => F.neg(g)],
  },
  /** a·b, derivatives b and a */
  mul: {
    f: (a, b) => a * b,
    wgsl: 'a * b',
    wasm: 'f32x4.mul(a, b)',
    grad: [(F, g, _a, b) => F.mul(g, b), (F, g, a) => F.mul(g, a)],
  },
  /** a/b, derivatives 1/b and −y/b */
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
  equal: comparison((a, b) => a === b, '==', 'eq'),
  /** 1 where a < b, else 0 */
  less: comparison((a, b) => a < b, '<', 'lt'),
  /** 1 where a ≤ b, else 0 */
  lessEqual: comparison((a, b) => a <= b, '<=', 'le'),
  /** max(a, b) */
  maximum: extreme('max'),
  /** min(a, b) */
  minimum: extreme('min'),
} satisfies Record<string, BinaryRow>;

/** Shapes that meet: equal, scalar, rows, columns, both ways, and none that a workgroup divides. */
const pairs = ['3,5;3,5', '131;131', '2,3,5;', ';3', '4,3;3', '4,1;1,7', '2,3,1,5;3,4,1', '0,3;3'];

/** Numbers of both signs and positive ones lie on grids that do not meet. */
function samplesOf({ values }: BinaryRow): Sample<NoAttrs>[] {
  const left = values === 'positive' ? ' positive' : '';
  const right = values === undefined ? '' : ' positive';
  return pairs.map((pair) => {
    const [a, b] = pair.split(';');
    return { inputs: [a + left, b + right], attrs: {} };
  });
}

function binaryOp(name: BinaryName, row: BinaryRow): ListedOp<NoAttrs> {
  const { grad } = row;
  return {
    name,
    infer([a, b]) {
      expectFloat(name, a, b);
      return [{ shape: broadcastShapes(name, a.shape, b.shape), dtype: a.dtype }];
    },
    define([a, b], [y]) {
      const { f } = row;
      const [toA, toB] = [a, b].map(({ shape }) => broadcastStrides(shape, y.shape));
      let to = 0;
      for (const index of indicesOf(y.shape)) {
        y.data[to++] = f(a.data[offsetOf(index, toA)], b.data[offsetOf(index, toB)]);
      }
    },
    grad:
      'none' in grad
        ? grad
        : ({ F, g, inputs: [a, b], outputs: [y], needs }) => [
            needs[0] ? F.sumTo(grad[0](F, g, a, b, y), a.shape) : null,
            needs[1] ? F.sumTo(grad[1](F, g, a, b, y), b.shape) : null,
          ],
    cpu: onCpu.mapped(row.f, row.loop),
    gpu: name,
    wasm: name,
    samples: samplesOf(row),
  };
}

export type BinaryName = keyof typeof binaryRows;

export const binary = ofEachRow<BinaryName, BinaryRow, ListedOp<NoAttrs>>(binaryRows, binaryOp);

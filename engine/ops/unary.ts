/**
 * Elementwise functions of one tensor: y[i] = f(x[i], a, b), with up to two constants a and b.
 * Each row holds f, the same in WGSL and in AssemblyScript, and dL/dx from g = dL/dy.
 *
 * WGSL promises nothing for NaN: a driver may lose one in a built-in (e^NaN is ∞ on SwiftShader), and so hide
 * that a run has diverged. Where that happens the row keeps it by hand.
 */

import { looped as onCpu } from '../devices/cpu/kernels/elementwise.ts';
import type { TypedArray } from '../dtype.ts';
import { expectFloat } from '../expect.ts';
import type { Functions, ListedOp, Sample } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { erf } from './erf.ts';
import { ofEachRow } from './rows.ts';

export interface UnaryAttrs {
  readonly a: number;
  readonly b: number;
}

export interface UnaryRow {
  /** y = f(x). */
  f(x: number, a: number, b: number): number;
  /** The same in WGSL, an expression in x, a and b. */
  readonly wgsl: string;
  /** The same in AssemblyScript for four floats at a time: `f32x4`, `v128`, and what wasm/unary.ts imports. */
  readonly wasm: string;
  /** How much work an element is on `wasm` beside a sum of two floats; 1 when left out. */
  readonly weight?: number;
  /** Values of a for which the device `wasm` has a kernel of its own, of an instruction or two. */
  readonly shortcuts?: readonly { readonly a: number; readonly kernel: string; readonly wasm: string }[];
  /** dL/dx, or why there is none. */
  readonly grad:
    | ((F: Functions, g: Tensor, x: Tensor, y: Tensor, attrs: UnaryAttrs) => Tensor)
    | { readonly none: string };
  readonly values?: 'positive';
  readonly constants?: readonly UnaryAttrs[];
  /** The whole loop, for a function that is called so often that the call per element shows. */
  readonly loop?: (x: TypedArray, y: TypedArray) => void;
}

const flat = { none: 'constant wherever it is differentiable' };
const PHI0 = 1 / Math.sqrt(2 * Math.PI);

export const unaryRows = {
  /** −x, derivative −1 */
  neg: { f: (x) => -x, wgsl: '-x', wasm: 'f32x4.neg(x)', grad: (F, g) => F.neg(g) },
  /** a·x + b, derivative a */
  affine: {
    f: (x, a, b) => a * x + b,
    wgsl: 'a * x + b',
    wasm: 'madd(a, x, b)',
    grad: (F, g, _x, _y, { a }) => F.affine(g, a, 0),
    constants: [
      { a: -2.5, b: 0.75 },
      { a: 0, b: 3 },
    ],
  },
  /** eˣ, derivative eˣ */
  exp: {
    f: Math.exp,
    wgsl: 'select(exp(x), x, isNaN(x))',
    wasm: 'exp4(x)',
    weight: 4,
    grad: (F, g, _x, y) => F.mul(g, y),
  },
  /** ln x, derivative 1/x */
  log: {
    f: Math.log,
    wgsl: 'realLog(x)',
    wasm: 'log4(x)',
    weight: 4,
    grad: (F, g, x) => F.div(g, x),
    values: 'positive',
  },
  /** √x, derivative 1/(2√x) */
  sqrt: {
    f: Math.sqrt,
    wgsl: 'sqrt(x)',
    wasm: 'f32x4.sqrt(x)',
    weight: 2,
    grad: (F, g, _x, y) => F.div(F.affine(g, 0.5, 0), y),
    values: 'positive',
  },
  /** xᵃ for a constant a, derivative a·xᵃ⁻¹ */
  power: {
    f: (x, a) => x ** a,
    wgsl: 'realPow(x, a)',
    wasm: 'pow4(x, a)',
    weight: 16,
    shortcuts: [
      { a: 2, kernel: 'square', wasm: 'f32x4.mul(x, x)' },
      { a: -1, kernel: 'reciprocal', wasm: 'f32x4.div(f32x4.splat(1), x)' },
    ],
    grad: (F, g, x, _y, { a }) => {
      if (a === 0) return F.affine(g, 0, 0);
      return a === 1 ? g : F.mul(F.affine(g, a, 0), F.power(x, a - 1));
    },
    constants: [
      { a: 2, b: 0 },
      { a: 3, b: 0 },
      { a: -1, b: 0 },
      { a: 0, b: 0 },
    ],
  },
  /** |x|, derivative sign x (0 at 0) */
  abs: { f: Math.abs, wgsl: 'abs(x)', wasm: 'f32x4.abs(x)', grad: (F, g, x) => F.mul(g, F.sign(x)) },
  /** −1, 0 or 1, as x has its sign */
  sign: { f: Math.sign, wgsl: 'select(sign(x), x, isNaN(x))', wasm: 'sign4(x)', grad: flat },
  /** x held within [a, b], or b where a > b, derivative 1 inside and on the bounds, 0 outside */
  clamp: {
    f: (x, a, b) => Math.min(Math.max(x, a), b),
    wgsl: 'select(select(x, a, x < a), b, x > b || (a > b && !isNaN(x)))',
    // The rules of JavaScript for NaN and −0 are those of WebAssembly.
    wasm: 'f32x4.min(f32x4.max(x, a), b)',
    grad: (F, g, x, _y, { a, b }) => F.mul(g, F.within(x, a, b)),
    constants: [
      { a: -0.71, b: 0.93 },
      { a: -Infinity, b: 0.5 },
      { a: 0.5, b: -0.25 },
    ],
  },
  /** 1 where a ≤ x ≤ b, else 0 */
  within: {
    f: (x, a, b) => (x >= a && x <= b ? 1 : 0),
    wgsl: 'select(0.0, 1.0, x >= a && x <= b)',
    wasm: 'oneWhere(v128.and(f32x4.ge(x, a), f32x4.le(x, b)))',
    grad: flat,
    constants: [{ a: -0.71, b: 0.93 }],
  },
  /** max(x, 0), derivative 1 for x > 0 and 0 elsewhere */
  relu: {
    f: (x) => Math.max(x, 0),
    wgsl: 'select(x, 0.0, x <= 0.0)',
    // One instruction less than a maximum that keeps NaN.
    wasm: 'v128.andnot(x, f32x4.le(x, f32x4.splat(0)))',
    grad: (F, g, x) => F.gate(g, x),
    loop: (x, y) => {
      for (let i = 0; i < y.length; i++) y[i] = Math.max(x[i], 0);
    },
  },
  /** 1 for x > 0, else a */
  step: {
    f: (x, a) => (x > 0 ? 1 : a),
    wgsl: 'select(a, 1.0, x > 0.0)',
    wasm: 'v128.bitselect(f32x4.splat(1), a, f32x4.gt(x, f32x4.splat(0)))',
    grad: flat,
    constants: [{ a: 0.25, b: 0 }],
  },
  /** x for x > 0, else a·x, derivative 1 or a */
  leakyRelu: {
    f: (x, a) => (x > 0 ? x : a * x),
    wgsl: 'select(a * x, x, x > 0.0)',
    wasm: 'v128.bitselect(x, f32x4.mul(a, x), f32x4.gt(x, f32x4.splat(0)))',
    grad: (F, g, x, _y, { a }) => F.mul(g, F.step(x, a)),
    constants: [{ a: 0.01, b: 0 }],
  },
  /** x for x > 0, else a·(eˣ − 1) (Clevert et al., 2015), derivative 1 or a·eˣ */
  elu: {
    f: (x, a) => (x > 0 ? x : a * Math.expm1(x)),
    wgsl: 'select(a * realExpm1(x), x, x > 0.0)',
    wasm: 'v128.bitselect(x, f32x4.mul(a, expm4(x)), f32x4.gt(x, f32x4.splat(0)))',
    weight: 8,
    grad: (F, g, x, _y, { a }) => F.mul(g, F.mul(F.exp(F.clamp(x, -Infinity, 0)), F.step(x, a))),
    constants: [{ a: 1.3, b: 0 }],
  },
  /** ln(1 + eˣ), derivative σ(x) */
  softplus: {
    f: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    wgsl: 'realSoftplus(x)',
    wasm: 'softplus4(x)',
    weight: 4,
    grad: (F, g, x) => F.mul(g, F.sigmoid(x)),
  },
  /** σ(x) = 1/(1+e⁻ˣ), derivative σ(1−σ) */
  sigmoid: {
    f: (x) => 1 / (1 + Math.exp(-x)),
    // Beyond ±88 e⁻ˣ leaves float32, and WGSL does not promise an infinity there.
    wgsl: 'select(1.0 / (1.0 + exp(clamp(-x, -88.0, 88.0))), x, isNaN(x))',
    wasm: 'f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exp4(f32x4.neg(x))))',
    weight: 4,
    grad: (F, g, _x, y) => F.mul(g, F.mul(y, F.affine(y, -1, 1))),
  },
  /** x·σ(x) (Hendrycks and Gimpel, 2016), derivative σ + y·(1 − σ) */
  silu: {
    f: (x) => x / (1 + Math.exp(-x)),
    wgsl: 'select(x / (1.0 + exp(clamp(-x, -88.0, 88.0))), x, isNaN(x))',
    wasm: 'f32x4.div(x, f32x4.add(f32x4.splat(1), exp4(f32x4.neg(x))))',
    weight: 4,
    grad: (F, g, x, y) => {
      const share = F.sigmoid(x);
      return F.mul(g, F.add(share, F.mul(y, F.affine(share, -1, 1))));
    },
  },
  /** tanh x, derivative 1 − tanh² */
  tanh: {
    f: Math.tanh,
    wgsl: 'realTanh(x)',
    wasm: 'tanh4(x)',
    weight: 4,
    grad: (F, g, _x, y) => F.mul(g, F.affine(F.mul(y, y), -1, 1)),
  },
  /** 2/√π·∫₀ˣ e^(−t²) dt, the error function, derivative 2/√π·e^(−x²) */
  erf: {
    f: erf,
    wgsl: 'realErf(x)',
    wasm: 'erf4(x)',
    weight: 8,
    grad: (F, g, x) => F.mul(g, F.affine(F.exp(F.neg(F.mul(x, x))), 2 / Math.sqrt(Math.PI), 0)),
  },
  /** x·Φ(x) with the normal distribution Φ (Hendrycks and Gimpel, 2016), derivative Φ(x) + x·φ(x) */
  gelu: {
    f: (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
    wgsl: '0.5 * x * erfc(-x * 0.70710678118)',
    wasm: 'f32x4.mul(x, normal4(x))',
    weight: 8,
    grad: (F, g, x) => F.mul(g, F.geluSlope(x)),
  },
  /** Φ(x) + x·φ(x), derivative φ(x)·(2 − x²) */
  geluSlope: {
    f: (x) => 0.5 * (1 + erf(x / Math.SQRT2)) + x * PHI0 * Math.exp(-0.5 * x * x),
    wgsl: '0.5 * erfc(-x * 0.70710678118) + x * 0.3989422804 * exp(-0.5 * x * x)',
    wasm:
      'f32x4.add(normal4(x), f32x4.mul(f32x4.mul(x, f32x4.splat(0.39894228040143268)), ' +
      'exp4(f32x4.mul(f32x4.mul(x, x), f32x4.splat(-0.5)))))',
    weight: 8,
    grad: (F, g, x) => {
      const square = F.mul(x, x);
      return F.mul(g, F.mul(F.affine(F.exp(F.affine(square, -0.5, 0)), PHI0, 0), F.affine(square, -1, 2)));
    },
  },
  /** x/6 + 1/2 held within [0, 1], derivative 1/6 inside and 0 on the bounds too, as in PyTorch */
  hardSigmoid: {
    f: (x) => Math.min(Math.max(x / 6 + 0.5, 0), 1),
    wgsl: 'select(clamp(x / 6.0 + 0.5, 0.0, 1.0), x, isNaN(x))',
    wasm: 'f32x4.min(f32x4.max(madd(x, f32x4.splat(1.0 / 6.0), f32x4.splat(0.5)), f32x4.splat(0)), f32x4.splat(1))',
    grad: (F, g, x) => F.gate(F.affine(g, 1 / 6, 0), F.affine(F.abs(x), -1, 3)),
  },
  /** sin x, derivative cos x */
  sin: {
    f: Math.sin,
    wgsl: 'sine(x, 0)',
    wasm: 'sin4(x)',
    weight: 16,
    grad: (F, g, x) => F.mul(g, F.cos(x)),
  },
  /** cos x, derivative −sin x */
  cos: {
    f: Math.cos,
    wgsl: 'sine(x, 1)',
    wasm: 'cos4(x)',
    weight: 16,
    grad: (F, g, x) => F.neg(F.mul(g, F.sin(x))),
  },
  /** tan x, derivative 1 + tan² x */
  tan: {
    f: Math.tan,
    wgsl: 'sine(x, 0) / sine(x, 1)',
    wasm: 'f32x4.div(sin4(x), cos4(x))',
    weight: 32,
    grad: (F, g, _x, y) => F.mul(g, F.affine(F.mul(y, y), 1, 1)),
  },
  /** ⌈x⌉, the whole number at or above x */
  ceil: { f: Math.ceil, wgsl: 'select(ceil(x), x, isNaN(x))', wasm: 'f32x4.ceil(x)', grad: flat },
  /** ⌊x⌋, the whole number at or below x */
  floor: { f: Math.floor, wgsl: 'select(floor(x), x, isNaN(x))', wasm: 'f32x4.floor(x)', grad: flat },
  /** the whole number next to x, of two the even one */
  round: {
    f: (x) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x)),
    wgsl: 'select(round(x), x, isNaN(x))',
    wasm: 'f32x4.nearest(x)',
    grad: flat,
  },
  /** 1 where x is 0, else 0 */
  isZero: {
    f: (x) => (x === 0 ? 1 : 0),
    wgsl: 'select(0.0, 1.0, x == 0.0)',
    wasm: 'oneWhere(f32x4.eq(x, f32x4.splat(0)))',
    grad: flat,
  },
} satisfies Record<string, UnaryRow>;

const none: UnaryAttrs = { a: 0, b: 0 };

function samplesOf({ values, constants = [none] }: UnaryRow): Sample<UnaryAttrs>[] {
  const word = values === undefined ? '' : ` ${values}`;
  return ['3,5', '131', '', '0,4', '2,1,3,7'].flatMap((shape) =>
    constants.map((attrs) => ({ inputs: [shape + word], attrs })),
  );
}

function unaryOp(name: UnaryName, row: UnaryRow): ListedOp<UnaryAttrs> {
  const { grad } = row;
  return {
    name,
    infer(inputs) {
      expectFloat(name, inputs[0]);
      return [{ shape: inputs[0].shape, dtype: inputs[0].dtype }];
    },
    define([x], [y], { a, b }) {
      const { f } = row;
      for (let i = 0; i < y.data.length; i++) y.data[i] = f(x.data[i], a, b);
    },
    grad:
      typeof grad === 'function'
        ? ({ F, g, inputs, outputs, attrs }) => [grad(F, g, inputs[0], outputs[0], attrs)]
        : grad,
    ...(row.loop && { cpu: onCpu(row.loop) }),
    gpu: name,
    wasm: name,
    samples: samplesOf(row),
  };
}

export type UnaryName = keyof typeof unaryRows;

export const unary = ofEachRow<UnaryName, UnaryRow, ListedOp<UnaryAttrs>>(unaryRows, unaryOp);

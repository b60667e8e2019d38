/** Functions of each element: rows of engine/ops/unary.ts and binary.ts. A number may stand for the second tensor. */

import { named } from '../errors.ts';
import { apply } from '../graph.ts';
import { binary as ops } from '../ops/binary.ts';
import type { UnaryName } from '../ops/unary.ts';
import { unary as unaryOps } from '../ops/unary.ts';
import type { Tensor } from '../tensor.ts';
import { reshape } from './shapes.ts';

type Operand = Tensor | number;

const unary = (name: UnaryName, x: Tensor, a = 0, b = 0): Tensor => apply(unaryOps[name], [x], { a, b })[0];

/** scale·x + shift */
export const affine = (x: Tensor, scale: number, shift: number): Tensor => unary('affine', x, scale, shift);
export const neg = (x: Tensor): Tensor => unary('neg', x);
export const exp = (x: Tensor): Tensor => unary('exp', x);
export const log = (x: Tensor): Tensor => unary('log', x);
export const sqrt = (x: Tensor): Tensor => unary('sqrt', x);
export const abs = (x: Tensor): Tensor => unary('abs', x);
export const sign = (x: Tensor): Tensor => unary('sign', x);
/** x held within [min, max]; either may be left out with ±Infinity. */
export const clamp = (x: Tensor, min: number, max: number): Tensor => unary('clamp', x, min, max);
/** 1 where min ≤ x ≤ max, else 0. */
export const within = (x: Tensor, min: number, max: number): Tensor => unary('within', x, min, max);
/** 1 where x > 0, else `otherwise`. */
export const step = (x: Tensor, otherwise: number): Tensor => unary('step', x, otherwise);
export const relu = (x: Tensor): Tensor => unary('relu', x);
export const leakyRelu = (x: Tensor, negativeSlope = 0.01): Tensor => unary('leakyRelu', x, negativeSlope);
/** x for x > 0, else alpha·(eˣ − 1). */
export const elu = (x: Tensor, alpha = 1): Tensor => unary('elu', x, alpha);
/** elu with the two constants for which layers keep mean 0 and variance 1 (Klambauer et al., 2017). */
export const selu = named(
  'selu',
  (x: Tensor): Tensor => affine(elu(x, 1.6732632423543772), 1.0507009873554805, 0),
);
export const softplus = (x: Tensor): Tensor => unary('softplus', x);
/** x/6 + 1/2 held within [0, 1]. */
export const hardSigmoid = (x: Tensor): Tensor => unary('hardSigmoid', x);
export const hardSwish = named('hardSwish', (x: Tensor): Tensor => mul(x, hardSigmoid(x)));
export const sigmoid = (x: Tensor): Tensor => unary('sigmoid', x);
/** x·σ(x), also called swish. */
export const silu = (x: Tensor): Tensor => unary('silu', x);
export const tanh = (x: Tensor): Tensor => unary('tanh', x);
export const erf = (x: Tensor): Tensor => unary('erf', x);
export const gelu = (x: Tensor): Tensor => unary('gelu', x);
/** The derivative of gelu. */
export const geluSlope = (x: Tensor): Tensor => unary('geluSlope', x);
export const sin = (x: Tensor): Tensor => unary('sin', x);
export const cos = (x: Tensor): Tensor => unary('cos', x);
export const tan = (x: Tensor): Tensor => unary('tan', x);
export const ceil = (x: Tensor): Tensor => unary('ceil', x);
export const floor = (x: Tensor): Tensor => unary('floor', x);
/** The nearest whole number; of two the even one. */
export const round = (x: Tensor): Tensor => unary('round', x);
/** 1 where x is 0, else 0. */
export const isZero = (x: Tensor): Tensor => unary('isZero', x);
/** xᵃ for a constant a. */
export const power = (x: Tensor, a: number): Tensor => unary('power', x, a);

export function add(a: Tensor, b: Operand): Tensor {
  return typeof b === 'number' ? affine(a, 1, b) : apply(ops.add, [a, b], {})[0];
}

export function sub(a: Tensor, b: Operand): Tensor {
  return typeof b === 'number' ? affine(a, 1, -b) : apply(ops.sub, [a, b], {})[0];
}

export function mul(a: Tensor, b: Operand): Tensor {
  return typeof b === 'number' ? affine(a, b, 0) : apply(ops.mul, [a, b], {})[0];
}

export function div(a: Tensor, b: Operand): Tensor {
  return typeof b === 'number' ? affine(a, 1 / b, 0) : apply(ops.div, [a, b], {})[0];
}

export function pow(a: Tensor, b: Operand): Tensor {
  return typeof b === 'number' ? power(a, b) : apply(ops.pow, [a, b], {})[0];
}

/** a where b > 0, else 0. */
export const gate = (a: Tensor, b: Tensor): Tensor => apply(ops.gate, [a, b], {})[0];

/** 1 where a = b, else 0. */
export const equal = (a: Tensor, b: Tensor): Tensor => apply(ops.equal, [a, b], {})[0];
/** 1 where the comparison holds, else 0; NaN is unlike everything, itself too. */
export const notEqual = named('notEqual', (a: Tensor, b: Tensor): Tensor => affine(equal(a, b), -1, 1));
export const less = (a: Tensor, b: Tensor): Tensor => apply(ops.less, [a, b], {})[0];
export const lessEqual = (a: Tensor, b: Tensor): Tensor => apply(ops.lessEqual, [a, b], {})[0];
export const greater = named('greater', (a: Tensor, b: Tensor): Tensor => less(b, a));
export const greaterEqual = named('greaterEqual', (a: Tensor, b: Tensor): Tensor => lessEqual(b, a));

export const maximum = (a: Tensor, b: Tensor): Tensor => apply(ops.maximum, [a, b], {})[0];
export const minimum = (a: Tensor, b: Tensor): Tensor => apply(ops.minimum, [a, b], {})[0];

/** a where condition > 0, else b; what is not chosen leaves no trace, NaN included. All three broadcast. */
export const where = named('where', (condition: Tensor, a: Tensor, b: Tensor): Tensor => {
  const chosen = step(condition, 0);
  return add(gate(a, chosen), gate(b, isZero(chosen)));
});

/** x for x > 0, else weight·x: a weight [C] is one for each channel of x [N,C,…], any other is broadcast. */
export const prelu = named('prelu', (x: Tensor, weight: Tensor): Tensor => {
  const perChannel = weight.shape.length === 1 && x.shape.length > 1;
  const slope = perChannel ? reshape(weight, [weight.size, ...x.shape.slice(2).fill(1)]) : weight;
  return where(x, x, mul(x, slope));
});

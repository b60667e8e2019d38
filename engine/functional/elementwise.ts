/** Functions of each element: rows of engine/ops/unary.ts and binary.ts. A number may stand for the second tensor. */

import { apply } from '../graph.ts';
import { ops } from '../ops/index.ts';
import type { UnaryName } from '../ops/unary.ts';
import type { Tensor } from '../tensor.ts';

type Operand = Tensor | number;

const unary = (name: UnaryName, x: Tensor, a = 0, b = 0): Tensor => apply(ops[name], [x], { a, b })[0];

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
export const sigmoid = (x: Tensor): Tensor => unary('sigmoid', x);
export const tanh = (x: Tensor): Tensor => unary('tanh', x);
export const gelu = (x: Tensor): Tensor => unary('gelu', x);
/** The derivative of gelu. */
export const geluSlope = (x: Tensor): Tensor => unary('geluSlope', x);
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

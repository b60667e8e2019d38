/**
 * Functions of each element: rows of engine/ops/unary.ts and binary.ts. Of two or three operands, which broadcast by
 * NumPy's rule, all but one may be numbers.
 */

import { named, ShapeError } from '../errors.ts';
import { expectNumber, expectTensor, isTensor } from '../expect.ts';
import { apply } from '../graph.ts';
import type { binaryRows } from '../ops/binary.ts';
import { binary as ops } from '../ops/binary.ts';
import type { UnaryName } from '../ops/unary.ts';
import { unary as unaryOps } from '../ops/unary.ts';
import type { Tensor } from '../tensor.ts';
import { full } from './constants.ts';
import { reshape } from './shapes.ts';

const unary = (name: UnaryName, x: Tensor, a = 0, b = 0): Tensor => apply(unaryOps[name], [x], { a, b })[0];

/** The same with constants, which must be numbers. */
function withConstants(name: UnaryName, x: Tensor, constants: Readonly<Record<string, number>>): Tensor {
  for (const each in constants) expectNumber(name, each, constants[each]);
  return unary(name, x, ...Object.values(constants));
}

/** scale·x + shift */
export const affine = (x: Tensor, scale: number, shift: number): Tensor =>
  withConstants('affine', x, { scale, shift });
export const neg = (x: Tensor): Tensor => unary('neg', x);
export const exp = (x: Tensor): Tensor => unary('exp', x);
export const log = (x: Tensor): Tensor => unary('log', x);
export const sqrt = (x: Tensor): Tensor => unary('sqrt', x);
export const abs = (x: Tensor): Tensor => unary('abs', x);
export const sign = (x: Tensor): Tensor => unary('sign', x);
/** x held within [min, max]; without a bound where that is ∓Infinity. */
export const clamp = (x: Tensor, min: number, max = Infinity): Tensor =>
  withConstants('clamp', x, { min, max });
/** 1 where min ≤ x ≤ max, else 0. */
export const within = (x: Tensor, min: number, max: number): Tensor =>
  withConstants('within', x, { min, max });
/** 1 where x > 0, else `otherwise`. */
export const step = (x: Tensor, otherwise: number): Tensor => withConstants('step', x, { otherwise });
export const relu = (x: Tensor): Tensor => unary('relu', x);
/** x for x > 0, else negativeSlope·x. */
export const leakyRelu = (x: Tensor, negativeSlope = 0.01): Tensor =>
  withConstants('leakyRelu', x, { negativeSlope });
/** x for x > 0, else alpha·(eˣ − 1). */
export const elu = (x: Tensor, alpha = 1): Tensor => withConstants('elu', x, { alpha });
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
export const power = (x: Tensor, a: number): Tensor => withConstants('power', x, { a });

/** A tensor, or one number for all of its elements. */
export type Operand = Tensor | number;

type BinaryName = keyof typeof binaryRows;

/** The operands as tensors, the numbers among them as scalars on the device of the others. */
function operandsOf(op: string, given: Readonly<Record<string, Operand>>): Tensor[] {
  const names = Object.keys(given);
  for (const name of names)
    if (typeof given[name] !== 'number')
      expectTensor(op, `operand ${name}`, given[name], 'a tensor or a number');
  const all = Object.values(given);
  const tensor = all.find((operand) => typeof operand !== 'number');
  if (tensor === undefined) throw new ShapeError(`${op}: numbers alone; expected a tensor among them`);
  return all.map((operand) => (typeof operand === 'number' ? full(tensor.device, [], operand) : operand));
}

const binary = (name: BinaryName, a: Operand, b: Operand): Tensor =>
  apply(ops[name], isTensor(a) && isTensor(b) ? [a, b] : operandsOf(name, { a, b }), {})[0];

/** What an op does with a number on one side. */
type WithNumber = (x: Tensor, n: number) => Tensor;

/** An op that has a shorter way for a number on the right, and maybe for one on the left. */
function mixed(name: BinaryName, a: Operand, b: Operand, right: WithNumber, left?: WithNumber): Tensor {
  if (typeof b === 'number' && isTensor(a)) return right(a, b);
  return left !== undefined && typeof a === 'number' && isTensor(b) ? left(b, a) : binary(name, a, b);
}

const plus: WithNumber = (x, n) => affine(x, 1, n);
const minus: WithNumber = (x, n) => affine(x, 1, -n);
const subtractedFrom: WithNumber = (x, n) => affine(x, -1, n);
const times: WithNumber = (x, n) => affine(x, n, 0);

/** a + b */
export function add(a: Operand, b: Operand): Tensor {
  return mixed('add', a, b, plus, plus);
}

/** a − b */
export function sub(a: Operand, b: Operand): Tensor {
  return mixed('sub', a, b, minus, subtractedFrom);
}

/** a·b */
export function mul(a: Operand, b: Operand): Tensor {
  return mixed('mul', a, b, times, times);
}

/** a/b */
export function div(a: Operand, b: Operand): Tensor {
  return mixed('div', a, b, (x, n) => affine(x, 1 / n, 0));
}

/** aᵇ */
export function pow(a: Operand, b: Operand): Tensor {
  return mixed('pow', a, b, power);
}

/** a where b > 0, else 0. */
export const gate = (a: Operand, b: Operand): Tensor => binary('gate', a, b);

/** 1 where a = b, else 0. */
export const equal = (a: Operand, b: Operand): Tensor => binary('equal', a, b);
/** 1 where the comparison holds, else 0; NaN is unlike everything, itself too. */
export const notEqual = named('notEqual', (a: Operand, b: Operand): Tensor => affine(equal(a, b), -1, 1));
/** 1 where a < b, else 0. */
export const less = (a: Operand, b: Operand): Tensor => binary('less', a, b);
/** 1 where a ≤ b, else 0. */
export const lessEqual = (a: Operand, b: Operand): Tensor => binary('lessEqual', a, b);
/** 1 where a > b, else 0. */
export const greater = named('greater', (a: Operand, b: Operand): Tensor => {
  const [left, right] = operandsOf('greater', { a, b });
  return less(right, left);
});
/** 1 where a ≥ b, else 0. */
export const greaterEqual = named('greaterEqual', (a: Operand, b: Operand): Tensor => {
  const [left, right] = operandsOf('greaterEqual', { a, b });
  return lessEqual(right, left);
});

/** The larger of the two, NaN where one is. */
export const maximum = (a: Operand, b: Operand): Tensor => binary('maximum', a, b);
/** The smaller of the two, NaN where one is. */
export const minimum = (a: Operand, b: Operand): Tensor => binary('minimum', a, b);

/** a where condition > 0, else b; what is not chosen leaves no trace, NaN included. All three broadcast. */
export const where = named('where', (condition: Operand, a: Operand, b: Operand): Tensor => {
  const [test, left, right] = operandsOf('where', { condition, a, b });
  const chosen = step(test, 0);
  return add(gate(left, chosen), gate(right, isZero(chosen)));
});

/** x for x > 0, else weight·x: a weight [C] is one for each channel of x [N,C,…], any other is broadcast. */
export const prelu = named('prelu', (x: Tensor, weight: Operand): Tensor => {
  const [input, given] = operandsOf('prelu', { x, weight });
  const perChannel = given.shape.length === 1 && input.shape.length > 1;
  const slope = perChannel ? reshape(given, [given.size, ...input.shape.slice(2).fill(1)]) : given;
  return where(input, input, mul(input, slope));
});

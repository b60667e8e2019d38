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

/**
 * scale·x + shift for two constants.
 *
 * @param x of any shape
 * @returns the shape of x
 * @throws ShapeError for a scale or a shift that is no number
 * @category Elementwise
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.affine(Tensor.from([1, 2, 3]), 10, 5).toArray());
 * // [ 15, 25, 35 ]
 */
export const affine = (x: Tensor, scale: number, shift: number): Tensor =>
  withConstants('affine', x, { scale, shift });

/**
 * −x.
 *
 * @category Elementwise
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.neg(Tensor.from([1, -2])).toArray());
 * // [ -1, 2 ]
 */
export const neg = (x: Tensor): Tensor => unary('neg', x);

/**
 * eˣ.
 *
 * @category Elementwise
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const [one, e] = await F.exp(Tensor.from([0, 1])).read();
 * console.log(one, e.toFixed(3));
 * // 1 2.718
 */
export const exp = (x: Tensor): Tensor => unary('exp', x);

/**
 * ln x: −∞ at 0, NaN below.
 *
 * @category Elementwise
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const [zero, one, infinite] = await F.log(Tensor.from([1, Math.E, 0])).read();
 * console.log(zero, one.toFixed(3), infinite);
 * // 0 1.000 -Infinity
 */
export const log = (x: Tensor): Tensor => unary('log', x);

/**
 * √x: NaN below 0. Its derivative at 0 is ∞.
 *
 * @category Elementwise
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.sqrt(Tensor.from([0, 4, 9])).toArray());
 * // [ 0, 2, 3 ]
 */
export const sqrt = (x: Tensor): Tensor => unary('sqrt', x);

/**
 * |x|, with the derivative 0 at 0.
 *
 * @category Elementwise
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.abs(Tensor.from([-3, 0, 2])).toArray());
 * // [ 3, 0, 2 ]
 */
export const abs = (x: Tensor): Tensor => unary('abs', x);

/**
 * −1, 0 or 1, as x has its sign. The derivative is 0 everywhere.
 *
 * @category Elementwise
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.sign(Tensor.from([-3, 0, 2])).toArray());
 * // [ -1, 0, 1 ]
 */
export const sign = (x: Tensor): Tensor => unary('sign', x);

/**
 * x held within [min, max]: without a lower bound where min is −Infinity, without an upper one where max is
 * left out.
 * The derivative is 1 inside and on the bounds, 0 outside.
 *
 * @throws ShapeError for a bound that is no number
 * @category Elementwise
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.clamp(Tensor.from([-2, 0.5, 7]), 0, 1).toArray());
 * // [ 0, 0.5, 1 ]
 */
export const clamp = (x: Tensor, min: number, max = Infinity): Tensor =>
  withConstants('clamp', x, { min, max });

/**
 * 1 where min ≤ x ≤ max, else 0. The derivative is 0 everywhere.
 *
 * @throws ShapeError for a bound that is no number
 * @category Comparisons
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.within(Tensor.from([-2, 0, 0.5, 7]), 0, 1).toArray());
 * // [ 0, 1, 1, 0 ]
 */
export const within = (x: Tensor, min: number, max: number): Tensor =>
  withConstants('within', x, { min, max });

/**
 * 1 where x > 0, else `otherwise`. The derivative is 0 everywhere.
 *
 * @throws ShapeError for an `otherwise` that is no number
 * @category Comparisons
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.step(Tensor.from([-2, 0, 3]), 0).toArray());
 * // [ 0, 0, 1 ]
 */
export const step = (x: Tensor, otherwise: number): Tensor => withConstants('step', x, { otherwise });

/**
 * max(x, 0), with the derivative 0 at 0.
 *
 * @category Activations
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.relu(Tensor.from([-2, 0, 3])).toArray());
 * // [ 0, 0, 3 ]
 */
export const relu = (x: Tensor): Tensor => unary('relu', x);

/**
 * x for x > 0, else negativeSlope·x (Maas et al., 2013).
 *
 * @throws ShapeError for a slope that is no number
 * @category Activations
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.leakyRelu(Tensor.from([-2, 3]), 0.5).toArray());
 * // [ -1, 3 ]
 */
export const leakyRelu = (x: Tensor, negativeSlope = 0.01): Tensor =>
  withConstants('leakyRelu', x, { negativeSlope });

/**
 * x for x > 0, else alpha·(eˣ − 1) (Clevert et al., 2016).
 *
 * @throws ShapeError for an alpha that is no number
 * @category Activations
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const [below, above] = await F.elu(Tensor.from([-1, 3])).read();
 * console.log(below.toFixed(3), above);
 * // -0.632 3
 */
export const elu = (x: Tensor, alpha = 1): Tensor => withConstants('elu', x, { alpha });

/**
 * elu with the two constants for which layers keep mean 0 and variance 1 (Klambauer et al., 2017).
 *
 * @function
 * @category Activations
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const y = await F.selu(Tensor.from([-1, 1])).read();
 * console.log([...y].map((value) => value.toFixed(3)));
 * // [ '-1.111', '1.051' ]
 */
export const selu = named(
  'selu',
  (x: Tensor): Tensor => affine(elu(x, 1.6732632423543772), 1.0507009873554805, 0),
);

/**
 * ln(1 + eˣ), a smooth relu, without overflow.
 *
 * @category Activations
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const [ln2, large] = await F.softplus(Tensor.from([0, 100])).read();
 * console.log(ln2.toFixed(3), large);
 * // 0.693 100
 */
export const softplus = (x: Tensor): Tensor => unary('softplus', x);

/**
 * x/6 + 1/2 held within [0, 1]: sigmoid of three straight lines.
 *
 * @category Activations
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.hardSigmoid(Tensor.from([-3, 0, 1.5, 3])).toArray());
 * // [ 0, 0.5, 0.75, 1 ]
 */
export const hardSigmoid = (x: Tensor): Tensor => unary('hardSigmoid', x);

/**
 * x·hardSigmoid(x) (Howard et al., 2019).
 *
 * @function
 * @category Activations
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.hardSwish(Tensor.from([-1.5, 0, 1.5, 3])).toArray());
 * // [ -0.375, 0, 1.125, 3 ]
 */
export const hardSwish = named('hardSwish', (x: Tensor): Tensor => mul(x, hardSigmoid(x)));

/**
 * σ(x) = 1/(1 + e⁻ˣ), between 0 and 1.
 *
 * @category Activations
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const [middle, high] = await F.sigmoid(Tensor.from([0, 2])).read();
 * console.log(middle, high.toFixed(3));
 * // 0.5 0.881
 */
export const sigmoid = (x: Tensor): Tensor => unary('sigmoid', x);

/**
 * x·σ(x), also called swish (Ramachandran et al., 2017).
 *
 * @category Activations
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const [zero, two] = await F.silu(Tensor.from([0, 2])).read();
 * console.log(zero, two.toFixed(3));
 * // 0 1.762
 */
export const silu = (x: Tensor): Tensor => unary('silu', x);

/**
 * (eˣ − e⁻ˣ)/(eˣ + e⁻ˣ), between −1 and 1.
 *
 * @category Activations
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const [zero, one] = await F.tanh(Tensor.from([0, 1])).read();
 * console.log(zero, one.toFixed(3));
 * // 0 0.762
 */
export const tanh = (x: Tensor): Tensor => unary('tanh', x);

/**
 * 2/√π·∫₀ˣ e^(−t²) dt.
 *
 * @category Elementwise
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const [zero, one] = await F.erf(Tensor.from([0, 1])).read();
 * console.log(zero, one.toFixed(3));
 * // 0 0.843
 */
export const erf = (x: Tensor): Tensor => unary('erf', x);

/**
 * x·Φ(x), Φ the distribution function of the normal distribution, by erf and not its approximation by tanh
 * (Hendrycks and Gimpel, 2016).
 *
 * @category Activations
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const [below, above] = await F.gelu(Tensor.from([-1, 1])).read();
 * console.log(below.toFixed(3), above.toFixed(3));
 * // -0.159 0.841
 */
export const gelu = (x: Tensor): Tensor => unary('gelu', x);

/**
 * The derivative of gelu.
 *
 * @internal
 */
export const geluSlope = (x: Tensor): Tensor => unary('geluSlope', x);

/**
 * The sine of x, an angle in radians.
 *
 * @category Elementwise
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const [zero, one] = await F.sin(Tensor.from([0, Math.PI / 2])).read();
 * console.log(zero, one.toFixed(3));
 * // 0 1.000
 */
export const sin = (x: Tensor): Tensor => unary('sin', x);

/**
 * The cosine of x, an angle in radians.
 *
 * @category Elementwise
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const [one, minusOne] = await F.cos(Tensor.from([0, Math.PI])).read();
 * console.log(one, minusOne.toFixed(3));
 * // 1 -1.000
 */
export const cos = (x: Tensor): Tensor => unary('cos', x);

/**
 * The tangent of x, an angle in radians.
 *
 * @category Elementwise
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const [zero, one] = await F.tan(Tensor.from([0, Math.PI / 4])).read();
 * console.log(zero, one.toFixed(3));
 * // 0 1.000
 */
export const tan = (x: Tensor): Tensor => unary('tan', x);

/**
 * The smallest whole number ≥ x. The derivative is 0 everywhere.
 *
 * @category Elementwise
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.ceil(Tensor.from([1.2, 3, -1.2])).toArray());
 * // [ 2, 3, -1 ]
 */
export const ceil = (x: Tensor): Tensor => unary('ceil', x);

/**
 * The largest whole number ≤ x. The derivative is 0 everywhere.
 *
 * @category Elementwise
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.floor(Tensor.from([1.8, 3, -1.2])).toArray());
 * // [ 1, 3, -2 ]
 */
export const floor = (x: Tensor): Tensor => unary('floor', x);

/**
 * The nearest whole number; of two the even one. The derivative is 0 everywhere.
 *
 * @category Elementwise
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.round(Tensor.from([0.5, 1.5, 2.5, 2.6])).toArray());
 * // [ 0, 2, 2, 3 ]
 */
export const round = (x: Tensor): Tensor => unary('round', x);

/**
 * 1 where x is 0, else 0.
 *
 * @category Comparisons
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.isZero(Tensor.from([0, 2, -0])).toArray());
 * // [ 1, 0, 1 ]
 */
export const isZero = (x: Tensor): Tensor => unary('isZero', x);

/**
 * xᵃ for a constant a: NaN where x < 0 and a is no whole number.
 *
 * @throws ShapeError for an a that is no number; pow takes tensors on either side
 * @category Elementwise
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.power(Tensor.from([1, 2, 3]), 2).toArray());
 * // [ 1, 4, 9 ]
 */
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

/**
 * a + b.
 *
 * @param a a tensor, or a number
 * @param b a tensor, or a number, not both numbers; two tensors broadcast by NumPy's rule
 * @returns the shape of both together
 * @throws ShapeError for shapes that do not broadcast, and for two numbers
 * @category Elementwise
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const x = Tensor.from([[1, 2], [3, 4]]);
 * console.log(await F.add(x, Tensor.from([10, 20])).toArray());
 * // [ [ 11, 22 ], [ 13, 24 ] ]
 */
export function add(a: Operand, b: Operand): Tensor {
  return mixed('add', a, b, plus, plus);
}

/**
 * a − b.
 *
 * @param a a tensor, or a number
 * @param b a tensor, or a number, not both numbers; two tensors broadcast by NumPy's rule
 * @returns the shape of both together
 * @throws ShapeError for shapes that do not broadcast, and for two numbers
 * @category Elementwise
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.sub(1, Tensor.from([1, 2, 3])).toArray());
 * // [ 0, -1, -2 ]
 */
export function sub(a: Operand, b: Operand): Tensor {
  return mixed('sub', a, b, minus, subtractedFrom);
}

/**
 * a·b, element by element; matmul is the product of matrices.
 *
 * @param a a tensor, or a number
 * @param b a tensor, or a number, not both numbers; two tensors broadcast by NumPy's rule
 * @returns the shape of both together
 * @throws ShapeError for shapes that do not broadcast, and for two numbers
 * @category Elementwise
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const column = Tensor.from([[1], [2]]);
 * console.log(await F.mul(column, Tensor.from([3, 4])).toArray());
 * // [ [ 3, 4 ], [ 6, 8 ] ]
 */
export function mul(a: Operand, b: Operand): Tensor {
  return mixed('mul', a, b, times, times);
}

/**
 * a/b: ±∞ or NaN where b is 0.
 *
 * @param a a tensor, or a number
 * @param b a tensor, or a number, not both numbers; two tensors broadcast by NumPy's rule
 * @returns the shape of both together
 * @throws ShapeError for shapes that do not broadcast, and for two numbers
 * @category Elementwise
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.div(1, Tensor.from([2, 4, 0])).toArray());
 * // [ 0.5, 0.25, Infinity ]
 */
export function div(a: Operand, b: Operand): Tensor {
  return mixed('div', a, b, (x, n) => affine(x, 1 / n, 0));
}

/**
 * aᵇ: NaN where a < 0 and b is no whole number.
 *
 * @param a a tensor, or a number
 * @param b a tensor, or a number, not both numbers; two tensors broadcast by NumPy's rule
 * @returns the shape of both together
 * @throws ShapeError for shapes that do not broadcast, and for two numbers
 * @category Elementwise
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.pow(2, Tensor.from([0, 1, 10])).toArray());
 * // [ 1, 2, 1024 ]
 */
export function pow(a: Operand, b: Operand): Tensor {
  return mixed('pow', a, b, power);
}

/**
 * a where b > 0, else 0: what is shut out leaves no trace, NaN included. The two broadcast.
 *
 * @throws ShapeError for shapes that do not broadcast, and for two numbers
 * @category Comparisons
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.gate(Tensor.from([1, NaN, 3]), Tensor.from([1, 0, 5])).toArray());
 * // [ 1, 0, 3 ]
 */
export const gate = (a: Operand, b: Operand): Tensor => binary('gate', a, b);

/**
 * 1 where a = b, else 0; NaN is unlike everything, itself too. The two broadcast, and one may be a number.
 *
 * @throws ShapeError for shapes that do not broadcast, and for two numbers
 * @category Comparisons
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.equal(Tensor.from([1, 2, NaN]), Tensor.from([1, 3, NaN])).toArray());
 * // [ 1, 0, 0 ]
 */
export const equal = (a: Operand, b: Operand): Tensor => binary('equal', a, b);

/**
 * 1 where a ≠ b, else 0; NaN is unlike everything, itself too. The two broadcast, and one may be a number.
 *
 * @throws ShapeError for shapes that do not broadcast, and for two numbers
 * @function
 * @category Comparisons
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.notEqual(Tensor.from([1, 2, NaN]), Tensor.from([1, 3, NaN])).toArray());
 * // [ 0, 1, 1 ]
 */
export const notEqual = named('notEqual', (a: Operand, b: Operand): Tensor => affine(equal(a, b), -1, 1));

/**
 * 1 where a < b, else 0; 0 where one is NaN. The two broadcast, and one may be a number.
 *
 * @throws ShapeError for shapes that do not broadcast, and for two numbers
 * @category Comparisons
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.less(Tensor.from([1, 2, 3]), 2).toArray());
 * // [ 1, 0, 0 ]
 */
export const less = (a: Operand, b: Operand): Tensor => binary('less', a, b);

/**
 * 1 where a ≤ b, else 0; 0 where one is NaN. The two broadcast, and one may be a number.
 *
 * @throws ShapeError for shapes that do not broadcast, and for two numbers
 * @category Comparisons
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.lessEqual(Tensor.from([1, 2, 3]), 2).toArray());
 * // [ 1, 1, 0 ]
 */
export const lessEqual = (a: Operand, b: Operand): Tensor => binary('lessEqual', a, b);

/**
 * 1 where a > b, else 0; 0 where one is NaN. The two broadcast, and one may be a number.
 *
 * @throws ShapeError for shapes that do not broadcast, and for two numbers
 * @function
 * @category Comparisons
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.greater(Tensor.from([1, 2, 3]), 2).toArray());
 * // [ 0, 0, 1 ]
 */
export const greater = named('greater', (a: Operand, b: Operand): Tensor => {
  const [left, right] = operandsOf('greater', { a, b });
  return less(right, left);
});

/**
 * 1 where a ≥ b, else 0; 0 where one is NaN. The two broadcast, and one may be a number.
 *
 * @throws ShapeError for shapes that do not broadcast, and for two numbers
 * @function
 * @category Comparisons
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.greaterEqual(Tensor.from([1, 2, 3]), 2).toArray());
 * // [ 0, 1, 1 ]
 */
export const greaterEqual = named('greaterEqual', (a: Operand, b: Operand): Tensor => {
  const [left, right] = operandsOf('greaterEqual', { a, b });
  return lessEqual(right, left);
});

/**
 * The larger of the two, NaN where one is. The two broadcast, and one may be a number; where they are equal
 * each has half of the gradient.
 *
 * @throws ShapeError for shapes that do not broadcast, and for two numbers
 * @category Elementwise
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.maximum(Tensor.from([-1, 2]), 0).toArray());
 * // [ 0, 2 ]
 */
export const maximum = (a: Operand, b: Operand): Tensor => binary('maximum', a, b);

/**
 * The smaller of the two, NaN where one is. The two broadcast, and one may be a number; where they are equal
 * each has half of the gradient.
 *
 * @throws ShapeError for shapes that do not broadcast, and for two numbers
 * @category Elementwise
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.minimum(Tensor.from([-1, 2]), 0).toArray());
 * // [ -1, 0 ]
 */
export const minimum = (a: Operand, b: Operand): Tensor => binary('minimum', a, b);

/**
 * a where condition > 0, else b; what is not chosen leaves no trace, NaN included. All three broadcast.
 *
 * @param condition a tensor, such as less gives, or a number; one of the three is a tensor
 * @returns the shape of all three together
 * @throws ShapeError for shapes that do not broadcast, and for three numbers
 * @function
 * @category Comparisons
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const x = Tensor.from([-2, 3]);
 * console.log(await F.where(F.less(x, 0), 0, x).toArray());
 * // [ 0, 3 ]
 */
export const where = named('where', (condition: Operand, a: Operand, b: Operand): Tensor => {
  const [test, left, right] = operandsOf('where', { condition, a, b });
  const chosen = step(test, 0);
  return add(gate(left, chosen), gate(right, isZero(chosen)));
});

/**
 * x for x > 0, else weight·x, a slope that is learnt (He et al., 2015): a weight of shape [C] has one for each
 * channel of x [N,C,…], any other is broadcast.
 *
 * @throws ShapeError for a weight that does not fit x
 * @function
 * @category Activations
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const x = Tensor.from([[-2, -2], [3, 3]]);
 * console.log(await F.prelu(x, Tensor.from([0.5, 0.25])).toArray());
 * // [ [ -1, -0.5 ], [ 3, 3 ] ]
 */
export const prelu = named('prelu', (x: Tensor, weight: Operand): Tensor => {
  const [input, given] = operandsOf('prelu', { x, weight });
  const perChannel = given.shape.length === 1 && input.shape.length > 1;
  const slope = perChannel ? reshape(given, [given.size, ...input.shape.slice(2).fill(1)]) : given;
  return where(input, input, mul(input, slope));
});

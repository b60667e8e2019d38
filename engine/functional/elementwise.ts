/** Arithmetic of each element. */

import { isTensor } from '../expect.ts';
import type { Tensor } from '../tensor.ts';
import type { BinaryName, Operand } from './operands.ts';
import { binary, unary, withConstants } from './operands.ts';

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

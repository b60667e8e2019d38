/** 1 where something holds of an element, else 0; and what is chosen by that. */

import { named } from '../errors.ts';
import type { Tensor } from '../tensor.ts';
import { add, affine } from './elementwise.ts';
import type { Operand } from './operands.ts';
import { binary, operandsOf, unary, withConstants } from './operands.ts';

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

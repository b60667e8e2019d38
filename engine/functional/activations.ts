/** What makes a network more than one matrix: functions of each element that bend. */

import { named } from '../errors.ts';
import type { Tensor } from '../tensor.ts';
import { where } from './comparisons.ts';
import { affine, mul } from './elementwise.ts';
import type { Operand } from './operands.ts';
import { operandsOf, unary, withConstants } from './operands.ts';
import { reshape } from './shapes.ts';

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

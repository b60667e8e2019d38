/** Layers without parameters: functions. */

import { InkgradError, whatIs } from '../errors.ts';
import * as F from '../functional.ts';
import type { Tensor } from '../tensor.ts';
import { finite, given } from './given.ts';
import { Module } from './module.ts';

/**
 * A layer without parameters: a function.
 *
 * @category Layers
 * @example
 * import { F, nn, Tensor } from 'inkgrad';
 *
 * const double = new nn.Lambda((x) => F.mul(x, 2));
 * console.log(await double.forward(Tensor.from([1, 2])).toArray());
 * // [ 2, 4 ]
 */
export class Lambda extends Module {
  constructor(
    /** The function. */
    readonly forward: (x: Tensor) => Tensor,
  ) {
    super();
    if (typeof forward !== 'function')
      throw new InkgradError(`Lambda: ${whatIs(forward)}; expected a function of a tensor`);
  }
}

/**
 * The mean of each plane: [N,C,H,W] → [N,C,1,1].
 *
 * @category Layers
 * @example
 * import { nn, Tensor } from 'inkgrad';
 *
 * const pool = new nn.GlobalAvgPool();
 * console.log(await pool.forward(Tensor.from([[[[1, 2], [3, 6]]]])).item());
 * // 3
 */
export class GlobalAvgPool extends Lambda {
  constructor(...args: []) {
    given('GlobalAvgPool', {}, {}, args);
    super(F.globalAvgPool);
  }
}

/**
 * [N,…] → [N,product].
 *
 * @category Layers
 * @example
 * import { F, nn } from 'inkgrad';
 *
 * console.log(new nn.Flatten().forward(F.zeros([2, 3, 4, 4])).shape);
 * // [ 2, 48 ]
 */
export class Flatten extends Lambda {
  constructor(...args: []) {
    given('Flatten', {}, {}, args);
    super((x) => F.flatten(x, 1));
  }
}

/**
 * max(x, 0) of each element.
 *
 * @category Layers
 * @example
 * import { nn, Tensor } from 'inkgrad';
 *
 * console.log(await new nn.ReLU().forward(Tensor.from([-2, 3])).toArray());
 * // [ 0, 3 ]
 */
export class ReLU extends Lambda {
  constructor(...args: []) {
    given('ReLU', {}, {}, args);
    super(F.relu);
  }
}

/**
 * x for x > 0, else negativeSlope·x, 0.01 when left out.
 *
 * @throws InkgradError for a slope that is no finite number
 * @category Layers
 * @example
 * import { nn, Tensor } from 'inkgrad';
 *
 * console.log(await new nn.LeakyReLU(0.5).forward(Tensor.from([-2, 3])).toArray());
 * // [ -1, 3 ]
 */
export class LeakyReLU extends Lambda {
  constructor(negativeSlope?: number);
  constructor(options: {
    /** the slope below 0; 0.01 when left out */
    readonly negativeSlope?: number;
  });
  constructor(...args: readonly unknown[]) {
    const sizes = { negativeSlope: finite };
    type Options = { readonly negativeSlope?: number };
    const { negativeSlope } = given<Options, 'negativeSlope'>('LeakyReLU', sizes, {}, args);
    super((x) => F.leakyRelu(x, negativeSlope));
  }
}

/**
 * x for x > 0, else alpha·(eˣ − 1), 1 when left out.
 *
 * @throws InkgradError for an alpha that is no finite number
 * @category Layers
 * @example
 * import { nn, Tensor } from 'inkgrad';
 *
 * const [below, above] = await new nn.ELU().forward(Tensor.from([-1, 3])).read();
 * console.log(below.toFixed(3), above);
 * // -0.632 3
 */
export class ELU extends Lambda {
  constructor(alpha?: number);
  constructor(options: {
    /** what large negative numbers come to, negated; 1 when left out */
    readonly alpha?: number;
  });
  constructor(...args: readonly unknown[]) {
    const { alpha } = given<{ readonly alpha?: number }, 'alpha'>('ELU', { alpha: finite }, {}, args);
    super((x) => F.elu(x, alpha));
  }
}

/**
 * elu with the two constants for which layers keep mean 0 and variance 1; see F.selu.
 *
 * @category Layers
 * @example
 * import { nn, Tensor } from 'inkgrad';
 *
 * const [below, above] = await new nn.SELU().forward(Tensor.from([-1, 1])).read();
 * console.log(below.toFixed(3), above.toFixed(3));
 * // -1.111 1.051
 */
export class SELU extends Lambda {
  constructor(...args: []) {
    given('SELU', {}, {}, args);
    super(F.selu);
  }
}

/**
 * ln(1 + eˣ) of each element.
 *
 * @category Layers
 * @example
 * import { nn, Tensor } from 'inkgrad';
 *
 * const y = await new nn.Softplus().forward(Tensor.from([0])).item();
 * console.log(y.toFixed(3));
 * // 0.693
 */
export class Softplus extends Lambda {
  constructor(...args: []) {
    given('Softplus', {}, {}, args);
    super(F.softplus);
  }
}

/**
 * x·hardSigmoid(x) of each element; see F.hardSwish.
 *
 * @category Layers
 * @example
 * import { nn, Tensor } from 'inkgrad';
 *
 * console.log(await new nn.Hardswish().forward(Tensor.from([-1.5, 3])).toArray());
 * // [ -0.375, 3 ]
 */
export class Hardswish extends Lambda {
  constructor(...args: []) {
    given('Hardswish', {}, {}, args);
    super(F.hardSwish);
  }
}

/**
 * x·σ(x) of each element, also called swish.
 *
 * @category Layers
 * @example
 * import { nn, Tensor } from 'inkgrad';
 *
 * const y = await new nn.SiLU().forward(Tensor.from([2])).item();
 * console.log(y.toFixed(3));
 * // 1.762
 */
export class SiLU extends Lambda {
  constructor(...args: []) {
    given('SiLU', {}, {}, args);
    super(F.silu);
  }
}

/**
 * 1/(1 + e⁻ˣ) of each element.
 *
 * @category Layers
 * @example
 * import { nn, Tensor } from 'inkgrad';
 *
 * const y = await new nn.Sigmoid().forward(Tensor.from([2])).item();
 * console.log(y.toFixed(3));
 * // 0.881
 */
export class Sigmoid extends Lambda {
  constructor(...args: []) {
    given('Sigmoid', {}, {}, args);
    super(F.sigmoid);
  }
}

/**
 * (eˣ − e⁻ˣ)/(eˣ + e⁻ˣ) of each element.
 *
 * @category Layers
 * @example
 * import { nn, Tensor } from 'inkgrad';
 *
 * const y = await new nn.Tanh().forward(Tensor.from([1])).item();
 * console.log(y.toFixed(3));
 * // 0.762
 */
export class Tanh extends Lambda {
  constructor(...args: []) {
    given('Tanh', {}, {}, args);
    super(F.tanh);
  }
}

/**
 * x·Φ(x) of each element; see F.gelu.
 *
 * @category Layers
 * @example
 * import { nn, Tensor } from 'inkgrad';
 *
 * const y = await new nn.GELU().forward(Tensor.from([1])).item();
 * console.log(y.toFixed(3));
 * // 0.841
 */
export class GELU extends Lambda {
  constructor(...args: []) {
    given('GELU', {}, {}, args);
    super(F.gelu);
  }
}

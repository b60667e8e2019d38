import { InkgradError, whatIs } from '../errors.ts';
import * as F from '../functional.ts';
import type { Tensor } from '../tensor.ts';
import { Module } from './module.ts';

/**
 * layers(x) + shortcut(x), and without a shortcut layers(x) + x (He et al., 2016). Both must have one shape.
 * What is inside is named `layers` and `shortcut`.
 *
 * @throws ShapeError in `forward` for two shapes that do not broadcast
 * @category Layers
 * @example
 * import { F, nn, Tensor } from 'inkgrad';
 *
 * const block = new nn.Residual(new nn.Lambda((x) => F.mul(x, 10)));
 * console.log(await block.forward(Tensor.from([1, 2])).toArray());
 * // [ 11, 22 ]
 */
export class Residual extends Module {
  constructor(
    /** What is learnt beside the shortcut. */
    readonly layers: Module,
    /** The way past them; x itself where it is null. */
    readonly shortcut: Module | null = null,
  ) {
    super();
    for (const [name, inside] of this.children())
      if (!(inside instanceof Module))
        throw new InkgradError(`Residual: ${name} is ${whatIs(inside)}; expected a layer`);
  }

  override children() {
    const { layers, shortcut } = this;
    return Object.entries(shortcut === null ? { layers } : { layers, shortcut });
  }

  forward(x: Tensor): Tensor {
    const { layers, shortcut } = this;
    return F.add(layers.forward(x), shortcut === null ? x : shortcut.forward(x));
  }
}

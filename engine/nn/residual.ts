import * as F from '../functional.ts';
import type { Tensor } from '../tensor.ts';
import { Module } from './module.ts';

/**
 * layers(x) + shortcut(x), and without a shortcut layers(x) + x: He, Zhang, Ren and Sun, "Deep residual learning for image
 * recognition" (CVPR 2016). Both must have one shape. What is inside is named `layers` and `shortcut`.
 */
export class Residual extends Module {
  constructor(
    readonly layers: Module,
    readonly shortcut: Module | null = null,
  ) {
    super();
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

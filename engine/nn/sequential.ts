import { InkgradError, ShapeError, whatIs } from '../errors.ts';
import * as F from '../functional.ts';
import type { Tensor } from '../tensor.ts';
import { Lambda } from './functions.ts';
import { Module } from './module.ts';

/** A layer, or a function that is one. */
export type Layer = Module | ((x: Tensor) => Tensor);

/**
 * Layers one after the other, as arguments or in one array. Their names are their indices: `0`, `1`, …
 *
 * @throws InkgradError for what is no layer; what a layer refuses in `forward` is a ShapeError that says which
 * it was
 * @category Layers
 * @example
 * import { nn, Tensor } from 'inkgrad';
 *
 * const model = new nn.Sequential(new nn.Linear(2, 8), new nn.Tanh(), new nn.Linear(8, 1));
 * console.log(model.forward(Tensor.from([[0, 1], [1, 1]])).shape);
 * // [ 2, 1 ]
 * console.log([...model.parameters().keys()]);
 * // [ '0.weight', '0.bias', '2.weight', '2.bias' ]
 */
export class Sequential extends Module {
  /** The layers in their order. */
  readonly layers: readonly Module[];

  constructor(...layers: readonly Layer[]);
  constructor(layers: readonly Layer[]);
  constructor(...layers: readonly Layer[] | readonly [readonly Layer[]]) {
    super();
    this.layers = layers.flat().map(layerOf);
  }

  override children() {
    return this.layers.map((layer, i) => [String(i), layer] as const);
  }

  forward(x: Tensor): Tensor {
    let value = x;
    for (let i = 0; i < this.layers.length; ) {
      const { length, forward } = this.layers[i].joined(this.layers.slice(i + 1)) ?? {
        length: 1,
        forward: undefined,
      };
      const before = value;
      value = at(i, () => (forward === undefined ? this.layers[i].forward(before) : forward(before)));
      i += length;
    }
    return value === x ? F.reshape(x, x.shape) : value;
  }
}

function layerOf(layer: unknown, i: number): Module {
  if (layer instanceof Module) return layer;
  const isClass = typeof layer === 'function' && layer.prototype instanceof Module;
  if (typeof layer === 'function' && !isClass) return new Lambda(layer as (x: Tensor) => Tensor);
  const said = isClass ? `the class of a layer, not one: write new ${layer.name}(…)` : whatIs(layer);
  throw new InkgradError(`Sequential: layer ${i} is ${said}; expected a layer or a function of a tensor`);
}

/** What a layer refuses, with its place: `Linear (layer 2): …`, or `(layer 2.0)` in a stack of stacks. */
function at(i: number, forward: () => Tensor): Tensor {
  try {
    return forward();
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    const placed = error.message.replace(/^(\w+)(?: \(layer ([\d.]+)\))?/, (_, name, inner) => {
      return `${name} (layer ${inner === undefined ? i : `${i}.${inner}`})`;
    });
    throw new ShapeError(placed);
  }
}

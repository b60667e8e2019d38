import { InkgradError, ShapeError, whatIs } from '../errors.ts';
import * as F from '../functional.ts';
import type { Tensor } from '../tensor.ts';
import { pairOf } from '../windowOptions.ts';
import { Conv2d, Lambda, Linear, MaxPool2d } from './layers.ts';
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
      const { length, forward } = fused(this.layers, i) ?? { length: 1, forward: undefined };
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

/** Several layers as one function, and how many they are. */
interface Joint {
  readonly length: number;
  readonly forward: (x: Tensor) => Tensor;
}

/** What the kernels stand for: a layer of a class that extends one of these may have a forward of its own. */
const [linear, conv, maxPool] = [Linear, Conv2d, MaxPool2d].map(({ prototype }) => prototype.forward);

/** Neighbours that one kernel computes together: conv + relu (+ pool), linear + relu. The numbers are the same. */
function fused(layers: readonly Module[], at: number): Joint | null {
  const [layer, second, third] = layers.slice(at, at + 3);
  if (second?.forward !== F.relu) return null;
  if (layer instanceof Linear && layer.forward === linear && layer.bias !== null) {
    return { length: 2, forward: (x) => layer.withRelu(x) };
  }
  if (layer instanceof Conv2d && layer.forward === conv && layer.bias !== null) {
    const pool = third instanceof MaxPool2d && third.forward === maxPool && halves(third);
    return { length: pool ? 3 : 2, forward: (x) => layer.withRelu(x, pool) };
  }
  return null;
}

/** Whether a pooling is over 2×2 windows side by side, and nothing else. */
function halves({ kernelSize, options }: MaxPool2d): boolean {
  const { stride = kernelSize, padding = 0, dilation = 1, ceilMode = false } = options;
  const is = (value: number) => (n: number) => n === value;
  return (
    pairOf(kernelSize).every(is(2)) &&
    pairOf(stride).every(is(2)) &&
    pairOf(dilation).every(is(1)) &&
    padding !== 'same' &&
    [padding].flat().every(is(0)) &&
    !ceilMode
  );
}

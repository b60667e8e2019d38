import * as F from '../functional.ts';
import type { Tensor } from '../tensor.ts';
import { pairOf } from '../windowOptions.ts';
import { Conv2d, Linear, MaxPool2d } from './layers.ts';
import { Module } from './module.ts';

/** Layers one after the other. Their names are their indices: `0`, `1`, … */
export class Sequential extends Module {
  constructor(readonly layers: readonly Module[]) {
    super();
  }

  override children() {
    return this.layers.map((layer, i) => [String(i), layer] as const);
  }

  forward(x: Tensor): Tensor {
    let value = x;
    for (let i = 0; i < this.layers.length; ) {
      const joint = fused(this.layers, i);
      value = joint === null ? this.layers[i].forward(value) : joint.forward(value);
      i += joint?.length ?? 1;
    }
    return value === x ? F.reshape(x, x.shape) : value;
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
    const { weight, bias } = layer;
    return { length: 2, forward: (x) => F.linear(x, weight, bias, { relu: true }) };
  }
  if (layer instanceof Conv2d && layer.forward === conv && layer.bias !== null) {
    const { weight, bias, options } = layer;
    const pool = third instanceof MaxPool2d && third.forward === maxPool && halves(third);
    return { length: pool ? 3 : 2, forward: (x) => F.convRelu(x, weight, bias, { ...options, pool }) };
  }
  return null;
}

/** Whether a pooling is over 2×2 windows side by side, and nothing else. */
function halves({ options }: MaxPool2d): boolean {
  const { kernelSize, stride = kernelSize, padding = 0, dilation = 1, ceilMode = false } = options;
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

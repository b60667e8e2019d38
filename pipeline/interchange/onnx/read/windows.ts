import { ceilOverhang, type Pair } from '../../../../engine/ops/window.ts';
import { pairOf } from '../../../../engine/windowOptions.ts';
import type { OnnxNode } from '../network.ts';
import { type NodeAt, number, numbers } from './nodeAt.ts';

const one = ([a, b]: readonly number[]): number | readonly number[] => (a === b ? a : [a, b]);

type Sides = [number, number, number, number];

/** ONNX's auto_pad, and pads in our order; SAME_* makes ⌈image/stride⌉ outputs. */
function sidesOf(node: OnnxNode, image: Pair, kernel: Pair, stride: Pair, dilation: Pair): Sides {
  const autoPad = node.attributes.auto_pad ?? 'NOTSET';
  if (autoPad === 'VALID') return [0, 0, 0, 0];
  if (autoPad === 'NOTSET') return [...(numbers(node, 'pads') ?? [0, 0, 0, 0])] as Sides;
  const total = [0, 1].map((axis) => {
    const outputs = Math.ceil(image[axis] / stride[axis]);
    const reach = (outputs - 1) * stride[axis] + (kernel[axis] - 1) * dilation[axis] + 1;
    return Math.max(0, reach - image[axis]);
  });
  const front = total.map((n) => (autoPad === 'SAME_UPPER' ? Math.floor(n / 2) : Math.ceil(n / 2)));
  return [front[0], front[1], total[0] - front[0], total[1] - front[1]];
}

/** How a window moves, as options of a layer; what it does anyway is left out. */
export function windowOptions(at: NodeAt, kernel: readonly number[], usualStride: Pair) {
  const { chain, node } = at;
  if (kernel.length !== 2 || chain.shape.length !== 3) {
    return chain.refuse(
      node,
      `has windows of ${kernel.length} axes on [${chain.shape}]; ours have two, on [channels, height, width]`,
    );
  }
  const size = pairOf(kernel);
  const image = pairOf(chain.shape.slice(1));
  const stride = pairOf(numbers(node, 'strides') ?? [1, 1]);
  const dilation = pairOf(numbers(node, 'dilations') ?? [1, 1]);
  const padding = sidesOf(node, image, size, stride, dilation);
  const overhang: Pair =
    number(node, 'ceil_mode', 0) === 1 ? ceilOverhang(image, size, { stride, padding, dilation }) : [0, 0];
  const [top, left] = padding;
  const [bottom, right] = [padding[2] + overhang[0], padding[3] + overhang[1]];
  const isEven = top === bottom && left === right;
  const given = isEven ? one([top, left]) : [top, left, bottom, right];
  return {
    kernelSize: one(size),
    stride: stride.join() === usualStride.join() ? undefined : one(stride),
    padding: given === 0 ? undefined : given,
    dilation: dilation.join() === '1,1' ? undefined : one(dilation),
    overhang,
  };
}

/** A pool; its window is where an attribute says. */
export function poolOptions(at: NodeAt) {
  const kernel = numbers(at.node, 'kernel_shape') ?? [];
  return windowOptions(at, kernel, kernel.length === 2 ? pairOf(kernel) : [1, 1]);
}

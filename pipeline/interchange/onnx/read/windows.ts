import { ceilOverhang, type Pair } from '../../../../engine/ops/window.ts';
import { pairOf } from '../../../../engine/windowOptions.ts';
import type { OnnxNode } from '../network.ts';
import { refuse } from './chain.ts';
import { listOf } from './constants.ts';
import { type NodeAt, number, numbers, optional } from './nodeAt.ts';

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

/** What a Pad before the window adds to its own padding, which is of the same value. */
function takePadding({ chain }: NodeAt, own: Sides, value: number): Sides {
  const { padding } = chain;
  if (padding === null) return own;
  if (padding.value !== value) refuse(`comes after a padding with ${padding.value}`);
  chain.padding = null;
  return own.map((n, side) => n + padding.sides[side]) as Sides;
}

/**
 * How a window moves, as options of a layer; what it does anyway is left out.
 *
 * @param value what padding counts as
 */
export function windowOptions(at: NodeAt, kernel: readonly number[], usualStride: Pair, value = 0) {
  const { chain, node } = at;
  if (kernel.length !== 2 || chain.shape.length !== 3) {
    return refuse(
      `has windows of ${kernel.length} axes on [${chain.shape}]; ours have two, on [channels, height, width]`,
    );
  }
  const size = pairOf(kernel);
  const image = pairOf(chain.shape.slice(1));
  const stride = pairOf(numbers(node, 'strides') ?? [1, 1]);
  const dilation = pairOf(numbers(node, 'dilations') ?? [1, 1]);
  const padding = takePadding(at, sidesOf(node, image, size, stride, dilation), value);
  const hangsOver =
    number(node, 'ceil_mode', 0) === 1 &&
    ceilOverhang(image, size, { stride, padding, dilation }).some((n) => n > 0);
  const [top, left, bottom, right] = padding;
  const isEven = top === bottom && left === right;
  const given = isEven ? one([top, left]) : [top, left, bottom, right];
  return {
    kernelSize: one(size),
    stride: stride.join() === usualStride.join() ? undefined : one(stride),
    padding: given === 0 ? undefined : given,
    dilation: dilation.join() === '1,1' ? undefined : one(dilation),
    ceilMode: hangsOver || undefined,
  };
}

/** A pool; its window is where an attribute says. */
function poolOptions(at: NodeAt, value: number) {
  const kernel = numbers(at.node, 'kernel_shape') ?? [];
  return windowOptions(at, kernel, kernel.length === 2 ? pairOf(kernel) : [1, 1], value);
}

export function maxPool(at: NodeAt): void {
  at.chain.add(at.node, { type: 'maxPool2d', ...poolOptions(at, Number.NEGATIVE_INFINITY) });
}

/** Whether a pool pads, or rounds up, by itself. */
const padsItself = (node: OnnxNode): boolean =>
  numbers(node, 'pads')?.some((n) => n > 0) === true ||
  number(node, 'ceil_mode', 0) === 1 ||
  String(node.attributes.auto_pad).startsWith('SAME');

/** PyTorch writes a padding that counts as a Pad of its own. */
export function averagePool(at: NodeAt): void {
  const { chain, node } = at;
  const isPadded = chain.padding !== null;
  const window = poolOptions(at, 0);
  const counts = number(node, 'count_include_pad', 0) === 1 || (isPadded && !padsItself(node));
  if (isPadded && !counts) refuse('has padding that counts and some that does not');
  const countPadding = counts || window.padding === undefined ? undefined : false;
  chain.add(node, { type: 'avgPool2d', ...window, countPadding });
}

/** Zeros, or −∞ for a maximum, around an image; the window that comes next takes them up. */
export function pad(at: NodeAt): void {
  const { chain, node } = at;
  const pads = listOf(node, 'pads', optional(at, 1)) ?? [];
  const sides = [2, 3, 6, 7].map((axis) => pads[axis] ?? 0) as Sides;
  const value = optional(at, 2)?.data[0] ?? number(node, 'value', 0);
  const isConstant = (node.attributes.mode ?? 'constant') === 'constant';
  const isOfImages =
    (node.inputs[3] ?? '') === '' &&
    pads.length === 8 &&
    [0, 1, 4, 5].every((axis) => pads[axis] === 0) &&
    pads.every((n) => n >= 0);
  if (pads.every((n) => n === 0)) return;
  if (!isConstant || !isOfImages || chain.padding !== null) {
    refuse(`pads by [${pads}], which no window here does`);
  }
  chain.padding = { sides, value };
}

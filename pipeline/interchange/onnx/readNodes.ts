import type { StoredTensor } from '../../../engine/formats/safetensors.ts';
import { ceilOverhang, type Pair } from '../../../engine/ops/window.ts';
import { sizeOf } from '../../../engine/shape.ts';
import { pairOf } from '../../../engine/windowOptions.ts';
import type { Affine, Chain } from './chain.ts';
import { type Constants, listOf, reshaped } from './constants.ts';
import type { OnnxNode } from './network.ts';
import type { OnnxTensor } from './tensors.ts';

/** A node whose one input that is no constant is what the chain makes. */
export interface NodeAt {
  readonly chain: Chain;
  readonly node: OnnxNode;
  readonly constants: Constants;
  /** whether a softmax that ends the network comes next */
  readonly endsInSoftmax: boolean;
  /** whether it makes what the network gives */
  readonly isLast: boolean;
}

type ReadNode = (at: NodeAt) => void;

// ---- attributes and constants ------------------------------------------------------------------------------

const number = ({ attributes }: OnnxNode, name: string, otherwise: number): number =>
  (attributes[name] as number | undefined) ?? otherwise;

const numbers = ({ attributes }: OnnxNode, name: string): readonly number[] | undefined =>
  attributes[name] as readonly number[] | undefined;

/** A number that was float32, as a person writes it: 1e-5 and not 0.000009999999747378752. */
export function neat(value: number): number {
  const short = Number(value.toPrecision(7));
  return Math.fround(short) === Math.fround(value) ? short : value;
}

/** The same, and nothing where a layer takes it anyway. */
const unless = (usual: number, value: number): number | undefined =>
  neat(value) === usual ? undefined : neat(value);

/** An input that must be a constant. */
function constant({ chain, node, constants }: NodeAt, place: number): OnnxTensor {
  const found = constants.get(node.inputs[place]);
  return found ?? chain.refuse(node, `has an input ${place} that is computed; its weights must be constants`);
}

/** An input that may be left out. */
const optional = (at: NodeAt, place: number): OnnxTensor | undefined =>
  (at.node.inputs[place] ?? '') === '' ? undefined : constant(at, place);

/** A constant as weights. */
function weights({ chain, node }: NodeAt, { type, shape, data }: OnnxTensor): StoredTensor {
  if (data instanceof Int32Array || type === 'int64') chain.refuse(node, `has weights of ${type}`);
  return { shape, data: data instanceof Float32Array ? data : Float32Array.from(data) };
}

/**
 * A constant that goes along with every image, as a number for each channel or feature: of one number, or of so many on the
 * axis of the channels and of one on the others.
 */
function perChannel({ chain, node }: NodeAt, { shape, data }: OnnxTensor): Float32Array {
  const rank = chain.shape.length;
  const own = [...Array(Math.max(0, rank - shape.length)).fill(1), ...shape].slice(-rank);
  const isAlong = data.length === own[0] && own[0] === chain.shape[0];
  if (data.length === 1) return new Float32Array(chain.shape[0]).fill(data[0]);
  return isAlong ? Float32Array.from(data) : chain.refuse(node, `has a constant [${shape}] that is not one number for each channel`);
}

const times = (tensor: StoredTensor, factor: number): StoredTensor =>
  factor === 1 ? tensor : { ...tensor, data: (tensor.data as Float32Array).map((value) => value * factor) };

// ---- windows ------------------------------------------------------------------------------------------------

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
function windowOptions(at: NodeAt, kernel: readonly number[], usualStride: Pair) {
  const { chain, node } = at;
  if (kernel.length !== 2 || chain.shape.length !== 3) {
    return chain.refuse(node, `has windows of ${kernel.length} axes on [${chain.shape}]; ours have two, on [channels, height, width]`);
  }
  const size = pairOf(kernel);
  const image = pairOf(chain.shape.slice(1));
  const stride = pairOf(numbers(node, 'strides') ?? [1, 1]);
  const dilation = pairOf(numbers(node, 'dilations') ?? [1, 1]);
  const padding = sidesOf(node, image, size, stride, dilation);
  const overhang: Pair =
    number(node, 'ceil_mode', 0) === 1
      ? ceilOverhang(image, size, { stride, padding, dilation })
      : [0, 0];
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
function poolOptions(at: NodeAt) {
  const kernel = numbers(at.node, 'kernel_shape') ?? [];
  return windowOptions(at, kernel, kernel.length === 2 ? pairOf(kernel) : [1, 1]);
}

// ---- layers -------------------------------------------------------------------------------------------------

function conv(at: NodeAt): void {
  const { chain, node } = at;
  const weight = weights(at, constant(at, 1));
  const bias = optional(at, 2);
  const { overhang: _, ...window } = windowOptions(at, numbers(node, 'kernel_shape') ?? weight.shape.slice(2), [1, 1]);
  const groups = number(node, 'group', 1);
  chain.add(
    node,
    {
      type: 'conv2d',
      outChannels: weight.shape[0],
      ...window,
      groups: groups === 1 ? undefined : groups,
      bias: bias ? undefined : false,
    },
    { weight, ...(bias && { bias: weights(at, bias) }) },
  );
}

/** x·Wᵀ + b; `weight` is [out,in]. */
function linear(at: NodeAt, weight: StoredTensor, bias?: StoredTensor): void {
  const [features] = weight.shape;
  at.chain.add(
    at.node,
    { type: 'linear', outFeatures: features, bias: bias ? undefined : false },
    { weight, ...(bias && { bias }) },
  );
}

/** [in,out] → [out,in] */
function turned({ shape: [rows, columns], data }: StoredTensor): StoredTensor {
  const out = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) out[(i % columns) * rows + Math.floor(i / columns)] = data[i];
  return { shape: [columns, rows], data: out };
}

/** A matrix that features are multiplied by, as weights. */
function matrix(at: NodeAt): StoredTensor {
  const { chain, node } = at;
  if (node.inputs[0] !== '' && at.constants.get(node.inputs[0])) chain.refuse(node, 'multiplies from the left');
  const found = weights(at, constant(at, 1));
  if (found.shape.length !== 2 || chain.shape.length !== 1) {
    return chain.refuse(node, `multiplies [${chain.shape}] by [${found.shape}]; a linear layer takes features and a matrix`);
  }
  return found;
}

function gemm(at: NodeAt): void {
  const { chain, node } = at;
  const given = matrix(at);
  if (number(node, 'transA', 0) !== 0) chain.refuse(node, 'has transA');
  const weight = number(node, 'transB', 0) === 0 ? turned(given) : given;
  const bias = optional(at, 2);
  const whole = bias && spread(at, weights(at, bias), weight.shape[0]);
  linear(
    at,
    times(weight, number(node, 'alpha', 1)),
    whole && times(whole, number(node, 'beta', 1)),
  );
}

/** A bias of [features], [1,features] or one number. */
function spread({ chain, node }: NodeAt, { shape, data }: StoredTensor, features: number): StoredTensor {
  if (data.length === 1) return { shape: [features], data: new Float32Array(features).fill(data[0]) };
  if (data.length === features && shape.at(-1) === features) return { shape: [features], data };
  return chain.refuse(node, `has a bias [${shape}] for ${features} features`);
}

/** Of features there is no layer for it: there it goes into the linear layer before. */
function batchNorm(at: NodeAt): void {
  const { chain, node } = at;
  if (number(node, 'training_mode', 0) !== 0) chain.refuse(node, 'is one of training');
  const [weight, bias, mean, variance] = [1, 2, 3, 4].map((place) => weights(at, constant(at, place)));
  const eps = number(node, 'epsilon', 1e-5);
  if (chain.shape.length === 3) {
    const named = { weight, bias, runningMean: mean, runningVar: variance };
    return chain.add(node, { type: 'batchNorm2d', eps: unless(1e-5, eps) }, named);
  }
  const scale = Float32Array.from(weight.data, (value, i) => value / Math.sqrt(variance.data[i] + eps));
  const shift = Float32Array.from(bias.data, (value, i) => value - mean.data[i] * scale[i]);
  chain.fold(node, { scale, shift });
}

// ---- arithmetic with constants ------------------------------------------------------------------------------

const arithmetic: Readonly<Record<string, (value: number) => { readonly scale?: number; readonly shift?: number }>> = {
  Add: (value) => ({ shift: value }),
  Sub: (value) => ({ shift: -value }),
  Mul: (value) => ({ scale: value }),
  Div: (value) => ({ scale: 1 / value }),
};

/**
 * x with a constant: before all layers it normalises the input, before a last softmax it is a temperature, and after a layer
 * with weights it goes into them, as MatMul and Add do.
 */
function compute(at: NodeAt): void {
  const { chain, node, constants } = at;
  const side = constants.get(node.inputs[0]) ? 0 : 1;
  const operand = constant(at, side);
  if (side === 0 && (node.op === 'Sub' || node.op === 'Div')) chain.refuse(node, 'takes a constant first');
  const means = arithmetic[node.op];
  const isOne = operand.data.length === 1;
  if (chain.layers.length === 0) {
    if (!isOne) chain.refuse(node, 'normalises channels each for itself; a recipe has one mean and deviation');
    const { scale = 1, shift = 0 } = means(operand.data[0]);
    chain.before = { scale: chain.before.scale * scale, shift: chain.before.shift * scale + shift };
    return;
  }
  const { scale } = means(operand.data[0]);
  if (at.endsInSoftmax && isOne && scale !== undefined && scale > 0) {
    chain.temperature /= scale;
    return;
  }
  const values = perChannel(at, operand);
  const parts = Array.from(values, means);
  const part = (key: keyof Affine): Float32Array | null =>
    parts[0][key] === undefined ? null : Float32Array.from(parts, (each) => each[key]!);
  chain.fold(node, { scale: part('scale'), shift: part('shift') });
}

// ---- shapes -------------------------------------------------------------------------------------------------

/** The shape of an image that a reshape of all of them makes: what it says of the batch is left aside. */
function imageShape(at: NodeAt, target: readonly number[]): readonly number[] {
  const { chain, node } = at;
  // The batch is 0, which keeps it, −1, a length that the file fixes, or one that is taken from the input.
  const [, ...rest] = reshaped([1, ...chain.shape], [1, ...target.slice(1)], number(node, 'allowzero', 0) === 1);
  return sizeOf(rest) === sizeOf(chain.shape) ? rest : chain.refuse(node, `makes [${target}] of [batch, ${chain.shape}]`);
}

function reshape(at: NodeAt): void {
  const target = listOf(at.node, 'shape', constant(at, 1));
  at.chain.reshape(at.node, imageShape(at, target ?? []));
}

function squeeze(at: NodeAt): void {
  const { chain, node } = at;
  const rank = chain.shape.length + 1;
  const axes = listOf(node, 'axes', optional(at, 1))?.map((axis) => (axis < 0 ? axis + rank : axis));
  if (axes?.includes(0) || axes?.some((axis) => chain.shape[axis - 1] !== 1)) chain.refuse(node, `takes the axes ${axes} away`);
  chain.reshape(node, chain.shape.filter((n, axis) => (axes ? !axes.includes(axis + 1) : n !== 1)));
}

function flatten({ chain, node }: NodeAt): void {
  const axis = number(node, 'axis', 1);
  if ((axis < 0 ? axis + chain.shape.length + 1 : axis) !== 1) chain.refuse(node, `has the axis ${axis}; flatten keeps the batch alone`);
  chain.add(node, { type: 'flatten' });
}

function mean(at: NodeAt): void {
  const { chain, node } = at;
  const axes = listOf(node, 'axes', optional(at, 1))?.map((axis) => (axis < 0 ? axis + 4 : axis));
  if (axes?.toSorted().join() !== '2,3') chain.refuse(node, `is over the axes ${axes}; a mean of ours is over height and width`);
  chain.add(node, { type: 'globalAvgPool' });
  if (number(node, 'keepdims', 1) === 0) chain.add(node, { type: 'flatten' });
}

/** Softmax of the last values only says how they are to be read, as logits. */
function softmax({ chain, node, isLast }: NodeAt): void {
  const axis = number(node, 'axis', -1);
  if (!isLast) chain.refuse(node, 'is not the last; only at the end is there a softmax');
  if (chain.shape.length !== 1 || (axis !== 1 && axis !== -1)) chain.refuse(node, `is along the axis ${axis} of [batch, ${chain.shape}]`);
}

function dropout(at: NodeAt): void {
  const p = at.node.opset < 12 ? number(at.node, 'ratio', 0.5) : (optional(at, 1)?.data[0] ?? 0.5);
  at.chain.add(at.node, { type: 'dropout', p: unless(0.5, p) });
}

const layer =
  (type: string): ReadNode =>
  ({ chain, node }) =>
    chain.add(node, { type });

/** Operators, and what they become. */
export const nodeReaders: Readonly<Record<string, ReadNode>> = {
  Conv: conv,
  Gemm: gemm,
  MatMul: (at) => linear(at, turned(matrix(at))),
  BatchNormalization: batchNorm,
  MaxPool(at) {
    const { overhang: _, ...window } = poolOptions(at);
    at.chain.add(at.node, { type: 'maxPool2d', ...window });
  },
  AveragePool(at) {
    const { overhang, ...window } = poolOptions(at);
    const counts = number(at.node, 'count_include_pad', 0) === 1;
    if (counts && overhang.some((n) => n > 0)) at.chain.refuse(at.node, 'rounds up, where padding counts');
    const countPadding = counts || window.padding === undefined ? undefined : false;
    at.chain.add(at.node, { type: 'avgPool2d', ...window, countPadding });
  },
  GlobalAveragePool: layer('globalAvgPool'),
  ReduceMean: mean,
  Relu: layer('relu'),
  LeakyRelu: ({ chain, node }) =>
    chain.add(node, { type: 'leakyRelu', negativeSlope: unless(0.01, number(node, 'alpha', 0.01)) }),
  Sigmoid: layer('sigmoid'),
  Tanh: layer('tanh'),
  Gelu: ({ chain, node }) =>
    node.attributes.approximate === 'tanh' ? chain.refuse(node, 'is approximated by tanh') : chain.add(node, { type: 'gelu' }),
  Flatten: flatten,
  Reshape: reshape,
  Squeeze: squeeze,
  Dropout: dropout,
  Softmax: softmax,
  LogSoftmax: softmax,
  Identity: () => {},
  ...Object.fromEntries(Object.keys(arithmetic).map((op) => [op, compute])),
};

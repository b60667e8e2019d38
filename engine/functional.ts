/**
 * The functions that models and gradients are written in. Names and arguments follow torch.nn.functional;
 * shapes, formulas and gradients stand in engine/ops. A number is allowed wherever a tensor meets a constant.
 */
import type { Device } from './device.ts';
import { apply } from './graph.ts';
import type { UnpoolAttrs } from './kernels/poolParams.ts';
import type { AvgUnpoolAttrs } from './ops/avgPool2dGrad.ts';
import type { Conv2dAttrs } from './ops/conv2d.ts';
import type { ConvInputGradAttrs } from './ops/conv2dInputGrad.ts';
import type { ConvWeightGradAttrs } from './ops/conv2dWeightGrad.ts';
import type { DropoutAttrs } from './ops/dropout.ts';
import { ops } from './ops/index.ts';
import type { MatmulAttrs } from './ops/matmul.ts';
import type { ReduceAttrs } from './ops/reduce.ts';
import type { Shape } from './shape.ts';
import { resolveAxes, resolveAxis, sameShape, sizeOf } from './shape.ts';
import { Tensor } from './tensor.ts';
import type { WindowOptions } from './windowOptions.ts';
import { pairOf, windowOf } from './windowOptions.ts';

type Operand = Tensor | number;

const unary = (name: keyof typeof ops, x: Tensor, a = 0, b = 0): Tensor => apply(ops[name], [x], { a, b })[0];

// ---- constants -------------------------------------------------------------------------------------------

/** A tensor with `value` everywhere, of the device's float type. */
export function fill(device: Device, shape: Shape, value: number): Tensor {
  const attrs = { shape, value, dtype: device.floatType };
  const [spec] = ops.fill.infer([], attrs);
  const out = Tensor.empty(device, spec.shape, spec.dtype);
  device.run(ops.fill, [], [out], attrs);
  return out;
}

export const zeros = (device: Device, shape: Shape): Tensor => fill(device, shape, 0);
export const ones = (device: Device, shape: Shape): Tensor => fill(device, shape, 1);

/** [N] labels → [N,classes] rows with a 1 at the label. */
export const oneHot = (labels: Tensor, classes: number): Tensor => {
  const dtype = labels.device.floatType;
  return apply(ops.oneHot, [labels], { classes, dtype })[0];
};

// ---- elementwise -----------------------------------------------------------------------------------------

/** scale·x + shift */
export const affine = (x: Tensor, scale: number, shift: number): Tensor => unary('affine', x, scale, shift);
export const neg = (x: Tensor): Tensor => unary('neg', x);
export const exp = (x: Tensor): Tensor => unary('exp', x);
export const log = (x: Tensor): Tensor => unary('log', x);
export const sqrt = (x: Tensor): Tensor => unary('sqrt', x);
export const abs = (x: Tensor): Tensor => unary('abs', x);
export const sign = (x: Tensor): Tensor => unary('sign', x);
/** x held within [min, max]; either may be left out with ±Infinity. */
export const clamp = (x: Tensor, min: number, max: number): Tensor => unary('clamp', x, min, max);
/** 1 where min ≤ x ≤ max, else 0. */
export const within = (x: Tensor, min: number, max: number): Tensor => unary('within', x, min, max);
/** 1 where x > 0, else `otherwise`. */
export const step = (x: Tensor, otherwise: number): Tensor => unary('step', x, otherwise);
export const relu = (x: Tensor): Tensor => unary('relu', x);
export const leakyRelu = (x: Tensor, negativeSlope = 0.01): Tensor => unary('leakyRelu', x, negativeSlope);
export const sigmoid = (x: Tensor): Tensor => unary('sigmoid', x);
export const tanh = (x: Tensor): Tensor => unary('tanh', x);
export const gelu = (x: Tensor): Tensor => unary('gelu', x);
/** The derivative of gelu. */
export const geluSlope = (x: Tensor): Tensor => unary('geluSlope', x);
/** 1 where x is 0, else 0. */
export const isZero = (x: Tensor): Tensor => unary('isZero', x);
/** xᵃ for a constant a. */
export const power = (x: Tensor, a: number): Tensor => unary('power', x, a);

export function add(a: Tensor, b: Operand): Tensor {
  return typeof b === 'number' ? affine(a, 1, b) : apply(ops.add, [a, b], {})[0];
}

export function sub(a: Tensor, b: Operand): Tensor {
  return typeof b === 'number' ? affine(a, 1, -b) : apply(ops.sub, [a, b], {})[0];
}

export function mul(a: Tensor, b: Operand): Tensor {
  return typeof b === 'number' ? affine(a, b, 0) : apply(ops.mul, [a, b], {})[0];
}

export function div(a: Tensor, b: Operand): Tensor {
  return typeof b === 'number' ? affine(a, 1 / b, 0) : apply(ops.div, [a, b], {})[0];
}

export function pow(a: Tensor, b: Operand): Tensor {
  return typeof b === 'number' ? power(a, b) : apply(ops.pow, [a, b], {})[0];
}

/** a where b > 0, else 0. */
export const gate = (a: Tensor, b: Tensor): Tensor => apply(ops.gate, [a, b], {})[0];

/** 1 where a = b, else 0. */
export const equal = (a: Tensor, b: Tensor): Tensor => apply(ops.equal, [a, b], {})[0];

// ---- shapes ----------------------------------------------------------------------------------------------

/** The same elements under another shape; one axis may be −1. Shares memory. */
export const reshape = (x: Tensor, shape: Shape): Tensor => apply(ops.reshape, [x], { shape })[0];

/** Joins the axes from `start` on: [N,C,H,W] → [N,C·H·W] for 1. */
export const flatten = (x: Tensor, start = 1): Tensor => {
  const from = resolveAxis('flatten', start, Math.max(1, x.shape.length));
  return reshape(x, [...x.shape.slice(0, from), sizeOf(x.shape.slice(from))]);
};

export const permute = (x: Tensor, axes: readonly number[]): Tensor => apply(ops.permute, [x], { axes })[0];

/** The box of `size` elements that begins at `start`. */
export const slice = (x: Tensor, start: readonly number[], size: readonly number[]): Tensor =>
  apply(ops.slice, [x], { start, size })[0];

export const broadcastTo = (x: Tensor, shape: Shape): Tensor =>
  sameShape(x.shape, shape) ? x : apply(ops.broadcastTo, [x], { shape })[0];

/** The transpose of broadcasting: sums x over the axes along which `shape` was repeated. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const lead = x.shape.length - shape.length;
  const axes = x.shape.map((_, axis) => axis).filter((axis) => axis < lead || shape[axis - lead] === 1);
  return reshape(sum(x, { axes }), shape);
}

/** Tensors one after the other along `axis`. */
export const concat = (tensors: readonly Tensor[], axis = 0): Tensor =>
  apply(ops.concat, tensors, { axis })[0];

/** `low` elements of `value` before and `high` after, per axis. */
export const pad = (x: Tensor, low: readonly number[], high: readonly number[], value = 0): Tensor =>
  apply(ops.pad, [x], { low, high, value })[0];

// ---- reductions ------------------------------------------------------------------------------------------

type ReduceOptions = Partial<ReduceAttrs>;

export const sum = (x: Tensor, { axes, keepDims = false }: ReduceOptions = {}): Tensor =>
  apply(ops.sum, [x], { axes, keepDims })[0];

/** Σ x / n over the axes. */
export function mean(x: Tensor, options: ReduceOptions = {}): Tensor {
  const axes = resolveAxes('mean', options.axes, x.shape.length);
  const count = sizeOf(axes.map((axis) => x.shape[axis]));
  return affine(sum(x, options), 1 / count, 0);
}

export const max = (x: Tensor, { axes, keepDims = false }: ReduceOptions = {}): Tensor =>
  apply(ops.max, [x], { axes, keepDims })[0];

/** int32: the place of the first maximum among the reduced elements. */
export const argmax = (x: Tensor, { axes, keepDims = false }: ReduceOptions = {}): Tensor =>
  apply(ops.argmax, [x], { axes, keepDims })[0];

export const softmax = (x: Tensor, axis = -1): Tensor => apply(ops.softmax, [x], { axis })[0];
export const logSoftmax = (x: Tensor, axis = -1): Tensor => apply(ops.logSoftmax, [x], { axis })[0];

/** The mean cross-entropy of logits [N,C] and int32 labels [N]; [N] values with reduction 'none'. */
export function crossEntropy(
  logits: Tensor,
  labels: Tensor,
  { reduction = 'mean' }: { reduction?: 'mean' | 'sum' | 'none' } = {},
): Tensor {
  const rows = apply(ops.crossEntropy, [logits, labels], {})[0];
  if (reduction === 'none') return rows;
  return reduction === 'mean' ? mean(rows) : sum(rows);
}

// ---- products --------------------------------------------------------------------------------------------

/** Matrix product of the last two axes, broadcast over those before; either side may be read transposed. */
export const matmul = (a: Tensor, b: Tensor, options: Partial<MatmulAttrs> = {}): Tensor =>
  apply(ops.matmul, [a, b], { transposeA: false, transposeB: false, ...options })[0];

/** x·Wᵀ + bias for x [N,in], W [out,in], bias [out]. */
export function linear(x: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  const product = matmul(x, weight, { transposeB: true });
  return bias === null ? product : add(product, bias);
}

export interface Conv2dOptions extends WindowOptions {
  readonly groups?: number;
}

/** x [N,C,H,W] with filters [O,C/groups,kh,kw] and bias [O] → [N,O,H',W']. */
export function conv2d(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: Conv2dOptions = {},
): Tensor {
  const kernel = pairOf(weight.shape.slice(2));
  const attrs: Conv2dAttrs = { ...windowOf(options, kernel), groups: options.groups ?? 1 };
  return apply(ops.conv2d, bias === null ? [x, weight] : [x, weight, bias], attrs)[0];
}

export const conv2dInputGrad = (g: Tensor, weight: Tensor, attrs: ConvInputGradAttrs): Tensor =>
  apply(ops.conv2dInputGrad, [g, weight], attrs)[0];

export const conv2dWeightGrad = (x: Tensor, g: Tensor, attrs: ConvWeightGradAttrs): Tensor =>
  apply(ops.conv2dWeightGrad, [x, g], attrs)[0];

// ---- pooling ---------------------------------------------------------------------------------------------

/** A window's size, or its height and width. The stride is the window's size where it is left out. */
type Kernel = number | readonly [number, number];

const poolAttrs = (kernelSize: Kernel, options: WindowOptions) => {
  const kernel = pairOf(kernelSize);
  return { ...windowOf({ ...options, stride: options.stride ?? kernel }, kernel), kernel };
};

export const maxPool2d = (x: Tensor, kernelSize: Kernel, options: WindowOptions = {}): Tensor =>
  apply(ops.maxPool2d, [x], poolAttrs(kernelSize, options))[0];

export interface AvgPoolOptions extends WindowOptions {
  /** Whether padding counts as zeros in the mean (PyTorch's count_include_pad). */
  readonly countPadding?: boolean;
}

export const avgPool2d = (x: Tensor, kernelSize: Kernel, options: AvgPoolOptions = {}): Tensor =>
  apply(ops.avgPool2d, [x], {
    ...poolAttrs(kernelSize, options),
    countPadding: options.countPadding ?? true,
  })[0];

/** The mean of each plane: [N,C,H,W] → [N,C,1,1]. */
export const globalAvgPool = (x: Tensor): Tensor => mean(x, { axes: [2, 3], keepDims: true });

export const maxPool2dGrad = (g: Tensor, place: Tensor, attrs: UnpoolAttrs): Tensor =>
  apply(ops.maxPool2dGrad, [g, place], attrs)[0];

export const maxPool2dPick = (x: Tensor, place: Tensor): Tensor =>
  apply(ops.maxPool2dPick, [x, place], {})[0];

export const avgPool2dGrad = (g: Tensor, attrs: AvgUnpoolAttrs): Tensor =>
  apply(ops.avgPool2dGrad, [g], attrs)[0];

// ---- regularisation --------------------------------------------------------------------------------------

/** Zeroes with probability p; `state` is [seed low, seed high, step], int32. */
export const dropout = (x: Tensor, state: Tensor, attrs: DropoutAttrs): Tensor =>
  apply(ops.dropout, [x, state], attrs)[0];

/** What batchNorm2d measured: the mean and the biased variance of each channel, [C]. */
export interface BatchStatistics {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** Mean and biased variance of each channel of x [N,C,H,W]. */
export function batchStatistics(x: Tensor): BatchStatistics {
  const axes = [0, 2, 3];
  const average = mean(x, { axes, keepDims: true });
  const centred = sub(x, average);
  const variance = mean(mul(centred, centred), { axes });
  return { mean: reshape(average, [x.shape[1]]), variance };
}

/**
 * y = (x − mean)/√(variance + eps)·weight + bias per channel (Ioffe and Szegedy, 2015), for x [N,C,H,W] and
 * [C] each. In training `statistics` come from batchStatistics(x), and the gradient flows through them too.
 */
export function batchNorm2d(
  x: Tensor,
  statistics: BatchStatistics,
  weight: Tensor,
  bias: Tensor,
  eps = 1e-5,
): Tensor {
  const channel = (t: Tensor) => reshape(t, [1, x.shape[1], 1, 1]);
  const scale = div(weight, sqrt(add(statistics.variance, eps)));
  return add(mul(sub(x, channel(statistics.mean)), channel(scale)), channel(bias));
}

// ONNX's operators in terms of our functions. What is ONNX's own convention (auto_pad, zeros in a reshape,
// indices over the whole tensor, where its optimisers put epsilon) is translated here, and nothing else.
import type { Device } from '../../engine/device.ts';
import * as F from '../../engine/functional.ts';
import { update } from '../../engine/graph.ts';
import { Dropout } from '../../engine/nn/layers.ts';
import { Context } from '../../engine/nn/module.ts';
import type { ListedOp } from '../../engine/op.ts';
import { ops } from '../../engine/ops/index.ts';
import type { Shape } from '../../engine/shape.ts';
import { sizeOf } from '../../engine/shape.ts';
import { Tensor } from '../../engine/tensor.ts';
import { pairOf } from '../../engine/windowOptions.ts';
import type { OnnxNode, OnnxTensor } from './read.ts';

/** An output of a node: a tensor, and how its values are read where ONNX counts otherwise than we do. */
export interface Output {
  readonly tensor: Tensor;
  readonly translate?: (values: ArrayLike<number>) => ArrayLike<number>;
}

/** One use of an operator: its inputs on a device, and its attributes with their defaults. */
export class Call {
  constructor(
    readonly device: Device,
    readonly node: OnnxNode,
    /** The content of input_0.pb, input_1.pb … */
    readonly files: readonly OnnxTensor[],
  ) {}

  /** The values of an input that an attribute of ours takes, such as the new shape of Reshape. */
  values(index: number): readonly number[] | null {
    const file = this.#file(index);
    return file === null ? null : Array.from(file.data);
  }

  /** The values of a scalar input. */
  scalar(index: number, otherwise: number): number {
    return this.values(index)?.[0] ?? otherwise;
  }

  tensor(index: number): Tensor {
    const tensor = this.optional(index);
    if (tensor === null) throw new Error(`${this.node.op}: input ${index} is missing`);
    return tensor;
  }

  /** Floats as the device's floats, and int64 as int32: labels are small. */
  optional(index: number): Tensor | null {
    const file = this.#file(index);
    if (file === null) return null;
    if (file.type === 'float') return Tensor.from(this.device, file.data, file.shape);
    if (file.type === 'int64') return Tensor.from(this.device, Int32Array.from(file.data), file.shape);
    throw new Error(`${this.node.op}: a tensor of ${file.type}; the engine computes with float and int32`);
  }

  number(name: string, otherwise: number): number {
    return this.maybe(name) ?? otherwise;
  }

  /** A number that has no default. */
  maybe(name: string): number | undefined {
    return this.node.attributes[name] as number | undefined;
  }

  numbers(name: string): readonly number[] | undefined {
    return this.node.attributes[name] as readonly number[] | undefined;
  }

  text(name: string, otherwise: string): string {
    return (this.node.attributes[name] as string | undefined) ?? otherwise;
  }

  #file(index: number): OnnxTensor | null {
    const place = this.node.inputs[index] ?? -1;
    return place < 0 ? null : this.files[place];
  }
}

// ---- windows ---------------------------------------------------------------------------------------------

/** The window of a convolution or pool: a number for each axis of the image, and padding for each side. */
interface Window {
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
}

/** Shares padding out: of an odd total the larger half is at the end for SAME_UPPER, else in front. */
function shareOut(total: readonly number[], upper: boolean): number[] {
  const front = total.map((n) => (upper ? Math.floor(n / 2) : Math.ceil(n / 2)));
  return [...front, ...total.map((n, axis) => n - front[axis])];
}

/** ONNX's strides, dilations, pads and auto_pad: SAME_* makes ⌈image/stride⌉ outputs, VALID pads nothing. */
function windowOf(call: Call, image: Shape, kernel: Shape): Window {
  const stride = call.numbers('strides') ?? kernel.map(() => 1);
  const dilation = call.numbers('dilations') ?? kernel.map(() => 1);
  const autoPad = call.text('auto_pad', 'NOTSET');
  const none = [...kernel, ...kernel].map(() => 0);
  if (!autoPad.startsWith('SAME')) {
    return { stride, dilation, padding: autoPad === 'VALID' ? none : (call.numbers('pads') ?? none) };
  }
  const total = kernel.map((taps, axis) => {
    const outputs = Math.ceil(image[axis] / stride[axis]);
    return Math.max(0, (outputs - 1) * stride[axis] + (taps - 1) * dilation[axis] + 1 - image[axis]);
  });
  return { stride, dilation, padding: shareOut(total, autoPad === 'SAME_UPPER') };
}

/** What a pool is given: its input, kernel and window. A stride that is left out is 1 in ONNX. */
function poolOf(call: Call) {
  const x = call.tensor(0);
  const kernel = call.numbers('kernel_shape') ?? [];
  const window = { ...windowOf(call, x.shape.slice(2), kernel), ceilMode: call.number('ceil_mode', 0) === 1 };
  return { x, kernel, window };
}

/** A window along one axis, as the functions for lines take it. */
const alongLine = ({ stride, dilation, padding, ...rest }: ReturnType<typeof poolOf>['window']) => ({
  ...rest,
  stride: stride[0],
  dilation: dilation[0],
  padding: pairOf(padding),
});

function conv(call: Call): Tensor {
  const [x, weight] = [call.tensor(0), call.tensor(1)];
  const window = windowOf(call, x.shape.slice(2), weight.shape.slice(2));
  return F.conv2d(x, weight, call.optional(2), { ...window, groups: call.number('group', 1) });
}

/**
 * output_shape, and SAME_* with stride·image, say what the output is to be: padding takes away what is more,
 * and output padding adds what is less.
 */
function convTranspose(call: Call): Tensor {
  const [x, weight] = [call.tensor(0), call.tensor(1)];
  const kernel = weight.shape.slice(2);
  const image = x.shape.slice(2);
  const autoPad = call.text('auto_pad', 'NOTSET');
  const same = autoPad.startsWith('SAME');
  const plain = windowOf(call, image, kernel);
  const { stride, dilation } = plain;
  let outputPadding = call.numbers('output_padding') ?? kernel.map(() => 0);
  let { padding } = plain;
  const wanted =
    call.numbers('output_shape') ?? (same ? image.map((n, axis) => n * stride[axis]) : undefined);
  if (wanted !== undefined) {
    const excess = kernel.map(
      (taps, axis) =>
        stride[axis] * (image[axis] - 1) +
        outputPadding[axis] +
        (taps - 1) * dilation[axis] +
        1 -
        wanted.slice(-2)[axis],
    );
    padding = shareOut(
      excess.map((n) => Math.max(0, n)),
      autoPad === 'SAME_UPPER',
    );
    outputPadding = outputPadding.map((n, axis) => n + Math.max(0, -excess[axis]));
  }
  const groups = call.number('group', 1);
  return F.convTranspose2d(x, weight, call.optional(2), {
    ...{ stride, dilation, padding, groups },
    outputPadding: pairOf(outputPadding),
  });
}

function maxPool(call: Call): Output[] {
  const { x, kernel, window } = poolOf(call);
  if (kernel.length === 1) return [{ tensor: F.maxPool1d(x, kernel[0], alongLine(window)) }];
  const size = pairOf(kernel);
  const { padding } = window;
  if (call.node.outputs > 1) {
    const [y, place] = F.maxPool2dWithPlaces(x, size, window);
    return [{ tensor: y }, { tensor: place, translate: (places) => overall(call, x.shape, y.shape, places) }];
  }
  // As in PyTorch, our padding is at most half the window; ONNX pads further, so −∞ goes around x first.
  if (padding.some((n, side) => n > kernel[side % 2] / 2)) {
    const [top, left, bottom, right] = padding;
    const padded = F.pad(x, [0, 0, top, left], [0, 0, bottom, right], -Infinity);
    return [{ tensor: F.maxPool2d(padded, size, { ...window, padding: [0, 0, 0, 0] }) }];
  }
  return [{ tensor: F.maxPool2d(x, size, window) }];
}

/** Our places count within a plane, ONNX's over the whole tensor, by columns with storage_order 1. */
function overall(
  call: Call,
  [, , height, width]: Shape,
  [, , outHeight, outWidth]: Shape,
  places: ArrayLike<number>,
) {
  const columns = call.number('storage_order', 0) === 1;
  return Array.from(places, (place, i) => {
    const plane = Math.floor(i / (outHeight * outWidth)) * height * width;
    return plane + (columns ? (place % width) * height + Math.floor(place / width) : place);
  });
}

function averagePool(call: Call): Tensor {
  const { x, kernel, window } = poolOf(call);
  const countPadding = call.number('count_include_pad', 0) === 1;
  return kernel.length === 1
    ? F.avgPool1d(x, kernel[0], { ...alongLine(window), countPadding })
    : F.avgPool2d(x, pairOf(kernel), { ...window, countPadding });
}

// ---- normalisation and dropout ---------------------------------------------------------------------------

/** In training ONNX keeps the share `momentum` of the old averages, and averages the biased variance. */
function batchNorm(call: Call): Output[] {
  const [x, weight, bias, mean, variance] = [0, 1, 2, 3, 4].map((i) => call.tensor(i));
  const eps = call.number('epsilon', 1e-5);
  if (call.number('training_mode', 0) === 0) {
    return [{ tensor: F.batchNorm2d(x, { mean, variance }, weight, bias, eps) }];
  }
  const statistics = F.batchStatistics(x);
  const share = { weight: 1 - call.number('momentum', 0.9) };
  update(ops.lerp, [statistics.mean], [mean], share);
  update(ops.lerp, [statistics.variance], [variance], share);
  return [F.batchNorm2d(x, statistics, weight, bias, eps), mean, variance].map((tensor) => ({ tensor }));
}

/** Up to opset 11 the ratio is an attribute and the node one of inference; the mask is 1 where x is kept. */
function dropout(call: Call): Output[] {
  const x = call.tensor(0);
  const old = call.node.opset < 12;
  const p = old ? call.number('ratio', 0.5) : call.scalar(1, 0.5);
  const training = !old && call.scalar(2, 0) === 1;
  const context = new Context(call.device, call.number('seed', 0));
  const run = (input: Tensor) => {
    if (training) return F.dropout(input, context.state, { p, stream: 0 });
    const layer = new Dropout(context, p);
    layer.training = false;
    return layer.forward(input);
  };
  try {
    return [x, F.ones(call.device, x.shape)]
      .slice(0, call.node.outputs)
      .map((input) => ({ tensor: run(input) }));
  } finally {
    context.dispose();
  }
}

// ---- losses ----------------------------------------------------------------------------------------------

const lossOptions = (call: Call): F.LossOptions => ({
  weight: call.optional(2) ?? undefined,
  ignoreIndex: call.maybe('ignore_index'),
  reduction: call.text('reduction', 'mean') as F.LossOptions['reduction'],
});

function crossEntropy(call: Call): Output[] {
  const x = call.tensor(0);
  const loss = F.crossEntropy(x, call.tensor(1), lossOptions(call));
  const outputs = call.node.outputs > 1 ? [loss, F.logSoftmax(x, 1)] : [loss];
  return outputs.map((tensor) => ({ tensor }));
}

// ---- shapes ----------------------------------------------------------------------------------------------

/** ONNX's flatten always makes a matrix: the axes before `axis`, and those from it on. */
function flatten(call: Call): Tensor {
  const x = call.tensor(0);
  const axis = call.number('axis', 1);
  const head = x.shape.slice(0, axis);
  return F.reshape(x, [sizeOf(head), sizeOf(x.shape.slice(head.length))]);
}

/** Without allowzero a 0 keeps the axis of the input at that place. */
function reshape(call: Call): Tensor {
  const x = call.tensor(0);
  const keep = call.number('allowzero', 0) === 0;
  const shape = call.values(1) ?? [];
  return F.reshape(
    x,
    shape.map((n, axis) => (keep && n === 0 ? x.shape[axis] : n)),
  );
}

/** Softmax and LogSoftmax along one axis, as they are from opset 13 on. */
function alongAxis(call: Call, run: (x: Tensor, axis: number) => Tensor): Tensor {
  if (call.node.opset < 13) throw new Error(`${call.node.op}: opset ${call.node.opset}; expected 13 or more`);
  return run(call.tensor(0), call.number('axis', -1));
}

// ---- optimisers ------------------------------------------------------------------------------------------

/**
 * One step of an optimiser through our kernel `op`. Inputs are the rate, the step count, then all parameters,
 * all gradients, and each kind of moment in turn; outputs are the parameters and the moments. `arrange` puts
 * the moments of one parameter in the order that our kernel takes, with those that ONNX does not have.
 */
function optimise(
  call: Call,
  op: ListedOp<object>,
  moments: number,
  hyper: readonly number[],
  arrange = (own: Tensor[]): Tensor[] => own,
): Output[] {
  const count = (call.node.inputs.length - 2) / (2 + moments);
  const state = Tensor.from(call.device, hyper);
  const column = (kind: number) => Array.from({ length: count }, (_, i) => call.tensor(2 + kind * count + i));
  const [parameters, gradients, ...kinds] = Array.from({ length: 2 + moments }, (_, kind) => column(kind));
  parameters.forEach((parameter, i) => {
    update(op, [gradients[i], state], [parameter, ...arrange(kinds.map((kind) => kind[i]))], {});
  });
  return [parameters, ...kinds].flat().map((tensor) => ({ tensor }));
}

/** ONNX adds epsilon to the uncorrected root, so all of the bias correction is in the rate. */
function adam(call: Call): Output[] {
  const [rate, t] = [call.scalar(0, 0), call.scalar(1, 0)];
  const [alpha, beta] = [call.number('alpha', 0.9), call.number('beta', 0.999)];
  if (call.number('norm_coefficient_post', 0) !== 0) throw new Error('Adam: norm_coefficient_post is not 0');
  const corrected = t > 0 ? (rate * Math.sqrt(1 - beta ** t)) / (1 - alpha ** t) : rate;
  const eps = call.number('epsilon', 1e-6);
  const decay = call.number('norm_coefficient', 0);
  return optimise(call, ops.adamStep, 2, [corrected, alpha, beta, eps, 1, decay, 1, 1 - alpha, 1 - beta]);
}

/** Adagrad is Adam's kernel without averages: m = d, and v = v + d². */
function adagrad(call: Call): Output[] {
  const rate = call.scalar(0, 0) / (1 + call.scalar(1, 0) * call.number('decay_factor', 0));
  const eps = call.number('epsilon', 1e-6);
  const decay = call.number('norm_coefficient', 0);
  return optimise(call, ops.adamStep, 1, [rate, 0, 1, eps, 1, decay, 1, 1, 1], ([squares]) => [
    F.zeros(call.device, squares.shape),
    squares,
  ]);
}

/** From the second step on ONNX scales the gradient by beta (1 − dampening), which our kernel does not. */
function momentum(call: Call): Output[] {
  if (call.scalar(1, 0) > 0 && call.number('beta', 1) !== 1) throw new Error('Momentum: beta is not 1');
  const nesterov = call.text('mode', 'standard') === 'nesterov' ? 1 : 0;
  const decay = call.number('norm_coefficient', 0);
  return optimise(call, ops.sgdStep, 1, [call.scalar(0, 0), call.number('alpha', 0), decay, nesterov]);
}

// ----------------------------------------------------------------------------------------------------------

const one =
  (run: (call: Call) => Tensor) =>
  (call: Call): Output[] => [{ tensor: run(call) }];

/** Every operator of the cases, by ONNX's name. */
export const adapter: Readonly<Record<string, (call: Call) => Output[]>> = {
  Adagrad: adagrad,
  Adam: adam,
  AveragePool: one(averagePool),
  BatchNormalization: batchNorm,
  Conv: one(conv),
  ConvTranspose: one(convTranspose),
  Dropout: dropout,
  Flatten: one(flatten),
  Gemm: one((call) =>
    F.gemm(call.tensor(0), call.tensor(1), call.optional(2), {
      alpha: call.number('alpha', 1),
      beta: call.number('beta', 1),
      transposeA: call.number('transA', 0) === 1,
      transposeB: call.number('transB', 0) === 1,
    }),
  ),
  GlobalAveragePool: one((call) => F.globalAvgPool(call.tensor(0))),
  GlobalMaxPool: one((call) => F.globalMaxPool(call.tensor(0))),
  LeakyRelu: one((call) => F.leakyRelu(call.tensor(0), call.number('alpha', 0.01))),
  LogSoftmax: one((call) => alongAxis(call, F.logSoftmax)),
  MatMul: one((call) => F.matmul(call.tensor(0), call.tensor(1))),
  MaxPool: maxPool,
  Momentum: momentum,
  NegativeLogLikelihoodLoss: one((call) => F.nllLoss(call.tensor(0), call.tensor(1), lossOptions(call))),
  Relu: one((call) => F.relu(call.tensor(0))),
  Reshape: one(reshape),
  Softmax: one((call) => alongAxis(call, F.softmax)),
  SoftmaxCrossEntropyLoss: crossEntropy,
};

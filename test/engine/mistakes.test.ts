// What newcomers get wrong with functions and losses, as JavaScript lets them: each is refused in one line that says what
// was given, where, and what to do.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CpuDevice } from '../../engine/devices/cpu/device.ts';
import { InkgradError } from '../../engine/errors.ts';
import * as typed from '../../engine/functional.ts';
import { scope } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';
import { assertThrows } from '../support/compare.ts';

/** The functions without their types. */
const F = typed as unknown as Record<string, (...args: unknown[]) => Tensor>;
const device = new CpuDevice();
const x = Tensor.from(device, [1, 2, 3, 4, 5, 6], [2, 3]);
const image = typed.ones(device, [1, 1, 8, 8]);
const filters = typed.ones(device, [4, 1, 3, 3]);
const logits = typed.ones(device, [4, 10]);
const classes = Tensor.from(device, Int32Array.of(1, 2, 3, 4));
const floats = Tensor.from(device, [1, 2, 3, 4]);

const options: readonly [action: () => unknown, message: string][] = [
  [() => F.sum(x, { axis: 0 }), 'sum: no option "axis"; did you mean "axes"?'],
  [() => F.mean(x, { dim: 0, keepdim: true }), 'mean: no option "dim"; did you mean "axes"?'],
  [() => F.max(x, { axes: 0, keepdims: true }), 'max: no option "keepdims"; did you mean "keepDims"?'],
  [() => F.min(x, { axis: 0 }), 'min: no option "axis"; did you mean "axes"?'],
  [() => F.prod(x, { axis: 0 }), 'prod: no option "axis"; did you mean "axes"?'],
  [() => F.logSumExp(x, { dim: 1 }), 'logSumExp: no option "dim"; did you mean "axes"?'],
  [() => F.argmax(x, { dim: 1 }), 'argmax: no option "dim"; did you mean "axes"?'],
  [() => F.norm(x, { ord: 1 }), 'norm: no option "ord"; it takes p, axes, keepDims'],
  [() => F.norm(x, { p: 3 }), 'norm: p is 3; expected 1 or 2'],
  [() => F.sum(x, 0), 'sum: 0 where options belong; write { axes: 0 }'],
  [() => F.argmax(x, -1), 'argmax: -1 where options belong; write { axes: -1 }'],
  [() => F.mean(x, [0, 1]), 'mean: [0,1] where options belong; write { axes: [0,1] }'],
  [() => F.sum(x, { axes: '0' }), 'sum: axes is a string; expected an array of numbers, such as [0, 1]'],
  [() => F.softmax(x, { dim: 1 }), 'softmax: axis is an object; expected a number by itself: softmax(…, 1)'],
  [
    () => F.logSoftmax(x, { axis: 1 }),
    'logSoftmax: axis is an object; expected a number by itself: logSoftmax(…, 1)',
  ],
  [
    () => F.leakyRelu(x, { negativeSlope: 0.2 }),
    'leakyRelu: negativeSlope is an object; expected a number by itself: leakyRelu(…, 0.2)',
  ],
  [() => F.elu(x, '1'), 'elu: alpha is a string; expected a number by itself'],
  [() => F.clamp(x, { min: 0 }), 'clamp: min is an object; expected a number by itself: clamp(…, 0)'],
  [() => F.power(x, floats), 'power: a is a tensor; expected a number by itself'],
  [
    () => F.matmul(x, x, { transpose_b: true }),
    'matmul: no option "transpose_b"; did you mean "transposeB"?',
  ],
  [() => F.matmul(x, x, true), 'matmul: a boolean where options belong; write { transposeA: … }'],
  [
    () => F.convRelu(x, x, x, { colour: 1 }),
    'convRelu: no option "colour"; it takes stride, padding, dilation, groups, pool',
  ],
  [() => F.gemm(x, x, null, { transB: true }), 'gemm: no option "transB"; did you mean "transposeB"?'],
  [() => F.gemm(x, x, { alpha: 2 }), 'gemm: options where a c belongs; write gemm(…, null, { alpha })'],
  [
    () => F.conv2d(image, filters, { padding: 1 }),
    'conv2d: options where a bias belongs; write conv2d(…, null, { padding })',
  ],
  [() => F.conv2d(image, filters, null, 2), 'conv2d: 2 where options belong; write { stride: 2 }'],
  [
    () => F.conv2d(image, filters, null, { strides: 2 }),
    'conv2d: no option "strides"; did you mean "stride"?',
  ],
  [
    () => F.convTranspose2d(image, filters, null, { output_padding: 1 }),
    'convTranspose2d: no option "output_padding"; did you mean "outputPadding"?',
  ],
  [
    () => F.linear(x, x, { bias: null }),
    'linear: options where a bias belongs; write linear(…, null, { bias })',
  ],
  [
    () => F.maxPool2d(image, { kernelSize: 2 }),
    'maxPool2d: kernelSize is an object; expected a number or two: maxPool2d(x, 2)',
  ],
  [() => F.maxPool2d(image, 2, 2), 'maxPool2d: 2 where options belong; write { stride: 2 }'],
  [
    () => F.avgPool2d(image, 2, { count_include_pad: false }),
    'avgPool2d: no option "count_include_pad"; did you mean "countPadding"?',
  ],
  [() => F.maxPool1d(x, 2, { strides: 1 }), 'maxPool1d: no option "strides"; did you mean "stride"?'],
  [
    () => F.resize2d(image, 4, { align_corners: true }),
    'resize2d: no option "align_corners"; did you mean "alignCorners"?',
  ],
  [() => F.resize2d(image, 4, { mode: 'linear' }), 'resize2d: mode is "linear"; expected nearest, bilinear'],
  [() => F.layerNorm(x, 3), 'layerNorm: own is 3; expected an array of numbers, such as [0, 1]'],
  [() => F.layerNorm(x, [3], { eps: 1 }), 'layerNorm: weight is an object; expected a tensor'],
  [
    () => F.batchNorm2d(image, floats, floats, floats, floats),
    'batchNorm2d: statistics are a tensor; expected { mean, variance }, as F.batchStatistics(x) gives them',
  ],
  [
    () => F.dropout(x, 0.5),
    'dropout: state is 0.5; expected an int32 tensor of random state: new nn.Dropout(0.5) keeps one',
  ],
  [() => F.reshape(x, 3, 2), 'reshape: shape is 3; expected an array of numbers, such as [0, 1]'],
  [() => F.permute(x, 1, 0), 'permute: axes is 1; expected an array of numbers, such as [0, 1]'],
  [() => F.concat(x, x), 'concat: a tensor; expected an array of tensors: concat([a, b], axis)'],
  [
    () => F.concat([x, x], { axis: 1 }),
    'concat: axis is an object; expected a number by itself: concat(…, 1)',
  ],
  [() => F.pad(x, [1, 1]), 'pad: high is undefined; expected an array of numbers, such as [0, 1]'],
  [() => F.tile(x, 2), 'tile: repeats is 2; expected an array of numbers, such as [0, 1]'],
  [
    () => F.flatten(x, { start: 1 }),
    'flatten: start is an object; expected a number by itself: flatten(…, 1)',
  ],
  [() => F.zeros(2, 3), 'zeros: 2 before the shape; expected zeros([2, 3]) or zeros(device, [2, 3])'],
  [() => F.ones(3), 'ones: 3; expected ones([2, 3]) or ones(device, [2, 3])'],
  [() => F.full([2, 3]), 'full: value is an array; expected a number by itself'],
];

const operands: readonly [action: () => unknown, message: string][] = [
  [() => F.mul(x, [1, 2, 3]), 'mul: operand b is an array; make it a tensor: Tensor.from(…)'],
  [() => F.add([1], x), 'add: operand a is an array; make it a tensor: Tensor.from(…)'],
  [() => F.sub(x, '1'), 'sub: operand b is a string; expected a tensor or a number'],
  [() => F.div(x), 'div: operand b is undefined; expected a tensor or a number'],
  [() => F.pow(null, x), 'pow: operand a is null; expected a tensor or a number'],
  [
    () => F.greater(x, Float32Array.of(1)),
    'greater: operand b is a Float32Array; make it a tensor: Tensor.from(…)',
  ],
  [() => F.where(x, x), 'where: operand b is undefined; expected a tensor or a number'],
  [() => F.where([true], x, 0), 'where: operand condition is an array; make it a tensor: Tensor.from(…)'],
  [() => F.prelu(x, [0.2]), 'prelu: operand weight is an array; make it a tensor: Tensor.from(…)'],
  [() => F.mul(2, 3), 'mul: numbers alone; expected a tensor among them'],
  [() => F.where(1, 2, 3), 'where: numbers alone; expected a tensor among them'],
  [() => F.add(x, x.read()), 'add: operand b is a Promise; await it'],
  [() => F.relu([1, -1]), 'relu: its input is an array; make it a tensor: Tensor.from(…)'],
  [() => F.relu(3), 'relu: its input is 3; make it a tensor: Tensor.from(…)'],
  [() => F.exp(), 'exp: its input is undefined; expected a tensor'],
  [() => F.mean([1, 2]), 'mean: its input is an array; make it a tensor: Tensor.from(…)'],
  [() => F.flatten(image.read()), 'flatten: its input is a Promise; await it'],
  [() => F.matmul(x, [[1], [2], [3]]), 'matmul: b is an array; make it a tensor: Tensor.from(…)'],
  [() => F.conv2d(image), 'conv2d: weight is undefined; expected a tensor'],
  [() => F.conv2d(image, filters, [1, 2]), 'conv2d: bias is an array; make it a tensor: Tensor.from(…)'],
  [() => F.linear(x), 'linear: weight is undefined; expected a tensor'],
  [() => F.concat([x, [1]]), 'concat: input 2 is an array; make it a tensor: Tensor.from(…)'],
];

const losses: readonly [action: () => unknown, message: string][] = [
  [
    () => F.crossEntropy(logits, floats),
    'crossEntropy: labels are float32 of shape [4]; expected class numbers, int32: Tensor.from(Int32Array.from(labels))',
  ],
  [
    () => F.crossEntropy(logits, logits),
    'crossEntropy: labels are float32 of shape [4,10]; expected one class number per sample; of one-hot rows F.argmax(labels, { axes: 1 })',
  ],
  [
    () => F.crossEntropy(logits, [1, 2, 3, 4]),
    'crossEntropy: labels are an array; expected class numbers, int32: Tensor.from(Int32Array.from([…]))',
  ],
  [
    () => F.crossEntropy(floats, classes),
    'crossEntropy: logits of shape [4]; expected [N,C,…]; F.reshape(logits, [1, 4]) is one row',
  ],
  [
    () => F.crossEntropy(logits, Tensor.from(device, Int32Array.of(1, 2))),
    'crossEntropy: labels of shape [2]; expected [4]',
  ],
  [
    () => F.crossEntropy(logits, classes, { label_smoothing: 0.1 }),
    'crossEntropy: no option "label_smoothing"; did you mean "labelSmoothing"?',
  ],
  [
    () => F.crossEntropy(logits, classes, 'sum'),
    'crossEntropy: a string where options belong; write { weight: … }',
  ],
  [
    () => F.crossEntropy(logits, classes, { reduction: 'avg' }),
    'crossEntropy: reduction is "avg"; expected mean, sum, none',
  ],
  [
    () => F.crossEntropy(logits, classes, { weight: [1, 2] }),
    'crossEntropy: weight is an array; make it a tensor: Tensor.from(…)',
  ],
  [
    () => F.nllLoss(logits, classes, { ignore_index: -1 }),
    'nllLoss: no option "ignore_index"; did you mean "ignoreIndex"?',
  ],
];

for (const [action, message] of [...options, ...operands, ...losses]) {
  test(`${message}`, () => void scope(() => assert.instance(assertThrows(action, message), InkgradError)));
}

test('one axis may be a number; a lower bound may stand alone', async () => {
  assert.equal([...(await F.sum(x, { axes: 0 }).read())], [5, 7, 9]);
  assert.equal([...(await F.argmax(x, { axes: -1 }).read())], [2, 2]);
  assert.equal([...(await F.flip(x, 1).read())], [3, 2, 1, 6, 5, 4]);
  assert.equal([...(await F.clamp(x, 3).read())], [3, 3, 3, 4, 5, 6]);
});

test.run();

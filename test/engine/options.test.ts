// Options by name: each that is unknown is refused with the one that was meant, and what is no object of options too.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { InkgradError } from '../../engine/errors.ts';
import { checkOptions, isPlain, nearest } from '../../engine/options.ts';
import { assertThrows } from '../support/compare.ts';

const reduce = ['axes', 'keepDims'];
const conv = ['stride', 'padding', 'dilation', 'groups', 'bias', 'inChannels', 'outChannels', 'kernelSize'];
const adam = ['lr', 'betas', 'eps', 'weightDecay'];
const loss = ['weight', 'ignoreIndex', 'labelSmoothing', 'reduction'];

const meant: readonly [names: readonly string[], typed: Record<string, string>][] = [
  [
    reduce,
    { ...{ axis: 'axes', dim: 'axes', dims: 'axes', Axes: 'axes', axs: 'axes' }, keepdim: 'keepDims' },
  ],
  [reduce, { keepdims: 'keepDims', keep_dims: 'keepDims', 'keep-dim': 'keepDims', keep: 'keepDims' }],
  [['axis'], { axes: 'axis', dim: 'axis', axsi: 'axis' }],
  [conv, { in_channels: 'inChannels', out_channels: 'outChannels', filters: 'outChannels' }],
  [conv, { kernel_size: 'kernelSize', kernel: 'kernelSize', ksize: 'kernelSize', size: 'kernelSize' }],
  [conv, { strides: 'stride', pading: 'padding', pad: 'padding', useBias: 'bias', use_bias: 'bias' }],
  [adam, { rate: 'lr', learningRate: 'lr', learning_rate: 'lr', LR: 'lr', beta: 'betas', beta1: 'betas' }],
  [adam, { weight_decay: 'weightDecay', decay: 'weightDecay', epsilon: 'eps', wieghtDecay: 'weightDecay' }],
  [loss, { label_smoothing: 'labelSmoothing', smoothing: 'labelSmoothing', weights: 'weight' }],
  [loss, { ignore_index: 'ignoreIndex', reduce: 'reduction', classWeights: 'weight' }],
  [['negativeSlope'], { negative_slope: 'negativeSlope', slope: 'negativeSlope', alpha: 'negativeSlope' }],
  [['bias', 'context'], { device: 'context', seed: 'context' }],
];

for (const [names, typed] of meant) {
  for (const [name, expected] of Object.entries(typed))
    test(`${name} means ${expected}`, () => assert.is(nearest(name, names), expected));
}

test('what is near to nothing means nothing', () => {
  for (const name of ['foo', 'colour', 'x', '__proto__']) assert.is(nearest(name, reduce), undefined);
});

const known = { axes: true, keepDims: true } as const;
const refused: readonly [given: unknown, message: string][] = [
  [{ axis: 0 }, 'sum: no option "axis"; did you mean "axes"?'],
  [{ axes: [0], keepdim: true }, 'sum: no option "keepdim"; did you mean "keepDims"?'],
  [{ colour: 1 }, 'sum: no option "colour"; it takes axes, keepDims'],
  [{ toString: 1 }, 'sum: no option "toString"; it takes axes, keepDims'],
  [0, 'sum: 0 where options belong; write { axes: 0 }'],
  [[0, 1], 'sum: [0,1] where options belong; write { axes: [0,1] }'],
  [true, 'sum: a boolean where options belong; write { axes: … }'],
  ['mean', 'sum: a string where options belong; write { axes: … }'],
  [null, 'sum: null where options belong; write { axes: … }'],
  [new Map([['axes', 0]]), 'sum: a Map where options belong; write { axes: … }'],
  [() => 0, 'sum: a function where options belong; write { axes: … }'],
];

for (const [given, message] of refused) {
  test(message, () => {
    const check = () => checkOptions<{ axes?: number; keepDims?: boolean }>('sum', given as object, known);
    assert.instance(assertThrows(check, message), InkgradError);
  });
}

test('options that are known, or undefined, pass', () => {
  const given = [{}, { axes: 0 }, { axes: undefined, keepDims: true }, Object.create(null)];
  for (const options of given) checkOptions('sum', options, known);
  checkOptions<{ axes?: number; keepDims?: boolean }>('sum', { dim: undefined } as object, known);
});

test('an object of another realm is plain, an instance of a class is not', async () => {
  const { runInNewContext } = await import('node:vm');
  assert.ok(isPlain(runInNewContext('({ axes: 0 })')));
  class Options {
    axes = 0;
  }
  assert.not.ok(isPlain(new Options()));
});

test.run();

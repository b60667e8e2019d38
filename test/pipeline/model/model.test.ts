import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CpuDevice } from '../../../engine/devices/cpu/device.ts';
import { noGrad } from '../../../engine/graph.ts';
import { Context } from '../../../engine/nn/index.ts';
import { scope } from '../../../engine/scope.ts';
import { sizeOf } from '../../../engine/shape.ts';
import { Tensor } from '../../../engine/tensor.ts';
import type { Fault } from '../../../pipeline/faults.ts';
import { withInner } from '../../../pipeline/model/branches.ts';
import { layerKinds } from '../../../pipeline/model/layers.ts';
import type { ModelSpec } from '../../../pipeline/model/model.ts';
import { build, builtInModels, modelPurposes, parseModel, place } from '../../../pipeline/model/model.ts';
import { modelText } from '../../../pipeline/model/modelText.ts';
import { tensorsOf } from '../../../pipeline/model/place.ts';
import { findModel } from '../../../pipeline/node/model/findModel.ts';
import { refuses, tempFolder } from '../../support/images.ts';
import { everyLayer } from '../../support/portable.ts';

type Layer = ModelSpec['layers'][number];

const linear: Layer = { type: 'linear', outFeatures: 'classes' };
const flatten: Layer = { type: 'flatten' };

const model = (input: number[], ...layers: Layer[]): ModelSpec => ({ name: 'mine', input, layers });

/** What the layers of a built-in model make of one image, worked out by hand: shape, parameters, FLOPs. */
const byHand: Record<string, [string, number[], number, number][]> = {
  lenet: [
    // 8 filters of 5·5 and a bias; a multiply and an add for each tap, an add for the bias.
    ['conv2d', [8, 28, 28], 8 * 25 + 8, 6272 * 51],
    ['relu', [8, 28, 28], 0, 6272],
    ['maxPool2d', [8, 14, 14], 0, 1568 * 4],
    ['conv2d', [16, 14, 14], 16 * 8 * 25 + 16, 3136 * 401],
    ['relu', [16, 14, 14], 0, 3136],
    ['maxPool2d', [16, 7, 7], 0, 784 * 4],
    ['flatten', [784], 0, 0],
    ['linear', [128], 784 * 128 + 128, 128 * 1569],
    ['relu', [128], 0, 128],
    ['linear', [10], 128 * 10 + 10, 10 * 257],
  ],
  cnn: [
    ['conv2d', [32, 26, 26], 32 * 9 + 32, 21_632 * 19],
    ['relu', [32, 26, 26], 0, 21_632],
    ['conv2d', [64, 24, 24], 64 * 32 * 9 + 64, 36_864 * 577],
    ['relu', [64, 24, 24], 0, 36_864],
    ['maxPool2d', [64, 12, 12], 0, 9216 * 4],
    ['dropout', [64, 12, 12], 0, 9216],
    ['flatten', [9216], 0, 0],
    ['linear', [128], 9216 * 128 + 128, 128 * 18_433],
    ['relu', [128], 0, 128],
    ['dropout', [128], 0, 128],
    ['linear', [10], 128 * 10 + 10, 10 * 257],
  ],
  resnet: [
    ['conv2d', [16, 28, 28], 16 * 9, 12_544 * 18],
    ['batchNorm2d', [16, 28, 28], 32, 2 * 12_544],
    ['relu', [16, 28, 28], 0, 12_544],
    // Two convolutions over 16 channels, two norms, a relu and the sum.
    ['residual', [16, 28, 28], 2 * (16 * 16 * 9 + 32), 12_544 * (2 * 288 + 2 * 2 + 1 + 1)],
    ['relu', [16, 28, 28], 0, 12_544],
    // The second has as many channels going in as come out; a convolution and a norm in the shortcut.
    [
      'residual',
      [32, 14, 14],
      32 * 16 * 9 + 32 * 32 * 9 + 32 * 16 + 3 * 64,
      6272 * (288 + 576 + 32 + 3 * 2 + 1 + 1),
    ],
    ['relu', [32, 14, 14], 0, 6272],
    [
      'residual',
      [64, 7, 7],
      64 * 32 * 9 + 64 * 64 * 9 + 64 * 32 + 3 * 128,
      3136 * (576 + 1152 + 64 + 3 * 2 + 1 + 1),
    ],
    ['relu', [64, 7, 7], 0, 3136],
    ['globalAvgPool', [64, 1, 1], 0, 3136],
    ['flatten', [64], 0, 0],
    ['linear', [10], 650, 10 * 129],
  ],
};

for (const [name, layers] of Object.entries(byHand)) {
  test(`${name}: shapes, parameters and FLOPs are those worked out by hand`, () => {
    const placed = place(builtInModels[name], 10);
    assert.equal(
      placed.map(({ spec, output, parameters, flops }) => [spec.type, output, parameters, flops]),
      layers,
    );
    placed.forEach(({ input }, i) => {
      assert.equal(input, i === 0 ? [1, 28, 28] : placed[i - 1].output);
    });
  });
}

test('the built-in models have the parameters of the contract', () => {
  const parameters = (name: string, classes: number) =>
    place(findModel(name), classes).reduce((sum, layer) => sum + layer.parameters, 0);
  assert.equal(
    ['lenet', 'quick', 'cnn', 'vgg', 'resnet'].map((name) => parameters(name, 10)),
    [105_194, 117_042, 1_199_882, 983_986, 77_754],
  );
  // A class more is a row of 128 weights and a bias more.
  assert.is(parameters('lenet', 26), 105_194 + 16 * 129);
  assert.equal(Object.keys(builtInModels), ['lenet', 'quick', 'cnn', 'vgg', 'resnet']);
  assert.equal(Object.keys(modelPurposes), Object.keys(builtInModels));
});

/** Layers on a small image, each with the output that the formulas of PyTorch's documentation give. */
const cases: [string, Layer, number[], number[]][] = [
  ['conv2d', { type: 'conv2d', outChannels: 3, kernelSize: 3 }, [2, 7, 6], [3, 5, 4]],
  ['conv2d same', { type: 'conv2d', outChannels: 3, kernelSize: 4, padding: 'same' }, [2, 7, 6], [3, 7, 6]],
  ['conv2d stride', { type: 'conv2d', outChannels: 3, kernelSize: 3, stride: 2 }, [2, 7, 6], [3, 3, 2]],
  [
    'conv2d with all options',
    {
      type: 'conv2d',
      outChannels: 4,
      kernelSize: [3, 2],
      stride: [2, 1],
      padding: [1, 2],
      dilation: [1, 2],
      groups: 2,
    },
    [2, 7, 6],
    [4, 4, 8],
  ],
  [
    'conv2d padding of four sides',
    { type: 'conv2d', outChannels: 1, kernelSize: 3, padding: [0, 1, 2, 3] },
    [1, 5, 5],
    [1, 5, 7],
  ],
  [
    'conv2d without bias',
    { type: 'conv2d', outChannels: 3, kernelSize: 1, bias: false },
    [2, 4, 4],
    [3, 4, 4],
  ],
  ['linear', { type: 'linear', outFeatures: 5 }, [6], [5]],
  ['linear without bias', { type: 'linear', outFeatures: 5, bias: false }, [6], [5]],
  ['maxPool2d', { type: 'maxPool2d', kernelSize: 2 }, [2, 7, 6], [2, 3, 3]],
  [
    'maxPool2d overlapping',
    { type: 'maxPool2d', kernelSize: 3, stride: 1, padding: 1 },
    [2, 7, 6],
    [2, 7, 6],
  ],
  ['avgPool2d', { type: 'avgPool2d', kernelSize: [2, 3] }, [2, 7, 6], [2, 3, 2]],
  [
    'avgPool2d without padding in the count',
    { type: 'avgPool2d', kernelSize: 3, stride: 2, padding: 1, countPadding: false },
    [2, 7, 6],
    [2, 4, 3],
  ],
  ['globalAvgPool', { type: 'globalAvgPool' }, [3, 5, 4], [3, 1, 1]],
  ['batchNorm2d', { type: 'batchNorm2d' }, [3, 5, 4], [3, 5, 4]],
  ['batchNorm2d with options', { type: 'batchNorm2d', eps: 1e-3, momentum: 0.2 }, [3, 5, 4], [3, 5, 4]],
  ['dropout', { type: 'dropout' }, [7], [7]],
  ['dropout on planes', { type: 'dropout', p: 0.9 }, [2, 3, 4], [2, 3, 4]],
  ['flatten', { type: 'flatten' }, [2, 3, 4], [24]],
  ['relu', { type: 'relu' }, [2, 3, 4], [2, 3, 4]],
  ['leakyRelu', { type: 'leakyRelu' }, [5], [5]],
  ['leakyRelu with a slope', { type: 'leakyRelu', negativeSlope: 0.2 }, [5], [5]],
  ['elu', { type: 'elu' }, [5], [5]],
  ['elu with an alpha', { type: 'elu', alpha: 0.5 }, [5], [5]],
  ['selu', { type: 'selu' }, [5], [5]],
  ['softplus', { type: 'softplus' }, [2, 3, 4], [2, 3, 4]],
  ['hardSwish', { type: 'hardSwish' }, [5], [5]],
  ['silu', { type: 'silu' }, [5], [5]],
  ['sigmoid', { type: 'sigmoid' }, [5], [5]],
  ['tanh', { type: 'tanh' }, [5], [5]],
  ['gelu', { type: 'gelu' }, [5], [5]],
  [
    'residual',
    { type: 'residual', layers: [{ type: 'tanh' }, { type: 'batchNorm2d' }] },
    [2, 7, 6],
    [2, 7, 6],
  ],
  [
    'residual of features',
    { type: 'residual', layers: [{ type: 'linear', outFeatures: 6 }, { type: 'relu' }] },
    [6],
    [6],
  ],
  [
    'residual with a shortcut',
    {
      type: 'residual',
      layers: [
        { type: 'conv2d', outChannels: 3, kernelSize: 3, stride: 2, padding: 1 },
        { type: 'relu' },
        { type: 'dropout' },
      ],
      shortcut: [{ type: 'conv2d', outChannels: 3, kernelSize: 1, stride: 2, bias: false }],
    },
    [2, 7, 6],
    [3, 4, 3],
  ],
  [
    'residual in a residual, in a shortcut too',
    {
      type: 'residual',
      layers: [{ type: 'residual', layers: [{ type: 'batchNorm2d' }] }, { type: 'flatten' }],
      shortcut: [
        { type: 'flatten' },
        { type: 'residual', layers: [{ type: 'linear', outFeatures: 12 }], shortcut: [{ type: 'gelu' }] },
      ],
    },
    [2, 3, 2],
    [12],
  ],
];

test('every kind of layer has a case below', () => {
  const covered = new Set(cases.map(([, { type }]) => type));
  assert.equal([...covered].sort(), Object.keys(layerKinds).sort());
});

/** A layer in the place where its input has this shape, and the layers that a model needs around it. */
function around(layer: Layer, input: number[]): { spec: ModelSpec; at: number } {
  const before = input.length === 1 ? [flatten] : [];
  const spec = model(input.length === 1 ? [1, 1, input[0]] : input, ...before, layer, flatten, linear);
  return { spec, at: before.length };
}

for (const [name, layer, input, output] of cases) {
  test(`${name}: runs, with the shape and the parameters that were promised`, () => {
    const { spec, at } = around(layer, input);
    const placed = place(spec, 3)[at];
    assert.equal([placed.input, placed.output], [input, output]);
    const device = new CpuDevice();
    const built = build(spec, 3, new Context(device, 1));
    const { layers } = built;
    const sizes = [...layers[at].parameters().values()].map(({ shape }) => sizeOf(shape));
    assert.is(
      sizes.reduce((sum, n) => sum + n, 0),
      placed.parameters,
    );
    const shapes = (tensors: Iterable<readonly [string, { readonly shape: readonly number[] }]>) =>
      [...tensors].map(([path, { shape }]) => [path, [...shape]]);
    assert.equal(shapes(tensorsOf(place(spec, 3))), shapes(built.state()));
    for (const training of [true, false]) {
      built.train(training);
      noGrad(() =>
        scope(() => {
          const values = Float32Array.from({ length: 2 * sizeOf(input) }, (_, i) => Math.sin(i));
          const y = layers[at].forward(Tensor.from(device, values, [2, ...input]));
          assert.equal([...y.shape], [2, ...output]);
          const whole = built.forward(Tensor.from(device, values, [2, ...spec.input]));
          assert.equal([...whole.shape], [2, 3]);
        }),
      );
    }
    built.dispose();
  });
}

test('one seed gives the same weights twice, another others', async () => {
  const device = new CpuDevice();
  const first = async (seed: number) => {
    const tensor = [...build(builtInModels.lenet, 10, new Context(device, seed)).parameters().values()][0];
    return [...(await tensor.read())];
  };
  assert.equal(await first(4), await first(4));
  assert.not.equal(await first(4), await first(5));
});

const conv = (options: object): Layer => ({ type: 'conv2d', outChannels: 4, kernelSize: 3, ...options });

const residual = (layers: unknown, shortcut?: unknown): Layer => ({
  type: 'residual',
  layers,
  ...(shortcut !== undefined && { shortcut }),
});

/** A layer inside so many others. */
const nested = (depth: number): Layer => (depth === 0 ? { type: 'relu' } : residual([nested(depth - 1)]));

/** Models that `place` must refuse for 10 classes. */
const refused: [string, ModelSpec, Fault, ...string[]][] = [
  [
    'an unknown type',
    model([1, 8, 8], { type: 'conv' }, flatten, linear),
    'invalid-model',
    'layer 0 (conv)',
    'conv2d?',
  ],
  [
    'a nearly known type',
    model([1, 8, 8], flatten, { type: 'relo' }, linear),
    'invalid-model',
    'layer 1 (relo)',
    'relu?',
  ],
  [
    'a type of every object',
    model([1, 8, 8], { type: 'toString' }, linear),
    'invalid-model',
    'layer 0 (toString)',
    'conv2d, linear',
  ],
  [
    'a missing option',
    model([1, 8, 8], { type: 'conv2d', kernelSize: 3 }),
    'invalid-model',
    'layer 0 (conv2d)',
    'outChannels',
  ],
  [
    'an unknown option',
    model([1, 8, 8], flatten, { ...linear, foo: 1 }),
    'invalid-model',
    'layer 1 (linear)',
    'option foo',
    'outFeatures, bias',
  ],
  [
    'an option for a layer without',
    model([1, 8, 8], { type: 'relu', p: 1 }),
    'invalid-model',
    'layer 0 (relu)',
    'option p',
  ],
  [
    'channels 0',
    model([1, 8, 8], conv({ outChannels: 0 })),
    'invalid-model',
    'layer 0 (conv2d)',
    'outChannels is 0;',
    '≥ 1',
  ],
  ['half a channel', model([1, 8, 8], conv({ outChannels: 1.5 })), 'invalid-model', 'outChannels is 1.5'],
  ['a text for a number', model([1, 8, 8], conv({ kernelSize: '3' })), 'invalid-model', 'kernelSize is "3"'],
  ['a stride of 0', model([1, 8, 8], conv({ stride: 0 })), 'invalid-model', 'stride is 0;'],
  ['negative padding', model([1, 8, 8], conv({ padding: -1 })), 'invalid-model', 'padding is -1;'],
  [
    'another word for padding',
    model([1, 8, 8], conv({ padding: 'valid' })),
    'invalid-model',
    'padding is "valid"',
    "'same'",
  ],
  [
    'same with a stride',
    model([1, 8, 8], conv({ padding: 'same', stride: 2 })),
    'invalid-model',
    'layer 0 (conv2d)',
    "'same'",
    'stride [2,2]',
  ],
  [
    'no number',
    model([1, 8, 8], { type: 'leakyRelu', negativeSlope: null }),
    'invalid-model',
    'layer 0 (leakyRelu)',
    'negativeSlope is null',
  ],
  ['neither true nor false', model([1, 8, 8], conv({ bias: 1 })), 'invalid-model', 'bias is 1;'],
  [
    'dropout of all',
    model([1, 8, 8], { type: 'dropout', p: 1 }),
    'invalid-model',
    'layer 0 (dropout)',
    'p is 1;',
  ],
  [
    'a window that does not fit',
    model([1, 8, 8], conv({ kernelSize: 9 })),
    'invalid-model',
    'layer 0 (conv2d)',
    '[9,9]',
    '[8,8]',
  ],
  [
    'a pool that does not fit',
    model([1, 8, 8], { type: 'maxPool2d', kernelSize: 9 }),
    'invalid-model',
    'layer 0 (maxPool2d)',
    '[9,9]',
  ],
  ['planes into linear', model([1, 8, 8], linear), 'invalid-model', 'layer 0 (linear)', '[1,8,8]'],
  ['features into conv2d', model([1, 8, 8], flatten, conv({})), 'invalid-model', 'layer 1 (conv2d)', '[64]'],
  [
    'features into batchNorm2d',
    model([1, 8, 8], flatten, { type: 'batchNorm2d' }),
    'invalid-model',
    'layer 1 (batchNorm2d)',
    '[64]',
  ],
  [
    'groups over channels',
    model([3, 8, 8], conv({ groups: 2 }), flatten, linear),
    'invalid-model',
    'layer 0 (conv2d)',
    'groups',
  ],
  [
    'groups over filters',
    model([6, 8, 8], conv({ groups: 3 }), flatten, linear),
    'invalid-model',
    'layer 0 (conv2d)',
    'groups',
  ],
  [
    'a pool with more padding than half its window',
    model([1, 8, 8], { type: 'maxPool2d', kernelSize: 3, padding: 2 }, flatten, linear),
    'invalid-model',
    'layer 0 (maxPool2d)',
    'padding [2,2,2,2]',
    'half the window',
  ],
  ...[-1, 0, 1e-60, 1e60].map((eps): (typeof refused)[number] => [
    `eps ${eps}`,
    model([1, 8, 8], { type: 'batchNorm2d', eps }, flatten, linear),
    'invalid-model',
    'layer 0 (batchNorm2d)',
    `eps is ${eps}; expected a number > 0 that float32 holds`,
  ]),
  ...[2e9, 2e6].map((outFeatures): (typeof refused)[number] => [
    `${outFeatures} outputs of a layer`,
    model([1, 28, 28], flatten, { type: 'linear', outFeatures }, linear),
    'invalid-model',
    'layer 1 (linear)',
    `the model then has ${outFeatures * 785} parameters; expected at most 200000000`,
  ]),
  [
    'layers that are too large together',
    model([1, 28, 28], flatten, ...[0, 0].map(() => ({ type: 'linear', outFeatures: 14_000 })), linear),
    'invalid-model',
    'layer 2 (linear)',
  ],
  [
    'more of an image than a device holds',
    model(
      [1, 28, 28],
      conv({ outChannels: 1e6, padding: 'same' }),
      { type: 'globalAvgPool' },
      flatten,
      linear,
    ),
    'invalid-model',
    'layer 0 (conv2d)',
    'the model then has 784000900 numbers between its layers for one image; expected at most 50000000',
  ],
  [
    'padding that no device could lay out',
    model([16, 28, 28], conv({ padding: 4096, stride: 4096 }), flatten, linear),
    'invalid-model',
    'layer 0 (conv2d)',
    'sees with padding [16,8220,8220]',
  ],
  ...(['kernelSize', 'stride', 'padding', 'dilation'] as const).flatMap((option) =>
    [4097, 1e9, [1, 1e9]].map((value): (typeof refused)[number] => [
      `${option} ${JSON.stringify(value)}`,
      model([1, 28, 28], conv({ [option]: value }), flatten, linear),
      'invalid-model',
      'layer 0 (conv2d)',
      `${option} is ${JSON.stringify(value)}; expected`,
      'to 4096',
    ]),
  ),
  [
    'layers that are each small enough, and make too much together',
    model(
      [1, 1000, 1000],
      conv({ outChannels: 15, kernelSize: 1 }),
      ...[0, 0, 0].map(() => ({ type: 'relu' })),
      { type: 'globalAvgPool' },
      flatten,
      linear,
    ),
    'invalid-model',
    'layer 3 (relu)',
    'the model then has 60000000 numbers between its layers for one image',
  ],
  [
    'more operations than anyone waits for, in layers that are each quick enough',
    model(
      [1, 100, 100],
      ...Array.from({ length: 15 }, () => conv({ outChannels: 100, kernelSize: 5, padding: 'same' })),
      flatten,
      linear,
    ),
    'invalid-model',
    'layer 10 (conv2d)',
    'operations for one image; expected at most 50000000000',
  ],
  [
    'too large an input',
    model([1, 1e6, 1e6], { type: 'globalAvgPool' }, flatten, linear),
    'invalid-model',
    'takes',
  ],
  [
    'a residual without layers',
    model([1, 8, 8], { type: 'residual' }, flatten, linear),
    'invalid-model',
    'layer 0 (residual): layers is missing; expected a list of layers',
  ],
  ...[[], 7, [7], [{}], 'relu', { 0: { type: 'relu' } }].flatMap((list): (typeof refused)[number][] => [
    [
      `${JSON.stringify(list)} for layers`,
      model([1, 8, 8], residual(list), flatten, linear),
      'invalid-model',
      `layer 0 (residual): layers is ${JSON.stringify(list)}; expected a list of layers`,
    ],
    [
      `${JSON.stringify(list)} for a shortcut`,
      model([1, 8, 8], residual([{ type: 'relu' }], list), flatten, linear),
      'invalid-model',
      `layer 0 (residual): shortcut is ${JSON.stringify(list)}; expected a list of layers`,
    ],
  ]),
  [
    'layers that make another shape than they get',
    model([1, 8, 8], residual([conv({}), { type: 'relu' }]), flatten, linear),
    'invalid-model',
    'layer 0 (residual): its layers make [4,6,6], which its input, [1,8,8], cannot be added to',
    'shortcut',
  ],
  [
    'another shape than that of a shortcut',
    model([1, 8, 8], residual([conv({})], [conv({ kernelSize: 1 })]), flatten, linear),
    'invalid-model',
    'layer 0 (residual): its layers make [4,6,6], which its shortcut, [4,8,8], cannot be added to',
  ],
  [
    'a shape that would only be repeated',
    model([4, 8, 8], residual([conv({ padding: 1 })], [{ type: 'globalAvgPool' }]), flatten, linear),
    'invalid-model',
    '[4,1,1]',
  ],
  [
    'a wrong option inside',
    model([1, 8, 8], flatten, residual([{ type: 'relu' }, { type: 'dropout', p: 2 }]), linear),
    'invalid-model',
    'model mine: layer 1 (residual) layer 1 (dropout): p is 2; expected a number from 0 to less than 1',
  ],
  [
    'an unknown type in a shortcut inside',
    model([1, 8, 8], residual([residual([{ type: 'relu' }], [{ type: 'relo' }])]), flatten, linear),
    'invalid-model',
    'model mine: layer 0 (residual) layer 0 (residual) shortcut layer 0 (relo): no such type of layer',
    'relu?',
  ],
  [
    'planes into linear inside',
    model([1, 8, 8], residual([linear]), flatten, linear),
    'invalid-model',
    'layer 0 (residual) layer 0 (linear): gets [1,8,8]',
  ],
  [
    'layers too deep in others',
    model([1, 8, 8], nested(9), flatten, linear),
    'invalid-model',
    'layer 0 (relu): lies more than 8 layers deep in others',
  ],
  [
    'parameters inside that are too many together',
    model(
      [1, 28, 28],
      flatten,
      residual([{ type: 'linear', outFeatures: 784 }]),
      residual([{ type: 'linear', outFeatures: 250_000 }], [{ type: 'linear', outFeatures: 250_000 }]),
      linear,
    ),
    'invalid-model',
    'layer 2 (residual) shortcut layer 0 (linear): the model then has 393115440 parameters',
  ],
  [
    'numbers inside that are too many together',
    model(
      [1, 1000, 1000],
      ...Array.from({ length: 9 }, () => nested(5)),
      { type: 'globalAvgPool' },
      flatten,
      linear,
    ),
    'invalid-model',
    'layer 8 (residual)',
    'numbers between its layers for one image',
  ],
  [
    'other outputs',
    model([1, 8, 8], flatten, { type: 'linear', outFeatures: 9 }),
    'invalid-model',
    '[9]',
    '10 classes',
  ],
  [
    'planes at the end',
    model([1, 8, 8], conv({ outChannels: 10 })),
    'invalid-model',
    '[10,6,6]',
    '10 classes',
  ],
];

for (const [name, spec, code, ...names] of refused) {
  test(`place refuses ${name}`, async () => {
    const message = await refuses(() => place(spec, 10), code, ...names);
    assert.match(message, /^model mine: /);
    assert.not.match(message, /undefined/);
  });
}

test('a list of one number is that number', () => {
  const [pool] = place(model([1, 8, 8], { type: 'maxPool2d', kernelSize: [2] }, flatten, linear), 10);
  assert.equal(pool.output, [1, 4, 4]);
  const [padded] = place(model([1, 8, 8], conv({ padding: [1], stride: [2] }), flatten, linear), 10);
  assert.equal(padded.output, [4, 4, 4]);
});

test('parseModel takes what the built-in files hold, and nothing else', async () => {
  for (const [name, spec] of Object.entries(builtInModels)) assert.equal(parseModel({ ...spec }, name), spec);
  const whole = { name: 'a', input: [1, 8, 8], layers: [flatten, linear] };
  const broken = [
    undefined,
    null,
    7,
    'lenet',
    [],
    {},
    { ...whole, name: 7 },
    { ...whole, input: [8, 8] },
    { ...whole, input: [1, 0, 8] },
    { ...whole, input: [1, 8, 8.5] },
    { ...whole, input: '1,8,8' },
    { ...whole, layers: [] },
    { ...whole, layers: { 0: flatten } },
    { ...whole, name: 'a'.repeat(101) },
    { ...whole, layers: Array.from({ length: 1001 }, () => ({ type: 'relu' })) },
  ];
  for (const value of broken) await refuses(() => parseModel(value, 'm.json'), 'invalid-model', 'm.json:');
  const inside: [Layer[], string][] = [
    [[flatten, residual([7]), linear], 'm.json: layer 1 (residual) layer 0 is 7; expected {"type": "…"}'],
    [
      [residual([flatten, residual([{ type: 'relu' }], [{ p: 1 }])]), linear],
      'm.json: layer 0 (residual) layer 1 (residual) shortcut layer 0 is {"p":1};',
    ],
    [[residual(Array(1000).fill({ type: 'relu' })), flatten], 'm.json: 1002 layers; expected at most 1000'],
  ];
  for (const [layers, ...names] of inside)
    await refuses(() => parseModel({ ...whole, layers }, 'm.json'), 'invalid-model', ...names);
});

test('a model as text is what was read, with a line for each layer that has none inside', () => {
  for (const spec of [...Object.values(builtInModels), everyLayer]) {
    const text = modelText(spec);
    assert.equal(parseModel(JSON.parse(text), 'text'), spec);
    const ending = withInner(spec.layers).filter((layer) => layer.type !== 'residual').length;
    assert.is(text.split('\n').filter((line) => /^ *\{ "type".* \},?$/.test(line)).length, ending);
  }
  assert.is(modelText(builtInModels.resnet), readFileSync('pipeline/model/resnet.json', 'utf8'));
});

test('docs/models.md has every type of layer with its options, and a model that fits together', () => {
  const page = readFileSync('docs/models.md', 'utf8');
  for (const [type, { required, optional }] of Object.entries(layerKinds)) {
    // What avgPool2d has as maxPool2d does stands there.
    const rows = page.split('\n').filter((line) => line.startsWith('|') && line.includes(`\`${type}\``));
    assert.is(rows.length, 1, type);
    const said = type === 'avgPool2d' ? page : rows[0];
    for (const option of Object.keys({ ...required, ...optional })) assert.match(said, `\`${option}\``);
  }
  const [, json] = /```json\n([\s\S]*?)```/.exec(page)!;
  assert.equal(place(parseModel(JSON.parse(json), 'docs/models.md'), 10).at(-1)?.output, [10]);
});

test('findModel reads a file, and says in one line what is wrong with another', async () => {
  const text = JSON.stringify(model([1, 8, 8], flatten, linear));
  const files = {
    'm.json': text,
    'broken.json': '{\n"name": \n}',
    'twice.json': text.replace('{', '{"name":"other",'),
    'deep.json': '['.repeat(500_000),
    'long.json': ' '.repeat(1_000_001),
  };
  const folder = tempFolder(files);
  assert.is(findModel(`${folder.path}/m.json`).name, 'mine');
  await refuses(() => findModel(`${folder.path}/broken.json`), 'not-json', 'broken.json');
  await refuses(() => findModel(`${folder.path}/twice.json`), 'not-json', 'twice.json', 'name name twice');
  await refuses(() => findModel(`${folder.path}/deep.json`), 'not-json', 'deep.json', '127 deep');
  await refuses(() => findModel(`${folder.path}/long.json`), 'too-large', 'long.json', '1 MB');
  await refuses(() => findModel(folder.path), 'unreadable', folder.path);
  await refuses(() => findModel('/dev/zero'), 'unreadable', '/dev/zero', 'device');
  await refuses(() => findModel('lennet'), 'missing', '`model` lennet', 'lenet?');
  await refuses(() => findModel('toString'), 'missing', '`model` toString');
  folder.remove();
});

test('findModel reads a file that starts with the mark of UTF-8, as Windows editors write it', () => {
  const folder = tempFolder({ 'm.json': `\uFEFF${JSON.stringify(model([1, 8, 8], flatten, linear))}` });
  try {
    assert.is(findModel(`${folder.path}/m.json`).name, 'mine');
  } finally {
    folder.remove();
  }
});

test.run();

// Networks that come back, and those of other programs: the same bits where inkgrad wrote the file, and the numbers of ONNX
// Runtime where another did.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { CheckpointFile } from '../../../pipeline/checkpoint/checkpoint.ts';
import { checkpointBytes, parseCheckpoint } from '../../../pipeline/checkpoint/checkpoint.ts';
import { writeSafetensors } from '../../../pipeline/formats/safetensors.ts';
import type { Imported, ImportOptions } from '../../../pipeline/interchange/import/importNetwork.ts';
import { importNetwork } from '../../../pipeline/interchange/import/importNetwork.ts';
import { onnxFile } from '../../../pipeline/interchange/onnx/write/file.ts';
import { withPytorchNames } from '../../../pipeline/interchange/pytorch/names.ts';
import { plainWeights } from '../../../pipeline/interchange/pytorch/write.ts';
import { branchesOf } from '../../../pipeline/model/branches.ts';
import type { LayerSpec } from '../../../pipeline/model/layers.ts';
import { builtInModels, type ModelSpec } from '../../../pipeline/model/model.ts';
import { recipes } from '../../../pipeline/preprocess/recipe.ts';
import { refuses } from '../../support/images.ts';
import type { GraphText } from '../../support/onnxGraph.ts';
import { above, floats, longs, node, onnxOf, random, withoutMetadata } from '../../support/onnxGraph.ts';
import { assertOff, ran } from '../../support/onnxRuntime.ts';
import {
  everyLayer,
  logitsOf,
  portableModels,
  randomCheckpoint,
  randomImages,
} from '../../support/portable.ts';

const { lenet, vgg } = builtInModels;

/** Of images of 8×8 that are as they are. */
const recipe = { ...recipes.none, size: 8 };

/** An import without options, or with some. */
const imported = (bytes: Uint8Array, options: Partial<ImportOptions> = {}): Imported =>
  importNetwork(bytes, 'net', { name: 'net', ...options });

/** The imported checkpoint as a file would hold it, which evaluate and predict read. */
const stored = ({ checkpoint }: Imported): CheckpointFile =>
  parseCheckpoint(checkpointBytes(checkpoint), 'stored');

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);

function assertSameBits(actual: CheckpointFile, expected: CheckpointFile): void {
  assert.equal([...actual.weights.keys()], [...expected.weights.keys()]);
  for (const [name, { shape, data }] of expected.weights) {
    const found = actual.weights.get(name)!;
    assert.equal(found.shape, shape, name);
    assert.ok(bytesOf(found.data).equals(bytesOf(data)), `the bits of ${name}`);
  }
}

// ---- what inkgrad wrote itself ------------------------------------------------------------------------------

for (const model of portableModels) {
  const checkpoint = randomCheckpoint(model);
  const files: readonly (readonly [string, Uint8Array])[] = [
    ['onnx', onnxFile(checkpoint, { normalise: false, softmax: false, version: '1' })],
    [
      'onnx from pixels to probabilities',
      onnxFile(checkpoint, { normalise: true, softmax: true, version: '1' }),
    ],
    ['safetensors', plainWeights(checkpoint)],
  ];
  for (const [what, file] of files) {
    test(`${model.name} as ${what} and back: the same bits, layers, classes, recipe and temperature`, () => {
      const back = imported(file);
      assert.equal(back.remarks, []);
      const { model: layers, classes, recipe, certainty } = stored(back);
      assert.equal(
        { layers, classes, recipe },
        { layers: model, classes: checkpoint.classes, recipe: checkpoint.recipe },
      );
      assert.is(certainty.temperature, 1.25);
      assertSameBits(stored(back), checkpoint);
    });
  }

  test(`${model.name} by its nodes alone: the layers of its file, the same bits and logits`, async () => {
    const file = withoutMetadata(onnxFile(checkpoint, { normalise: false, softmax: true, version: '1' }));
    const back = stored(imported(file, { recipe: checkpoint.recipe }));
    const without = model.layers.filter(({ type }) => type !== 'dropout');
    assert.equal(
      back.model.layers.map(({ type }) => type),
      without.map(({ type }) => type),
    );
    assert.is(back.certainty.temperature, 1.25);
    assert.equal(
      [...back.weights.values()].map(({ data }) => bytesOf(data).toString('base64').slice(0, 99)),
      [...checkpoint.weights.values()].map(({ data }) => bytesOf(data).toString('base64').slice(0, 99)),
    );
    // Of the same layers with the same numbers: that they are the same is seen where each type is there.
    if (model === everyLayer) {
      const { images } = randomImages(checkpoint, 2);
      assert.equal(await logitsOf(back, images, 2), await logitsOf(checkpoint, images, 2));
    }
    assert.equal(back.classes, ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    assertSameBits(stored(imported(file, { model, recipe: checkpoint.recipe })), checkpoint);
  });
}

// ---- what others write --------------------------------------------------------------------------------------

const gemm = (input: string, weight: string) => node('y', 'Gemm', [input, weight], { transB: 1 });
const conv3 = (output: string, input: string, weight: string, stride = 1) =>
  node(output, 'Conv', [input, weight], { pads: [1, 1, 1, 1], strides: [stride, stride] });

/** Graphs of other programs, on images of 8×8: what they are like, and the types of layers that they become. */
const foreign: Readonly<Record<string, readonly [GraphText, string]>> = {
  'a CNTK network: auto_pad, biases by Add, weights behind a Reshape, Softmax': [
    {
      input: [1, 1, 8, 8],
      nodes: [
        node('w', 'Reshape', ['w4', 'two']),
        node('a', 'Conv', ['x', 'k'], { auto_pad: 'SAME_UPPER', kernel_shape: [5, 5], strides: [1, 1] }),
        node('b', 'Add', ['a', 'kb']),
        node('c', 'Relu', ['b']),
        node('d', 'MaxPool', ['c'], { auto_pad: 'VALID', kernel_shape: [3, 3], strides: [3, 3] }),
        node('e', 'Reshape', ['d', 'flat']),
        node('f', 'MatMul', ['e', 'w']),
        node('g', 'Add', ['f', 'wb']),
        node('y', 'Softmax', ['g'], { axis: 1 }),
      ],
      constants: [
        random('k', 6, 1, 5, 5),
        random('kb', 6, 1, 1),
        random('w4', 6, 2, 2, 5),
        longs('two', [2], 24, 5),
        longs('flat', [2], 1, 24),
        random('wb', 1, 5),
      ],
    },
    'conv2d relu maxPool2d flatten linear',
  ],
  'a view in PyTorch: the shape is put together from that of the input': [
    {
      input: [null, 1, 8, 8],
      nodes: [
        node('a', 'Conv', ['x', 'k', 'kb'], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }),
        node('s', 'Shape', ['a']),
        node('zero', 'Constant', [], { value: { t: longs('', [], 0) } }),
        node('n', 'Gather', ['s', 'zero'], { axis: 0 }),
        node('n1', 'Unsqueeze', ['n', 'axis']),
        node('rest', 'Constant', [], { value: { t: longs('', [1], -1) } }),
        node('shape', 'Concat', ['n1', 'rest'], { axis: 0 }),
        node('f', 'Reshape', ['a', 'shape']),
        node('g', 'Gemm', ['f', 'w', 'wb'], { transB: 1 }),
        node('y', 'LogSoftmax', ['g'], { axis: 1 }),
      ],
      constants: [
        random('k', 4, 1, 3, 3),
        random('kb', 4),
        longs('axis', [1], 0),
        random('w', 3, 64),
        random('wb', 3),
      ],
    },
    'conv2d flatten linear',
  ],
  'features for images, all that Gemm has, and a batch norm of features': [
    {
      input: [null, 64],
      nodes: [
        node('a', 'Gemm', ['x', 'w', 'one'], { alpha: { f: 0.5 }, beta: { f: 2 } }),
        node('b', 'BatchNormalization', ['a', 's', 'h', 'm', 'v'], { epsilon: { f: 1e-3 } }),
        node('c', 'Tanh', ['b']),
        node('y', 'Gemm', ['c', 'u', 'ub'], { transB: 1 }),
      ],
      constants: [
        random('w', 64, 7),
        floats('one', [], 0.25),
        ...[random('s', 7), random('h', 7), random('m', 7), above('v', 7)],
        random('u', 3, 7),
        random('ub', 1, 3),
      ],
    },
    'flatten linear tanh linear',
  ],
  'pools that round up': [
    {
      input: [null, 1, 8, 8],
      nodes: [
        node('a', 'MaxPool', ['x'], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }),
        node('b', 'AveragePool', ['a'], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }),
        node('c', 'Flatten', ['b']),
        gemm('c', 'w'),
      ],
      constants: [random('w', 3, 4)],
    },
    'maxPool2d avgPool2d flatten linear',
  ],
  'pools with padding that round up, so that a window hangs over by more than half, and means that count it':
    [
      {
        input: [null, 1, 8, 8],
        nodes: [
          node('a', 'MaxPool', ['x'], {
            kernel_shape: [3, 3],
            strides: [2, 2],
            pads: [1, 1, 1, 1],
            ceil_mode: 1,
          }),
          node('b', 'MaxPool', ['a'], { kernel_shape: [3, 3], strides: [1, 3], ceil_mode: 1 }),
          node('c', 'AveragePool', ['b'], {
            kernel_shape: [3, 3],
            strides: [2, 2],
            pads: [1, 1, 1, 1],
            ceil_mode: 1,
            count_include_pad: 1,
          }),
          node('f', 'Flatten', ['c']),
          gemm('f', 'w'),
        ],
        constants: [random('w', 3, 4)],
      },
      'maxPool2d maxPool2d avgPool2d flatten linear',
    ],
  'silu and hardSwish, by operators of their own and of several, and other activations': [
    {
      input: [null, 1, 8, 8],
      nodes: [
        node('f', 'Flatten', ['x']),
        node('a', 'Sigmoid', ['f']),
        node('b', 'Mul', ['a', 'f']),
        node('c', 'MatMul', ['b', 'm']),
        node('d', 'HardSigmoid', ['c'], { alpha: { f: 1 / 6 } }),
        node('e', 'Mul', ['c', 'd']),
        node('g', 'HardSwish', ['e']),
        node('h', 'Elu', ['g'], { alpha: { f: 0.5 } }),
        node('i', 'Selu', ['h']),
        node('j', 'Softplus', ['i']),
        gemm('j', 'w'),
      ],
      constants: [random('m', 64, 9), random('w', 3, 9)],
    },
    'flatten silu linear hardSwish hardSwish elu selu softplus linear',
  ],
  'an odd padding in front, a depthwise convolution, factors and differences in its weights': [
    {
      input: [null, 1, 8, 8],
      nodes: [
        node('a', 'Conv', ['x', 'k'], { auto_pad: 'SAME_LOWER', kernel_shape: [4, 2] }),
        node('b', 'Mul', ['a', 'f']),
        node('c', 'Sub', ['b', 'd']),
        node('d1', 'LeakyRelu', ['c'], { alpha: { f: 0.3 } }),
        node('e', 'Conv', ['d1', 'q'], { group: 4, dilations: [2, 2], pads: [2, 2, 2, 2] }),
        node('f1', 'Div', ['e', 'two']),
        node('g', 'GlobalAveragePool', ['f1']),
        node('h', 'Squeeze', ['g', 'axes']),
        gemm('h', 'w'),
      ],
      constants: [
        random('k', 4, 1, 4, 2),
        random('f', 1, 4, 1, 1),
        random('d', 4, 1, 1),
        random('q', 4, 1, 3, 3),
        floats('two', [1], 2),
        longs('axes', [2], 2, 3),
        random('w', 3, 4),
      ],
    },
    'conv2d leakyRelu conv2d globalAvgPool flatten linear',
  ],
  'a mean of each plane without its axes, dropout, sigmoid': [
    {
      input: [null, 1, 8, 8],
      nodes: [
        node('a', 'Conv', ['x', 'k'], { pads: [0, 0, 1, 1] }),
        node('b', 'Sigmoid', ['a']),
        node('c', 'ReduceMean', ['b'], { axes: [2, 3], keepdims: 0 }),
        node('d', 'Dropout', ['c', 'ratio']),
        node('e', 'Identity', ['d']),
        gemm('e', 'w'),
      ],
      constants: [random('k', 5, 1, 3, 3), floats('ratio', [], 0.25), random('w', 3, 5)],
    },
    'conv2d sigmoid globalAvgPool flatten dropout linear',
  ],
  'means of PyTorch, whose padding is a node of its own, and −∞ around a maximum': [
    {
      input: [null, 1, 8, 8],
      nodes: [
        node('none', 'Pad', ['x', 'zeros'], { mode: 'constant' }),
        node('a', 'AveragePool', ['none'], { kernel_shape: [2, 2], strides: [1, 1] }),
        node('p', 'Pad', ['a', 'sides', 'zero'], { mode: 'constant' }),
        node('b', 'AveragePool', ['p'], { kernel_shape: [3, 3], strides: [2, 2] }),
        node('q', 'Pad', ['b', 'right', 'least'], { mode: 'constant' }),
        node('c', 'MaxPool', ['q'], { kernel_shape: [2, 2], strides: [1, 1] }),
        node('r', 'Pad', ['c', 'sides'], { mode: 'constant' }),
        node('d', 'Conv', ['r', 'k'], { pads: [0, 0, 1, 1] }),
        node('f', 'Flatten', ['d']),
        gemm('f', 'w'),
      ],
      constants: [
        longs('zeros', [8], ...Array(8).fill(0)),
        longs('sides', [8], 0, 0, 1, 1, 0, 0, 1, 1),
        longs('right', [8], 0, 0, 0, 0, 0, 0, 0, 1),
        floats('zero', [], 0),
        floats('least', [], Number.NEGATIVE_INFINITY),
        random('k', 2, 1, 3, 3),
        random('w', 3, 40),
      ],
    },
    'avgPool2d avgPool2d maxPool2d conv2d flatten linear',
  ],
  'gelu of PyTorch, with each constant before the node that takes it': [
    {
      input: [null, 1, 8, 8],
      nodes: [
        node('f', 'Flatten', ['x']),
        node('root', 'Constant', [], { value: { t: floats('', [], Math.SQRT2) } }),
        node('a', 'Div', ['f', 'root']),
        node('b', 'Erf', ['a']),
        node('one', 'Constant', [], { value: { t: floats('', [], 1) } }),
        node('c', 'Add', ['b', 'one']),
        node('d', 'Mul', ['f', 'c']),
        node('half', 'Constant', [], { value: { t: floats('', [], 0.5) } }),
        node('g', 'Mul', ['d', 'half']),
        gemm('g', 'w'),
      ],
      constants: [random('w', 3, 64)],
    },
    'flatten gelu linear',
  ],
  'gelu of a transformer: x·½ apart': [
    {
      input: [null, 1, 8, 8],
      nodes: [
        node('f', 'Flatten', ['x']),
        node('a', 'MatMul', ['f', 'w']),
        node('h', 'Mul', ['half', 'a']),
        node('b', 'Mul', ['a', 'root']),
        node('c', 'Erf', ['b']),
        node('d', 'Add', ['one', 'c']),
        node('g', 'Mul', ['h', 'd']),
        gemm('g', 'u'),
      ],
      constants: [
        random('w', 64, 6),
        floats('half', [], 0.5),
        floats('root', [], Math.SQRT1_2),
        floats('one', [], 1),
        random('u', 3, 6),
      ],
    },
    'flatten linear gelu linear',
  ],
  'blocks of a ResNet: what they make is added to their input, or to a shortcut that is named first': [
    {
      input: [null, 1, 8, 8],
      nodes: [
        conv3('a', 'x', 'k0'),
        node('b', 'Relu', ['a']),
        conv3('c', 'b', 'k1'),
        node('d', 'BatchNormalization', ['c', 'g', 'h', 'm', 'v']),
        node('e', 'Relu', ['d']),
        conv3('f', 'e', 'k1'),
        node('s', 'Add', ['f', 'b']),
        node('t', 'Relu', ['s']),
        conv3('i', 't', 'k2', 2),
        node('p', 'Conv', ['t', 'k3'], { strides: [2, 2] }),
        node('j', 'Relu', ['i']),
        node('u', 'Add', ['p', 'j']),
        node('l', 'GlobalAveragePool', ['u']),
        node('n', 'Flatten', ['l']),
        gemm('n', 'w'),
      ],
      constants: [
        random('k0', 4, 1, 3, 3),
        random('k1', 4, 4, 3, 3),
        random('k2', 6, 4, 3, 3),
        random('k3', 6, 4, 1, 1),
        ...['g', 'h', 'm'].map((name) => random(name, 4)),
        floats('v', [4], 1, 2, 0.5, 0.25),
        random('w', 3, 6),
      ],
    },
    'conv2d relu residual(conv2d batchNorm2d relu conv2d) relu residual(conv2d; conv2d relu) globalAvgPool flatten linear',
  ],
  'activations before convolutions, a sum in a sum, and one that begins with another': [
    {
      input: [null, 1, 8, 8],
      nodes: [
        conv3('a', 'x', 'k0'),
        node('b', 'Div', ['a', 'root']),
        node('c', 'Erf', ['b']),
        node('d', 'Add', ['c', 'one']),
        node('e', 'Mul', ['a', 'd']),
        node('f', 'Mul', ['e', 'half']),
        conv3('g', 'f', 'k1'),
        node('s', 'Add', ['a', 'g']),
        node('h', 'Tanh', ['s']),
        node('t', 'Add', ['h', 's']),
        conv3('i', 't', 'k1'),
        node('j', 'Sigmoid', ['i']),
        node('u', 'Add', ['j', 'i']),
        node('z', 'Add', ['u', 's']),
        node('l', 'GlobalAveragePool', ['z']),
        node('n', 'Flatten', ['l']),
        gemm('n', 'w'),
      ],
      constants: [
        random('k0', 4, 1, 3, 3),
        random('k1', 4, 4, 3, 3),
        floats('half', [], 0.5),
        floats('root', [], Math.SQRT2),
        floats('one', [], 1),
        random('w', 3, 4),
      ],
    },
    'conv2d residual(gelu conv2d) residual(residual(tanh) conv2d residual(sigmoid)) globalAvgPool flatten linear',
  ],
  'features, with biases added inside a branch, and the input added to what is made of it': [
    {
      input: [null, 1, 8, 8],
      nodes: [
        node('r', 'Relu', ['x']),
        node('s', 'Add', ['r', 'x']),
        node('f', 'Flatten', ['s']),
        node('a', 'MatMul', ['f', 'm']),
        node('b', 'Add', ['bias', 'a']),
        node('c', 'Tanh', ['b']),
        node('d', 'Add', ['c', 'f']),
        gemm('d', 'w'),
      ],
      constants: [random('m', 64, 64), random('bias', 64), random('w', 3, 64)],
    },
    'residual(relu) flatten residual(linear tanh) linear',
  ],
};

/** Types of layers, with those inside in brackets, those of a shortcut last. */
const typesOf = (layers: readonly LayerSpec[]): string =>
  layers
    .map((layer) => {
      const inner = branchesOf(layer).map(([, list]) => typesOf(list));
      return inner.length === 0 ? layer.type : `${layer.type}(${inner.join('; ')})`;
    })
    .join(' ');

for (const [what, [graph, types]] of Object.entries(foreign)) {
  test(`ONNX, ${what}: the numbers of ONNX Runtime`, async () => {
    const file = onnxOf(graph);
    const { model, classes, ...rest } = stored(imported(file, { recipe }));
    assert.is(typesOf(model.layers), types);
    const checkpoint = { model, classes, ...rest };
    const { images } = randomImages(checkpoint, 1);
    const logits = await logitsOf(checkpoint, images, 1);
    const { values } = await ran(file, 'x', images, [1, ...graph.input.slice(1).map((n) => n ?? 1)]);
    // A last softmax is how logits are read, and no layer.
    const last = graph.nodes.at(-1)!.op;
    const sum = Math.log(logits.reduce((total, logit) => total + Math.exp(logit), 0));
    const said = logits.map((logit) =>
      last === 'Softmax' ? Math.exp(logit - sum) : last === 'LogSoftmax' ? logit - sum : logit,
    );
    assertOff(values, said, 1e-5);
    assert.ok(Math.max(...values) - Math.min(...values) > 0.01, 'the outputs differ');
  });
}

test('a sum of two branches is the model that is given, whichever of them it names first', async () => {
  const conv = (kernelSize: number) => ({
    type: 'conv2d',
    outChannels: 2,
    kernelSize,
    padding: 'same',
    bias: false,
  });
  const [small, large] = [[conv(1)], [conv(3), { type: 'tanh' }]];
  const given = (layers: object[], shortcut: object[]): ModelSpec => ({
    name: 'given',
    input: [1, 8, 8],
    layers: [
      { type: 'residual', layers, shortcut },
      { type: 'flatten' },
      { type: 'linear', outFeatures: 'classes', bias: false },
    ],
  });
  const file = onnxOf({
    input: [null, 1, 8, 8],
    nodes: [
      conv3('a', 'x', 'k3'),
      node('b', 'Tanh', ['a']),
      node('c', 'Conv', ['x', 'k1']),
      node('s', 'Add', ['c', 'b']),
      node('f', 'Flatten', ['s']),
      gemm('f', 'w'),
    ],
    constants: [random('k3', 2, 1, 3, 3), random('k1', 2, 1, 1, 1), random('w', 3, 128)],
  });
  const names = (model: ModelSpec) =>
    [...stored(imported(file, { model, recipe })).weights].map(([name, { shape }]) => [name, shape.at(-1)]);
  const last = ['2.weight', 128];
  assert.equal(names(given(large, small)), [['0.layers.0.weight', 3], ['0.shortcut.0.weight', 1], last]);
  assert.equal(names(given(small, large)), [['0.layers.0.weight', 1], ['0.shortcut.0.weight', 3], last]);
  await refuses(
    () => imported(file, { model: given(large, large), recipe }),
    'invalid-model',
    'node c (Conv)',
    'layer 0.layers.0 of given',
  );
});

test('a file of ours that another program changed is taken as it is, which is said', async () => {
  const small = { ...everyLayer, layers: everyLayer.layers.slice(-5) };
  const said = { 'inkgrad.model': JSON.stringify(small), 'inkgrad.recipe': JSON.stringify(recipe) };
  const nodes = [node('f', 'Flatten', ['x']), gemm('f', 'w')];
  const changed = onnxOf({ input: [null, 1, 8, 8], nodes, constants: [random('w', 3, 64)], metadata: said });
  const back = imported(changed);
  assert.equal(
    back.checkpoint.model.layers.map(({ type }) => type),
    ['flatten', 'linear'],
  );
  assert.match(back.remarks[0], /net: is no longer the model every-layer/);
});

// ---- what is refused ----------------------------------------------------------------------------------------

const checkpoint = randomCheckpoint(lenet);
const file = onnxFile(checkpoint, { normalise: false, softmax: false, version: '1' });
const graph = (nodes: GraphText['nodes'], more: Partial<GraphText> = {}): Uint8Array =>
  onnxOf({
    input: [null, 1, 8, 8],
    nodes,
    constants: [random('w', 3, 64), random('k', 2, 1, 3, 3)],
    ...more,
  });
const flat = node('f', 'Flatten', ['x']);

/** x + (x + (x + … relu(x))). */
const deep = (sums: number): GraphText['nodes'] => [
  node(`d${sums}`, 'Relu', ['x']),
  ...Array.from({ length: sums }, (_, i) => node(`d${sums - 1 - i}`, 'Add', [`d${sums - i}`, 'x'])),
];

const refusedNodes: Readonly<Record<string, readonly [Uint8Array, ...string[]]>> = {
  'a product of two layers': [
    graph([node('a', 'Relu', ['x']), node('b', 'Mul', ['a', 'x']), flat]),
    'node b (Mul)',
    'only a sum of two',
  ],
  'layers side by side': [
    graph([node('a', 'Relu', ['x']), node('b', 'Concat', ['a', 'x'], { axis: 1 }), flat]),
    'node b (Concat)',
    'only a sum of two',
  ],
  'a sum that takes from the middle of a branch': [
    graph([
      node('a', 'Relu', ['x']),
      node('b', 'Tanh', ['a']),
      node('c', 'Add', ['b', 'x']),
      node('d', 'Add', ['c', 'a']),
      node('f', 'Flatten', ['d']),
    ]),
    'node d (Add)',
    'adds a, which is not the end of a branch of its own',
  ],
  'what a branch makes, taken once more behind the sum': [
    graph([
      node('a', 'Relu', ['x']),
      node('b', 'Add', ['a', 'x']),
      node('c', 'Tanh', ['a']),
      node('f', 'Flatten', ['c']),
    ]),
    'net',
  ],
  'a value added to itself': [graph([node('a', 'Add', ['x', 'x']), flat]), 'node a (Add)'],
  'a branch that begins with a factor': [
    graph([node('a', 'Mul', ['x', 'q']), node('b', 'Add', ['a', 'x']), flat], {
      constants: [floats('q', [], 2)],
    }),
    'node b (Add)',
    'begins a branch with',
  ],
  'a sum that would repeat numbers': [
    graph([node('a', 'GlobalAveragePool', ['x']), node('b', 'Add', ['a', 'x']), flat]),
    'node b (Add)',
    'adds [1,8,8] to [1,1,1]',
  ],
  'an operator that no layer is, in a branch': [
    graph([node('a', 'Resize', ['x']), node('b', 'Add', ['a', 'x']), flat]),
    'node a (Resize)',
  ],
  'sums of values that lie far apart': [
    graph([
      ...Array.from({ length: 8000 }, (_, i) => node(`r${i}`, 'Relu', [i === 0 ? 'x' : `r${i - 1}`])),
      ...Array.from({ length: 1900 }, (_, i) => node(`s${i}`, 'Add', [`r${7999 - i}`, `r${i}`])),
    ]),
    'branches that are too many and too long',
  ],
  'sums too deep in others': [graph([...deep(9), node('f', 'Flatten', ['d0'])]), 'branches more than 8 deep'],
  'an operator that no layer is': [graph([node('a', 'Resize', ['x'])]), 'node a (Resize)', 'Conv'],
  'an operator of another set': [
    graph([{ ...node('a', 'Conv', ['x', 'k']), domain: 'com.example' }]),
    'node a (Conv)',
  ],
  'two inputs': [graph([flat], { inputs: ['x', 'z'] }), 'takes 2 inputs', 'x z'],
  'two outputs': [graph([flat, node('g', 'Relu', ['f'])], { output: ['f', 'g'] }), '2 outputs'],
  'images of any size': [graph([flat], { input: [null, 1, null, 8] }), 'input x is [?, 1, ?, 8]'],
  'a softmax in the middle': [
    graph([flat, node('s', 'Softmax', ['f'], { axis: 1 }), gemm('s', 'w')]),
    'node s (Softmax)',
    'not the last',
  ],
  'weights that are computed': [graph([node('a', 'Conv', ['x', 'x'])]), 'node a (Conv)'],
  'a factor that is not one for each channel': [
    graph([node('a', 'Conv', ['x', 'k']), node('b', 'Mul', ['a', 'q'])], {
      constants: [random('k', 2, 1, 3, 3), random('q', 6)],
    }),
    'node b (Mul)',
    '[6]',
  ],
  'a constant before all weights of its own': [
    graph([node('a', 'Relu', ['x']), node('b', 'Add', ['a', 'q'])], { constants: [floats('q', [], 2)] }),
    'node b (Add)',
  ],
  'a transposition': [graph([node('a', 'Transpose', ['x'], { perm: [0, 2, 3, 1] })]), 'node a (Transpose)'],
  'a reshape across images': [
    graph([node('a', 'Reshape', ['x', 'q'])], { constants: [longs('q', [3], -1, 8, 4)] }),
    'node a (Reshape)',
  ],
  'a padding that no window takes up': [
    graph([node('p', 'Pad', ['x', 'q']), node('a', 'Relu', ['p'])], {
      constants: [longs('q', [8], 0, 0, 1, 1, 0, 0, 1, 1)],
    }),
    'node a (Relu)',
    'padding',
  ],
  'a bias between a padding and its window': [
    graph(
      [
        node('c', 'Conv', ['x', 'k']),
        node('p', 'Pad', ['c', 'q']),
        node('a', 'Add', ['p', 'one']),
        node('d', 'AveragePool', ['a'], { kernel_shape: [2, 2] }),
      ],
      {
        constants: [random('k', 2, 1, 3, 3), longs('q', [8], 0, 0, 1, 1, 0, 0, 1, 1), floats('one', [], 1)],
      },
    ),
    'node a (Add)',
  ],
  'padding that counts beside some that does not': [
    graph(
      [
        node('p', 'Pad', ['x', 'q']),
        node('a', 'AveragePool', ['p'], { kernel_shape: [3, 3], auto_pad: 'SAME_UPPER' }),
      ],
      { constants: [longs('q', [8], 0, 0, 1, 1, 0, 0, 1, 1)] },
    ),
    'node a (AveragePool)',
    'counts',
  ],
  'an attribute of another type': [
    graph([node('a', 'Conv', ['x', 'k'], { strides: 'two' })]),
    'node a (Conv)',
    'strides',
  ],
  'strides on three axes': [graph([node('a', 'Conv', ['x', 'k'], { strides: [1, 1, 1] })]), 'node a (Conv)'],
  'a maximum that reaches further than half a window': [
    graph([
      node('a', 'MaxPool', ['x'], {
        kernel_shape: [3, 3],
        strides: [2, 2],
        pads: [2, 2, 2, 2],
      }),
    ]),
    'node a (MaxPool)',
    'at most half the window',
  ],
  'whole numbers for weights': [
    graph([flat, gemm('f', 'w')], { constants: [longs('w', [3, 64], ...Array(192).fill(1))] }),
    'node y (Gemm)',
    'int64',
  ],
};

for (const [what, [bytes, ...names]] of Object.entries(refusedNodes)) {
  test(`refused: ${what}`, async () => {
    await refuses(() => imported(bytes, { recipe }), 'not-expressible', 'net', ...names);
  });
}

const text = new TextEncoder();
const weightsOnly = (
  change: (weights: Map<string, { shape: readonly number[]; data: Float32Array | Int32Array }>) => void,
) => {
  const copies = [...checkpoint.weights].map(
    ([name, { shape, data }]) => [name, { shape, data: data.slice() }] as const,
  );
  const weights = withPytorchNames(new Map(copies)) as Map<
    string,
    { shape: readonly number[]; data: Float32Array }
  >;
  change(weights);
  return writeSafetensors({ tensors: weights, metadata: {} });
};
const plain = weightsOnly(() => {});
const forLenet = { model: lenet, recipe: recipes.mnist };

test('refused: files that are none', async () => {
  await refuses(() => imported(text.encode('what is this')), 'damaged', 'net', 'not an ONNX file');
  await refuses(() => imported(new Uint8Array(0)), 'damaged', 'net', 'not an ONNX file');
  await refuses(() => imported(file.slice(0, 5000)), 'damaged', 'net');
  await refuses(() => imported(plain.slice(0, 5000), forLenet), 'damaged', 'net', '5000');
  await refuses(
    () => imported(Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0)),
    'damaged',
    'net',
    'PyTorch',
    'save_file',
  );
  await refuses(() => imported(checkpointBytes(checkpoint)), 'not-a-checkpoint', 'net', 'already');
});

test('refused: what is not the model, the classes or the recipe that is given', async () => {
  await refuses(() => imported(file, { model: vgg }), 'invalid-model', 'net', 'Conv', 'layer 0 of vgg', '24');
  await refuses(
    () => imported(file, { model: { ...lenet, input: [1, 8, 8] } }),
    'invalid-model',
    '[1,28,28]',
    '[1,8,8]',
  );
  await refuses(
    () => imported(file, { model: { ...lenet, layers: lenet.layers.slice(0, -1) } }),
    'invalid-model',
    'lenet',
  );
  await refuses(() => imported(file, { classes: ['a', 'b'] }), 'invalid-model', '10 classes', '2');
  await refuses(() => imported(withoutMetadata(file)), 'invalid-recipe', 'net', '`recipe`');
  await refuses(() => imported(file, { recipe }), 'invalid-recipe', '1×28×28', '1×8×8');
  const normalises = withoutMetadata(onnxFile(checkpoint, { normalise: true, softmax: false, version: '1' }));
  await refuses(
    () => imported(normalises, { recipe: recipes.none }),
    'invalid-recipe',
    '0.1307',
    '0.3081',
    'none',
  );
  assert.is(imported(normalises, { recipe: recipes.mnist }).checkpoint.recipe, recipes.mnist);
});

test('refused: plain weights that do not fit, by their names in PyTorch', async () => {
  await refuses(() => imported(plain, { recipe }), 'invalid-model', 'net', '`model`');
  const without = weightsOnly((weights) => weights.delete('3.bias'));
  await refuses(() => imported(without, forLenet), 'invalid-model', 'no 3.bias [16]');
  const other = weightsOnly((weights) =>
    weights.set('3.bias', { shape: [4, 4], data: new Float32Array(16) }),
  );
  await refuses(() => imported(other, forLenet), 'invalid-model', '3.bias', '[4,4]', '[16]');
  const more = weightsOnly((weights) => weights.set('11.bias', { shape: [1], data: new Float32Array(1) }));
  await refuses(() => imported(more, forLenet), 'invalid-model', '11.bias');
  const twice = weightsOnly((weights) =>
    weights.set('3.biAs', weights.get('3.bias')!).set('3.bi_as', weights.get('3.bias')!),
  );
  await refuses(() => imported(twice, forLenet), 'invalid-model', 'the same name');
  const whole = weightsOnly((weights) => weights.set('3.bias', { shape: [16], data: new Int32Array(16) }));
  await refuses(() => imported(whole, forLenet), 'invalid-model', '3.bias', 'F32');
  const broken = weightsOnly((weights) => weights.get('3.bias')!.data.fill(Number.NaN));
  await refuses(() => imported(broken, forLenet), 'damaged', 'NaN');
});

// ---- names in PyTorch ---------------------------------------------------------------------------------------

/** The weights of a checkpoint under other names, with the counter that PyTorch keeps in batch norms. */
function renamed(from: CheckpointFile, rename: (name: string) => string): Uint8Array {
  const tensors = [...withPytorchNames(from.weights)].map(
    ([name, tensor]) => [rename(name), tensor] as const,
  );
  const counter = { shape: [], type: 'I64', bytes: new Uint8Array(8) };
  const others = tensors.filter(([name]) => name.endsWith('running_mean'));
  return writeSafetensors({
    tensors: new Map(tensors.toReversed()),
    others: new Map(others.map(([name]) => [name.replace('running_mean', 'num_batches_tracked'), counter])),
    metadata: { format: 'pt' },
  });
}

test('what stands before the numbers of layers does not matter, nor the order in the file', () => {
  const trained = randomCheckpoint(vgg);
  for (const prefix of ['', 'module.', 'model.layers.']) {
    const back = imported(
      renamed(trained, (name) => prefix + name),
      { model: vgg, recipe: recipes.mnist },
    );
    assertSameBits(stored(back), trained);
  }
});

test('modules with names of their own are told by their shapes, which is said; where two fit none is guessed', async () => {
  // As an nn.Sequential without the layers that have no weights would count them.
  const counted: Record<string, string> = { 0: '0', 3: '1', 7: '2', 9: '3' };
  const fewer = renamed(checkpoint, (name) => name.replace(/^\d+/, (place) => counted[place]));
  assertSameBits(stored(imported(fewer, forLenet)), checkpoint);
  const names: Record<string, string> = { 0: 'conv_1', 3: 'conv2', 7: 'fc1', 9: 'head' };
  const own = renamed(checkpoint, (name) => name.replace(/^\d+/, (place) => names[place]));
  const back = imported(own, forLenet);
  assertSameBits(stored(back), checkpoint);
  assert.match(
    back.remarks.join('\n'),
    /conv_1 is layer 0, conv2 is layer 3, fc1 is layer 7, head is layer 9/,
  );
  const twins = renamed(randomCheckpoint(vgg), (name) => `layer${name}`);
  await refuses(
    () => imported(twins, { model: vgg, recipe: recipes.mnist }),
    'invalid-model',
    'layer1',
    'layer4',
    '1.weight',
  );
});

test('where the names are right and a weight is missing, that is said, though others are alike', async () => {
  const { weights, ...rest } = randomCheckpoint(vgg);
  const some = new Map([...weights].filter(([name]) => name !== '19.bias'));
  const bytes = renamed({ ...rest, weights: some }, (name) => `module.${name}`);
  await refuses(
    () => imported(bytes, { model: vgg, recipe: recipes.mnist }),
    'invalid-model',
    'no 19.bias [192]',
  );
});

test('a file of another number of classes, or of a model with a fixed number', () => {
  const some = { ...randomCheckpoint(lenet) };
  const weights = new Map(some.weights);
  weights.set('9.weight', { shape: [3, 128], data: new Float32Array(384) });
  weights.set('9.bias', { shape: [3], data: new Float32Array(3) });
  const bytes = renamed({ ...some, weights }, (name) => name);
  assert.equal(imported(bytes, forLenet).checkpoint.classes, ['0', '1', '2']);
  const fixed = { ...lenet, layers: [...lenet.layers.slice(0, -1), { type: 'linear', outFeatures: 3 }] };
  assert.equal(imported(bytes, { ...forLenet, model: fixed }).checkpoint.classes, ['0', '1', '2']);
});

// ---- damage -------------------------------------------------------------------------------------------------

test('a changed byte, or a cut, ends in a line or in a checkpoint, never in another error', () => {
  const small = onnxFile(randomCheckpoint(everyLayer), { normalise: true, softmax: true, version: '1' });
  let seed = 1;
  const next = (below: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return seed % below;
  };
  let refusedCount = 0;
  for (let i = 0; i < 300; i++) {
    const bytes = i % 10 === 0 ? small.slice(0, next(small.length)) : Uint8Array.from(small);
    // Names, shapes and attributes are in the first and last parts; the numbers between them may be anything.
    bytes[i % 2 === 0 ? next(2500) : bytes.length - 1 - next(Math.min(6000, bytes.length))] = next(256);
    try {
      stored(imported(bytes));
    } catch (error) {
      refusedCount++;
      assert.is((error as Error).constructor.name, 'PipelineError', String((error as Error).stack));
      assert.not.match((error as Error).message, /\n/);
    }
  }
  assert.ok(refusedCount > 100, `${refusedCount} of 300 are refused`);
});

test.run();

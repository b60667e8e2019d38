// What the ops say of inputs that do not fit, word for word: the op, what was given, what was expected. One
// case for each rule of each op; the rules themselves are read out of the source, so that none is left out.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DType } from '../../engine/device.ts';
import { CpuDevice } from '../../engine/devices/cpu/device.ts';
import { ShapeError } from '../../engine/errors.ts';
import * as F from '../../engine/functional.ts';
import type { Op, Rule } from '../../engine/op.ts';
import { binary } from '../../engine/ops/binary.ts';
import { ops } from '../../engine/ops/index.ts';
import { unary } from '../../engine/ops/unary.ts';
import { plain } from '../../engine/ops/window.ts';
import { scope } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';
import { assertThrows } from '../support/compare.ts';
import { rulesOf } from '../support/rules.ts';

/** The inputs, as shapes with 'int' behind those that hold int32; attributes; and what the op says. */
type Case = readonly [inputs: readonly string[], attrs: object, message: string];

const conv = { ...plain, groups: 1 };
const image5 = { ...conv, image: [5, 5] };
const kernel3 = { ...conv, kernel: [3, 3] };
const pool = { ...plain, kernel: [2, 2] };
const mean = { ...pool, countPadding: true };
const unpool = { ...pool, image: [4, 4] };
const unmean = { ...mean, image: [4, 4] };
const all = { keepDims: false };
const AB = { transposeA: false, transposeB: false };
const seven = { classes: 7, ignore: null };
const flat = { relu: false };
const pooled = { ...conv, pool: true };
const batch3 = { batch: 3, size: 5 };
/** Inputs of gatherBatch with some of the first five replaced. */
const batchOf = (replaced: Readonly<Record<number, string>>): string[] =>
  ['5,7 int', '5 int', '9 int', '2 int', '256'].map((input, i) => replaced[i] ?? input);
/** The same of augmentBatch, whose sixth is the random state. */
const augmentOf = (replaced: Readonly<Record<number, string>>): string[] => [
  ...batchOf(replaced),
  replaced[5] ?? '3 int',
];
const still = { stream: 0, rotation: 0, shear: 0, scale: 0, shift: 0, elastic: 0, stroke: 0 };
const still3 = { ...batch3, ...still, erase: 0, eraseSide: 0 };

const table: Readonly<Record<string, readonly Case[]>> = {
  matmul: [
    [['2,3 int', '3,4'], AB, 'matmul: an int32 tensor of shape [2,3]; expected float'],
    [['3', '3,2'], AB, 'matmul: [3] · [3,2]; expected matrices, of rank 2 or more'],
    [['2,3', '4,5'], AB, 'matmul: [2,3] · [4,5]; expected 3 rows on the right, got 4'],
    [
      ['2,3', '4,5'],
      { transposeA: true, transposeB: true },
      'matmul: [2,3]ᵀ · [4,5]ᵀ; expected 2 rows on the right, got 5',
    ],
    [
      ['2,2,3', '3,3,4'],
      AB,
      'matmul: shapes [2] and [3] do not broadcast; expected equal axes, or 1, counted from the last',
    ],
  ],
  conv2d: [
    [['1,1,3,3', '1,1,2,2 int'], conv, 'conv2d: an int32 tensor of shape [1,1,2,2]; expected float'],
    [['3,5,5', '2,3,3,3'], conv, 'conv2d: an input of shape [3,5,5]; expected rank 4, [N,C,H,W]'],
    [['1,3,5,5', '3,3,3'], conv, 'conv2d: a weight of shape [3,3,3]; expected rank 4, [O,C/groups,kh,kw]'],
    [
      ['1,3,5,5', '2,2,3,3'],
      conv,
      'conv2d: input [1,3,5,5], weight [2,2,3,3], groups 1; expected 2 channels and filters that 1 divides',
    ],
    [
      ['1,4,3,3', '3,2,1,1'],
      { ...conv, groups: 2 },
      'conv2d: input [1,4,3,3], weight [3,2,1,1], groups 2; expected 4 channels and filters that 2 divides',
    ],
    [
      ['1,1,3,3', '2,1,1,1'],
      { ...conv, stride: [0, 1], padding: [0, -1, 0, 0] },
      'conv2d: kernel [1,1], stride [0,1], dilation [1,1], padding [0,-1,0,0]; ' +
        'expected whole numbers, ≥ 1 and for padding ≥ 0',
    ],
    [
      ['1,1,3,4', '1,1,2,2'],
      { ...conv, dilation: [3, 3], padding: [0, 1, 0, 0] },
      'conv2d: a window [2,2] with dilation [3,3] on an image [3,4] with padding [0,1,0,0]; ' +
        'expected a window that fits into the image',
    ],
    [['1,1,3,3', '2,1,1,1', '3'], conv, 'conv2d: a bias of shape [3]; expected [2]'],
  ],
  conv2dInputGrad: [
    [
      ['1,3,3,3', '3,1,3,3 int'],
      image5,
      'conv2dInputGrad: an int32 tensor of shape [3,1,3,3]; expected float',
    ],
    [
      ['2,3,3', '3,1,3,3'],
      image5,
      'conv2dInputGrad: a gradient of shape [2,3,3]; expected rank 4, [N,O,H,W]',
    ],
    [
      ['1,3,3,3', '3,3,3'],
      image5,
      'conv2dInputGrad: a weight of shape [3,3,3]; expected rank 4, [O,C/groups,kh,kw]',
    ],
    [
      ['1,3,3,3', '3,1,3,3'],
      { ...image5, dilation: [1, 0] },
      'conv2dInputGrad: kernel [3,3], stride [1,1], dilation [1,0], padding [0,0,0,0]; ' +
        'expected whole numbers, ≥ 1 and for padding ≥ 0',
    ],
    [
      ['1,3,3,3', '3,1,3,3'],
      { ...conv, image: [2, 2] },
      'conv2dInputGrad: a window [3,3] with dilation [1,1] on an image [2,2] with padding [0,0,0,0]; ' +
        'expected a window that fits into the image',
    ],
    [
      ['1,2,3,3', '3,1,3,3'],
      image5,
      'conv2dInputGrad: gradient [1,2,3,3] and weight [3,1,3,3] for an image [5,5]; ' +
        'expected a gradient [1,3,3,3] and filters that 1 divides',
    ],
  ],
  conv2dWeightGrad: [
    [
      ['1,2,5,5 int', '1,3,3,3'],
      kernel3,
      'conv2dWeightGrad: an int32 tensor of shape [1,2,5,5]; expected float',
    ],
    [
      ['2,5,5', '1,3,3,3'],
      kernel3,
      'conv2dWeightGrad: an input of shape [2,5,5]; expected rank 4, [N,C,H,W]',
    ],
    [
      ['1,2,5,5', '3,3,3'],
      kernel3,
      'conv2dWeightGrad: a gradient of shape [3,3,3]; expected rank 4, [N,O,H,W]',
    ],
    [
      ['1,2,5,5', '1,3,3,3'],
      { ...conv, kernel: [3, 1.5] },
      'conv2dWeightGrad: kernel [3,1.5], stride [1,1], dilation [1,1], padding [0,0,0,0]; ' +
        'expected whole numbers, ≥ 1 and for padding ≥ 0',
    ],
    [
      ['1,2,2,2', '1,3,3,3'],
      kernel3,
      'conv2dWeightGrad: a window [3,3] with dilation [1,1] on an image [2,2] with padding [0,0,0,0]; ' +
        'expected a window that fits into the image',
    ],
    [
      ['1,2,5,5', '1,3,4,4'],
      kernel3,
      'conv2dWeightGrad: input [1,2,5,5], gradient [1,3,4,4], groups 1; ' +
        'expected a gradient [1,3,3,3] and channels that 1 divides',
    ],
  ],
  maxPool2d: [
    [['1,1,4,4 int'], pool, 'maxPool2d: an int32 tensor of shape [1,1,4,4]; expected float'],
    [['3,4,4'], pool, 'maxPool2d: an input of shape [3,4,4]; expected rank 4, [N,C,H,W]'],
    [
      ['1,1,4,4'],
      { ...pool, padding: [0, 2, 0, 0] },
      'maxPool2d: padding [0,2,0,0] for a window [2,2]; expected at most half the window',
    ],
    [
      ['1,1,4,4'],
      { ...pool, stride: [2, 0] },
      'maxPool2d: kernel [2,2], stride [2,0], dilation [1,1], padding [0,0,0,0]; ' +
        'expected whole numbers, ≥ 1 and for padding ≥ 0',
    ],
    [
      ['1,1,2,1'],
      pool,
      'maxPool2d: a window [2,2] with dilation [1,1] on an image [2,1] with padding [0,0,0,0]; ' +
        'expected a window that fits into the image',
    ],
  ],
  maxPool2dGrad: [
    [
      ['1,1,3,3 int', '1,1,3,3 int'],
      unpool,
      'maxPool2dGrad: an int32 tensor of shape [1,1,3,3]; expected float',
    ],
    [['1,1,3,3', '1,1,3,3'], unpool, 'maxPool2dGrad: a float32 tensor of shape [1,1,3,3]; expected int32'],
    [
      ['1,3,3', '1,3,3 int'],
      unpool,
      'maxPool2dGrad: a gradient of shape [1,3,3]; expected rank 4, [N,C,H,W]',
    ],
    [
      ['1,1,3,3', '1,1,3,2 int'],
      unpool,
      'maxPool2dGrad: a place tensor of shape [1,1,3,2]; expected [1,1,3,3]',
    ],
    [
      ['1,1,3,3', '1,1,3,3 int'],
      { ...unpool, kernel: [0, 2] },
      'maxPool2dGrad: kernel [0,2], stride [1,1], dilation [1,1], padding [0,0,0,0]; ' +
        'expected whole numbers, ≥ 1 and for padding ≥ 0',
    ],
    [
      ['1,1,3,3', '1,1,3,3 int'],
      { ...unpool, image: [1, 1] },
      'maxPool2dGrad: a window [2,2] with dilation [1,1] on an image [1,1] with padding [0,0,0,0]; ' +
        'expected a window that fits into the image',
    ],
    [
      ['1,1,2,2', '1,1,2,2 int'],
      unpool,
      'maxPool2dGrad: gradient [1,1,2,2] for an image [4,4]; expected planes of [3,3]',
    ],
  ],
  maxPool2dPick: [
    [['1,2,4,4 int', '1,2,2,2 int'], {}, 'maxPool2dPick: an int32 tensor of shape [1,2,4,4]; expected float'],
    [['1,2,4,4', '1,2,2,2'], {}, 'maxPool2dPick: a float32 tensor of shape [1,2,2,2]; expected int32'],
    [['2,4,4', '1,2,2,2 int'], {}, 'maxPool2dPick: an input of shape [2,4,4]; expected rank 4, [N,C,H,W]'],
    [
      ['1,2,4,4', '1,3,2,2 int'],
      {},
      'maxPool2dPick: places [1,3,2,2] in [1,2,4,4]; expected the same first two axes',
    ],
  ],
  avgPool2d: [
    [['1,1,4,4 int'], mean, 'avgPool2d: an int32 tensor of shape [1,1,4,4]; expected float'],
    [['4,4'], mean, 'avgPool2d: an input of shape [4,4]; expected rank 4, [N,C,H,W]'],
    [
      ['1,1,4,4'],
      { ...mean, padding: [0.5, 0, 0, 0] },
      'avgPool2d: kernel [2,2], stride [1,1], dilation [1,1], padding [0.5,0,0,0]; ' +
        'expected whole numbers, ≥ 1 and for padding ≥ 0',
    ],
    [
      ['1,1,0,4'],
      mean,
      'avgPool2d: a window [2,2] with dilation [1,1] on an image [0,4] with padding [0,0,0,0]; ' +
        'expected a window that fits into the image',
    ],
  ],
  avgPool2dGrad: [
    [['1,1,3,3 int'], unmean, 'avgPool2dGrad: an int32 tensor of shape [1,1,3,3]; expected float'],
    [['1,3,3'], unmean, 'avgPool2dGrad: a gradient of shape [1,3,3]; expected rank 4, [N,C,H,W]'],
    [
      ['1,1,3,3'],
      { ...unmean, dilation: [-1, 1] },
      'avgPool2dGrad: kernel [2,2], stride [1,1], dilation [-1,1], padding [0,0,0,0]; ' +
        'expected whole numbers, ≥ 1 and for padding ≥ 0',
    ],
    [
      ['1,1,3,3'],
      { ...unmean, image: [4, 1] },
      'avgPool2dGrad: a window [2,2] with dilation [1,1] on an image [4,1] with padding [0,0,0,0]; ' +
        'expected a window that fits into the image',
    ],
    [['1,1,2,2'], unmean, 'avgPool2dGrad: gradient [1,1,2,2] for an image [4,4]; expected planes of [3,3]'],
  ],
  sum: [
    [['2 int'], all, 'sum: an int32 tensor of shape [2]; expected float'],
    [['2,3'], { ...all, axes: [2] }, 'sum: axis 2 of a tensor of rank 2; expected -2 to 1'],
    [['2,3'], { ...all, axes: [1, -1] }, 'sum: axes [1,-1] name one axis twice; expected distinct axes'],
  ],
  max: [
    [['2 int'], all, 'max: an int32 tensor of shape [2]; expected float'],
    [['2,3'], { ...all, axes: [0.5] }, 'max: axis 0.5 of a tensor of rank 2; expected -2 to 1'],
    [['2,3'], { ...all, axes: [0, 0] }, 'max: axes [0,0] name one axis twice; expected distinct axes'],
    [['0,3'], { ...all, axes: [0] }, 'max: no elements along axes [0] of [0,3]; expected at least one'],
  ],
  argmax: [
    [['2 int'], all, 'argmax: an int32 tensor of shape [2]; expected float'],
    [['2,3'], { ...all, axes: [-3] }, 'argmax: axis -3 of a tensor of rank 2; expected -2 to 1'],
    [['2,3'], { ...all, axes: [-2, 0] }, 'argmax: axes [-2,0] name one axis twice; expected distinct axes'],
    [['3,0'], all, 'argmax: no elements along axes [0,1] of [3,0]; expected at least one'],
  ],
  softmax: [
    [['2 int'], { axis: 0 }, 'softmax: an int32 tensor of shape [2]; expected float'],
    [[''], { axis: -1 }, 'softmax: axis -1 of a tensor of rank 0; expected no axis: it is a scalar'],
  ],
  logSoftmax: [
    [['2 int'], { axis: 0 }, 'logSoftmax: an int32 tensor of shape [2]; expected float'],
    [['2,3'], { axis: 2 }, 'logSoftmax: axis 2 of a tensor of rank 2; expected -2 to 1'],
  ],
  crossEntropy: [
    [['3,5 int', '3 int'], {}, 'crossEntropy: an int32 tensor of shape [3,5]; expected float'],
    [['3,5', '3'], {}, 'crossEntropy: a float32 tensor of shape [3]; expected int32'],
    [['3', '3 int'], {}, 'crossEntropy: logits of shape [3]; expected rank 2, [N,C]'],
    [['3,5', '4 int'], {}, 'crossEntropy: labels of shape [4]; expected [3]'],
  ],
  gatherClass: [
    [
      ['3,5,2 int', '3,2 int'],
      { ignore: null },
      'gatherClass: an int32 tensor of shape [3,5,2]; expected float',
    ],
    [['3,5,2', '3,2'], { ignore: null }, 'gatherClass: a float32 tensor of shape [3,2]; expected int32'],
    [['3,5', '3 int'], { ignore: null }, 'gatherClass: an input of shape [3,5]; expected rank 3, [N,C,M]'],
    [['3,5,2', '3,3 int'], { ignore: null }, 'gatherClass: labels of shape [3,3]; expected [3,2]'],
  ],
  scatterClass: [
    [['3,2 int', '3,2 int'], seven, 'scatterClass: an int32 tensor of shape [3,2]; expected float'],
    [['3,2', '3,2'], seven, 'scatterClass: a float32 tensor of shape [3,2]; expected int32'],
    [['3', '3 int'], seven, 'scatterClass: a gradient of shape [3]; expected rank 2, [N,M]'],
    [['3,2', '3,3 int'], seven, 'scatterClass: labels of shape [3,3]; expected [3,2]'],
  ],
  oneHot: [
    [['3'], { classes: 5, dtype: 'float32' }, 'oneHot: a float32 tensor of shape [3]; expected int32'],
    [['2,2 int'], { classes: 5, dtype: 'float32' }, 'oneHot: labels of shape [2,2]; expected rank 1, [N]'],
  ],
  reshape: [
    [['3,4'], { shape: [5, 2] }, 'reshape: [3,4] to [5,2]; expected 12 elements and at most one -1'],
    [['3,4'], { shape: [-1, -1] }, 'reshape: [3,4] to [-1,-1]; expected 12 elements and at most one -1'],
  ],
  permute: [[['2,3'], { axes: [1, 1] }, 'permute: axes [1,1] for shape [2,3]; expected each of 0 to 1 once']],
  slice: [
    [
      ['4,4'],
      { start: [2, 0], size: [3, 1] },
      'slice: start [2,0] and size [3,1] of [4,4]; expected a box inside it',
    ],
  ],
  broadcastTo: [[['2,3'], { shape: [2, 4] }, 'broadcastTo: [2,3] to [2,4]; expected equal axes, or 1']],
  concat: [
    [['2,3', '2,3'], { axis: 2 }, 'concat: axis 2 of a tensor of rank 2; expected -2 to 1'],
    [
      ['2,3', '3,3'],
      { axis: 1 },
      'concat: float32 [3,3] after float32 [2,3]; expected one type and equal axes but for axis 1',
    ],
    [
      ['2', '2 int'],
      { axis: 0 },
      'concat: int32 [2] after float32 [2]; expected one type and equal axes but for axis 0',
    ],
  ],
  pad: [
    [['3 int'], { low: [1], high: [0], value: 0 }, 'pad: an int32 tensor of shape [3]; expected float'],
    [
      ['3,2'],
      { low: [1, 1], high: [0], value: 0 },
      'pad: low [1,1] and high [0] for [3,2]; expected 2 whole numbers ≥ 0 each',
    ],
  ],
  fill: [
    [[], { shape: [2, -1], value: 0, dtype: 'float32' }, 'fill: shape [2,-1]; expected whole numbers ≥ 0'],
  ],
  dropout: [
    [['3 int', '3 int'], { p: 0.5, stream: 0 }, 'dropout: an int32 tensor of shape [3]; expected float'],
    [['3', '3'], { p: 0.5, stream: 0 }, 'dropout: a float32 tensor of shape [3]; expected int32'],
    [['3', '4 int'], { p: 0.5, stream: 0 }, 'dropout: a random state of shape [4]; expected [3]'],
    [['3', '3 int'], { p: 1, stream: 0 }, 'dropout: probability 1; expected 0 or more, and less than 1'],
    [
      ['3', '3 int'],
      { p: Number.NaN, stream: 0 },
      'dropout: probability NaN; expected 0 or more, and less than 1',
    ],
  ],
  sgdStep: [
    [['3', '4', '3 int', '3'], {}, 'sgdStep: an int32 tensor of shape [3]; expected float'],
    [['3', '5', '3', '3'], {}, 'sgdStep: hyper of shape [5]; expected [4]'],
    [['3', '4', '2', '2'], {}, 'sgdStep: a parameter of shape [2]; expected [3]'],
    [['3', '4', '3', '2'], {}, 'sgdStep: a moment of shape [2]; expected [3]'],
  ],
  adamStep: [
    [['3', '9', '3', '3', '3 int'], {}, 'adamStep: an int32 tensor of shape [3]; expected float'],
    [['3', '4', '3', '3', '3'], {}, 'adamStep: hyper of shape [4]; expected [9]'],
    [['3', '9', '2', '2', '2'], {}, 'adamStep: a parameter of shape [2]; expected [3]'],
    [['3', '9', '3', '3', '2'], {}, 'adamStep: a moment of shape [2]; expected [3]'],
  ],
  linear: [
    [['3,5', '4,5', '4 int'], flat, 'linear: an int32 tensor of shape [4]; expected float'],
    [['5', '4,5', '4'], flat, 'linear: an input of shape [5]; expected rank 2, [N,in]'],
    [['3,5', '4,5,1', '4'], flat, 'linear: a weight of shape [4,5,1]; expected rank 2, [out,in]'],
    [['3,5', '5,4', '5'], flat, 'linear: input [3,5], weight [5,4]; expected a weight [out,5]'],
    [['3,5', '4,5', '3'], flat, 'linear: a bias of shape [3]; expected [4]'],
  ],
  convRelu: [
    [['1,1,3,3', '2,1,1,1'], conv, 'convRelu: no bias; expected one, or conv2d and relu instead'],
    [['2,1,3,3', '2,1,3,2', '2'], pooled, 'convRelu: planes [1,2] to be pooled; expected at least [2,2]'],
  ],
  crossEntropyGrad: [
    [['3,5', '3 int', '3 int'], {}, 'crossEntropyGrad: an int32 tensor of shape [3]; expected float'],
    [['3,5', '3', '3'], {}, 'crossEntropyGrad: a float32 tensor of shape [3]; expected int32'],
    [['3,5,1', '3 int', '3'], {}, 'crossEntropyGrad: logits of shape [3,5,1]; expected rank 2, [N,C]'],
    [['3,5', '5 int', '3'], {}, 'crossEntropyGrad: labels of shape [5]; expected [3]'],
    [['3,5', '3 int', ''], {}, 'crossEntropyGrad: a gradient of shape []; expected [3]'],
  ],
  gatherBatch: [
    [batchOf({ 0: '5,7' }), batch3, 'gatherBatch: a float32 tensor of shape [5,7]; expected int32'],
    [batchOf({ 4: '256 int' }), batch3, 'gatherBatch: an int32 tensor of shape [256]; expected float'],
    [batchOf({ 2: '3,3 int' }), batch3, 'gatherBatch: an order of shape [3,3]; expected rank 1, [N]'],
    [batchOf({ 3: '1 int' }), batch3, 'gatherBatch: a cursor of shape [1]; expected [2]'],
    [batchOf({ 4: '255' }), batch3, 'gatherBatch: levels of shape [255]; expected [256]'],
    [batchOf({ 2: '0 int' }), batch3, 'gatherBatch: an empty order; expected at least one image'],
    [
      batchOf({ 0: '5,25 int' }),
      batch3,
      'gatherBatch: images of shape [5,25]; expected [count,7] for 5×5 bytes',
    ],
    [batchOf({ 0: '35 int' }), batch3, 'gatherBatch: images of shape [35]; expected [count,7] for 5×5 bytes'],
    [batchOf({ 1: '9 int' }), batch3, 'gatherBatch: labels of shape [9]; expected [5]'],
  ],
  augmentBatch: [
    [augmentOf({ 0: '5,7' }), still3, 'augmentBatch: a float32 tensor of shape [5,7]; expected int32'],
    [augmentOf({ 4: '256 int' }), still3, 'augmentBatch: an int32 tensor of shape [256]; expected float'],
    [augmentOf({ 2: '3,3 int' }), still3, 'augmentBatch: an order of shape [3,3]; expected rank 1, [N]'],
    [augmentOf({ 3: '1 int' }), still3, 'augmentBatch: a cursor of shape [1]; expected [2]'],
    [augmentOf({ 4: '255' }), still3, 'augmentBatch: levels of shape [255]; expected [256]'],
    [augmentOf({ 2: '0 int' }), still3, 'augmentBatch: an empty order; expected at least one image'],
    [augmentOf({ 1: '9 int' }), still3, 'augmentBatch: labels of shape [9]; expected [5]'],
    [
      augmentOf({ 0: '5,25 int' }),
      still3,
      'augmentBatch: images of shape [5,25]; expected [count,7] for 5×5 bytes',
    ],
    [augmentOf({ 5: '3' }), still3, 'augmentBatch: a float32 tensor of shape [3]; expected int32'],
    [augmentOf({ 5: '2 int' }), still3, 'augmentBatch: a random state of shape [2]; expected [3]'],
    ...(
      [
        ['rotation', 25_737, 25_736],
        ['shear', -1, 16_384],
        ['scale', 0.5, 16_384],
        ['shift', 81, 80],
        ['elastic', 513, 512],
        ['stroke', 257, 256],
        ['erase', Number.NaN, 4096],
        ['eraseSide', 6, 5],
        ['stream', 2 ** 32, 2 ** 32 - 1],
        ['size', 1025, 1024],
      ] as const
    ).map(([name, value, most]): Case => {
      const message = `augmentBatch: ${name} ${value}; expected a whole number from 0 to ${most}`;
      return [augmentOf({}), { ...still3, [name]: value }, message];
    }),
  ],
  recordRows: [
    [['3', '3,5', '2 int', '7,2 int'], {}, 'recordRows: an int32 tensor of shape [7,2]; expected float'],
    [['3', '3,5', '2', '7,2'], {}, 'recordRows: a float32 tensor of shape [2]; expected int32'],
    [['3', '15', '2 int', '7,2'], {}, 'recordRows: logits of shape [15]; expected rank 2, [N,C]'],
    [['5', '3,5', '2 int', '7,2'], {}, 'recordRows: losses of shape [5]; expected [3]'],
    [['3', '3,5', '1 int', '7,2'], {}, 'recordRows: a cursor of shape [1]; expected [2]'],
    [['3', '3,5', '2 int', '14'], {}, 'recordRows: a target of shape [14]; expected rank 2, [M,2]'],
    [['3', '3,5', '2 int', '2,7'], {}, 'recordRows: a target of shape [2,7]; expected [2,2]'],
  ],
  allFinite: [[['2 int'], {}, 'allFinite: an int32 tensor of shape [2]; expected float']],
  scaleStep: [
    [['1 int', '3'], { interval: 2 }, 'scaleStep: an int32 tensor of shape [1]; expected float'],
    [['2', '3'], { interval: 2 }, 'scaleStep: usable of shape [2]; expected [1]'],
    [['1', '4'], { interval: 2 }, 'scaleStep: a state of shape [4]; expected [3]'],
  ],
  pack: [[['3', '2,2 int'], {}, 'pack: an int32 tensor of shape [2,2]; expected float']],
  lerp: [
    [['3', '3 int'], { weight: 0.1 }, 'lerp: an int32 tensor of shape [3]; expected float'],
    [['3', '4'], { weight: 0.1 }, 'lerp: a target of shape [4]; expected [3]'],
  ],
};

const broadcastMessage = (name: string, a: string, b: string) =>
  `${name}: shapes ${a} and ${b} do not broadcast; expected equal axes, or 1, counted from the last`;

/** The rows of the two tables of elementwise functions check alike. */
const tables = Object.fromEntries<readonly Case[]>([
  ...Object.keys(unary).map((name): [string, Case[]] => [
    name,
    [[['2,3 int'], { a: 0, b: 0 }, `${name}: an int32 tensor of shape [2,3]; expected float`]],
  ]),
  ...Object.keys(binary).map((name): [string, Case[]] => [
    name,
    [
      [['2', '2 int'], {}, `${name}: an int32 tensor of shape [2]; expected float`],
      [['2,3', '2'], {}, broadcastMessage(name, '[2,3]', '[2]')],
    ],
  ]),
]);

const casesOf = (name: string): readonly Case[] => table[name] ?? tables[name] ?? [];

const specOf = (input: string) => {
  const [numbers, kind] = input.split(' ');
  const dtype: DType = kind === 'int' ? 'int32' : 'float32';
  return { shape: numbers === '' ? [] : numbers.split(',').map(Number), dtype };
};

for (const [name, op] of Object.entries<Op | Rule>(ops)) {
  for (const [inputs, attrs, message] of casesOf(name)) {
    test(message, () => {
      try {
        op.infer(inputs.map(specOf), attrs);
      } catch (error) {
        assert.instance(error, ShapeError);
        assert.is((error as Error).message, message);
        return;
      }
      assert.unreachable(`${name} accepts ${inputs.join(' and ')}`);
    });
  }

  test(`every rule of ${name} has its message here`, () => {
    const messages = casesOf(name).map(([, , message]) => message);
    const rules = rulesOf(name);
    const untested = rules.filter(({ pattern }) => !messages.some((message) => pattern.test(message)));
    assert.equal(
      untested.map(({ template }) => template),
      [],
    );
    for (const message of messages) {
      assert.is(message.indexOf(`${name}: `), 0, 'a message opens with its op');
      assert.match(message, 'expected');
      assert.not.match(message, /\n|undefined|\[object/);
    }
  });
}

/** What the functions around the ops say, before an op sees its inputs. */
const around: readonly [action: (x: Tensor) => unknown, message: string][] = [
  [() => F.concat([]), 'concat: no inputs; expected at least one tensor'],
  [() => F.pack([]), 'pack: no inputs; expected at least one tensor'],
  [
    (x) => F.add(x, Tensor.from(new CpuDevice(), [1])),
    'add: inputs on different devices; expected one device',
  ],
  [
    (x) => F.maxPool2d(F.reshape(x, [1, 1, 2, 2]), 2, { stride: [1, 1, 1] }),
    'window: [1,1,1]; expected one number or two',
  ],
  [
    (x) => F.avgPool2d(F.reshape(x, [1, 1, 2, 2]), 2, { stride: [2, 1], padding: 'same' }),
    "window: padding 'same' with stride [2,1]; expected stride 1, or padding in numbers",
  ],
  [(x) => F.mean(x, { axes: [3] }), 'mean: axis 3 of a tensor of rank 1; expected -1 to 0'],
  [(x) => F.flatten(x, 1), 'flatten: axis 1 of a tensor of rank 1; expected -1 to 0'],
  [(x) => F.mul(x, Tensor.from(x.device, [1, 2])).shape, broadcastMessage('mul', '[4]', '[2]')],
  [({ device }) => Tensor.from(device, [1, 2], [3]), 'tensor: 2 values for shape [3]; expected 3'],
  [(x) => x.view([5]), 'tensor: [4] viewed as [5]; expected 4 elements'],
  [(x) => x.write([1]), 'tensor: 1 values written to [4]; expected 4'],
  [
    (x) => F.reshape(x, [4, 1, 1, 1, 1, 1, 1, 1, 1]),
    'tensor: shape [4,1,1,1,1,1,1,1,1]; expected at most 8 whole numbers ≥ 0',
  ],
];

for (const [action, message] of around) {
  test(message, () =>
    scope(() => {
      assert.instance(
        assertThrows(() => action(Tensor.from(new CpuDevice(), [1, 2, 3, 4])), message),
        ShapeError,
      );
    }),
  );
}

test('no message stands here for an op that is not in the list', () => {
  const strange = [...Object.keys(table), ...Object.keys(tables)].filter((name) => !(name in ops));
  assert.equal(strange, []);
});

test.run();

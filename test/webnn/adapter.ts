// WebNN's operators in terms of our functions. What is WebNN's own convention (layouts, the order of padding, names
// of axes and their defaults) is translated here, and nothing else.
import type { Device } from '../../engine/device.ts';
import * as F from '../../engine/functional.ts';
import type { Shape } from '../../engine/shape.ts';
import { broadcastShapes, indicesOf, sizeOf } from '../../engine/shape.ts';
import { Tensor } from '../../engine/tensor.ts';
import { pairOf } from '../../engine/windowOptions.ts';
import type { Call } from './call.ts';
import { gatherElements, gatherND, scatterElements, scatterND } from './indexing.ts';
import { recurrent } from './recurrent.ts';

/** Axes of images and filters, by the name of their layout, brought into the order that we have. */
const orders: Readonly<Record<string, readonly number[]>> = {
  ...{ nchw: [0, 1, 2, 3], nhwc: [0, 3, 1, 2] },
  ...{ oihw: [0, 1, 2, 3], hwio: [3, 2, 0, 1], ohwi: [0, 3, 1, 2], ihwo: [3, 0, 1, 2] },
};
/** The filters of a transposed convolution begin with the channels of its input. */
const transposedOrders: typeof orders = { iohw: [0, 1, 2, 3], hwoi: [3, 2, 0, 1], ohwi: [3, 0, 1, 2] };

const inverse = (axes: readonly number[]): number[] => axes.map((_, axis) => axes.indexOf(axis));

/** Runs what wants [N,C,H,W] on an image of any layout. */
function onImage(call: Call, name: string, run: (x: Tensor) => Tensor): Tensor {
  const order = orders[call.option(name, 'nchw')];
  return F.permute(run(F.permute(call.tensor(0), order)), inverse(order));
}

/** [top, bottom, left, right] in the order of ours. */
function windowOf(call: Call) {
  const [top, bottom, left, right] = call.option('padding', [0, 0, 0, 0]);
  return {
    stride: pairOf(call.option('strides', [1, 1])),
    padding: [top, left, bottom, right] as const,
    dilation: pairOf(call.option('dilations', [1, 1])),
  };
}

function conv2d(call: Call): Tensor {
  const weight = F.permute(call.tensor(1), orders[call.option('filterLayout', 'oihw')]);
  const options = { ...windowOf(call), groups: call.option('groups', 1) };
  return onImage(call, 'inputLayout', (x) => F.conv2d(x, weight, call.optional('bias'), options));
}

function convTranspose2d(call: Call): Tensor {
  const weight = F.permute(call.tensor(1), transposedOrders[call.option('filterLayout', 'iohw')]);
  const options = { ...windowOf(call), groups: call.option('groups', 1) };
  const bias = call.optional('bias');
  return onImage(call, 'inputLayout', (x) => {
    // A size that is asked for is reached by output padding.
    const plain = F.convTranspose2d(x, weight, bias, options);
    const sizes = call.option('outputSizes', plain.shape.slice(2));
    const missing = sizes.map((n, axis) => n - plain.shape[2 + axis]);
    const outputPadding = pairOf(call.option('outputPadding', missing));
    return F.convTranspose2d(x, weight, bias, { ...options, outputPadding });
  });
}

type Pool = (x: Tensor, kernel: readonly [number, number], options: F.PoolOptions) => Tensor;

/** A window that is left out is the whole image; sizes that are asked for say whether to round up. */
const pool =
  (run: Pool) =>
  (call: Call): Tensor =>
    onImage(call, 'layout', (x) => {
      const kernel = pairOf(call.option('windowDimensions', x.shape.slice(2)));
      const options = windowOf(call);
      const asked = call.option<number[] | null>('outputSizes', null);
      const ceilMode =
        asked === null
          ? call.options.roundingType === 'ceil'
          : asked.join() !== run(x, kernel, options).shape.slice(2).join();
      return run(x, kernel, { ...options, ceilMode });
    });

/** √Σx² of each window: a convolution of the squares with ones, with zeros where the last window hangs over. */
const l2Pool: Pool = (x, kernel, { ceilMode, ...options }) => {
  const [n, channels, ...plane] = x.shape;
  const hang = ceilMode ? pairOf(options.stride ?? 1).map((stride) => stride - 1) : [0, 0];
  const squares = F.pad(F.reshape(F.mul(x, x), [n * channels, 1, ...plane]), [0, 0, 0, 0], [0, 0, ...hang]);
  const y = F.conv2d(squares, F.ones(x.device, [1, 1, ...kernel]), null, options);
  return F.sqrt(F.reshape(y, [n, channels, ...y.shape.slice(2)]));
};

/** Any two axes may be those of the image; sizes go before scales. */
function resample2d(call: Call): Tensor {
  const x = call.tensor(0);
  const axes = call.option('axes', [2, 3]);
  const order = [...x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis)), ...axes];
  const scales = call.option('scales', [1, 1]);
  const scaled = axes.map((axis, i) => Math.floor(x.shape[axis] * scales[i]));
  const mode = call.options.mode === 'linear' ? 'bilinear' : 'nearest';
  const y = F.resize2d(F.permute(x, order), call.option('sizes', scaled), { mode });
  return F.permute(y, inverse(order));
}

/** Any axis may be that of the channels. */
function batchNorm(call: Call): Tensor {
  const x = call.tensor(0);
  const axis = call.option('axis', 1);
  const order = [axis, ...x.shape.map((_, i) => i).filter((i) => i !== axis)];
  const front = F.permute(x, order);
  const channels = x.shape[axis];
  const weight = call.optional('scale') ?? F.ones(call.device, [channels]);
  const bias = call.optional('bias') ?? F.zeros(call.device, [channels]);
  const image = F.reshape(front, [1, channels, 1, x.size / channels]);
  const statistics = { mean: call.tensor(1), variance: call.tensor(2) };
  const y = F.batchNorm2d(image, statistics, weight, bias, call.option('epsilon', 1e-5));
  return F.permute(F.reshape(y, front.shape), inverse(order));
}

/** The axes, which lie anywhere and in any order, are brought to the end. */
function layerNorm(call: Call): Tensor {
  const x = call.tensor(0);
  const all = x.shape.map((_, axis) => axis);
  const axes = call.option('axes', all.slice(1));
  const order = [...all.filter((axis) => !axes.includes(axis)), ...axes];
  const own = axes.map((axis) => x.shape[axis]);
  const [scale, bias] = [call.optional('scale'), call.optional('bias')];
  const y = F.layerNorm(F.permute(x, order), own, scale, bias, call.option('epsilon', 1e-5));
  return F.permute(y, inverse(order));
}

/** A vector beside a matrix keeps its axis of 1, unlike in NumPy. */
function matmul(call: Call): Tensor {
  const [a, b] = [call.tensor(0), call.tensor(1)];
  if (a.shape.length === 1 && b.shape.length > 1) return F.matmul(F.reshape(a, [1, a.size]), b);
  if (b.shape.length === 1 && a.shape.length > 1) return F.matmul(a, F.reshape(b, [b.size, 1]));
  return F.matmul(a, b);
}

/** Sizes of the parts, or their number. */
function split(call: Call): Tensor[] {
  const x = call.tensor(0);
  const axis = call.option('axis', 0);
  const parts = call.args[1] as number | number[];
  const sizes = typeof parts === 'number' ? Array<number>(parts).fill(x.shape[axis] / parts) : parts;
  return sizes.map((size, i) => {
    const start = sizes.slice(0, i).reduce((sum, n) => sum + n, 0);
    return F.slice(x, x.shape.map(() => 0).with(axis, start), x.shape.with(axis, size));
  });
}

function pad(call: Call): Tensor {
  const modes = { edge: 'replicate', reflection: 'reflect', symmetric: 'symmetric' } as const;
  const mode = call.option<keyof typeof modes | 'constant'>('mode', 'constant');
  const value = mode === 'constant' ? call.option('value', 0) : modes[mode];
  return F.pad(call.tensor(0), call.numbers(1), call.numbers(2), value);
}

/** A matrix of ones, with zeros where `holds` does not. */
const mask = (device: Device, shape: Shape, holds: (row: number, column: number) => boolean): Tensor =>
  Tensor.from(
    device,
    Array.from(indicesOf(shape), ([row, column]) => (holds(row, column) ? 1 : 0)),
    shape,
  );

/** Sums of all that lies before an element, by a product with a triangle of ones. */
function cumulativeSum(x: Tensor, axis: number, exclusive = false, reverse = false): Tensor {
  const order = [...x.shape.map((_, i) => i).filter((i) => i !== axis), axis];
  const n = x.shape[axis];
  const before = mask(x.device, [n, n], (from, to) => {
    return from === to ? !exclusive : reverse ? from > to : from < to;
  });
  return F.permute(F.matmul(F.permute(x, order), before), inverse(order));
}

/** From `start` on in steps. */
function constant(call: Call): Tensor {
  const [start, step] = call.args as number[];
  const shape = call.numbers(2);
  const before = cumulativeSum(F.ones(call.device, [sizeOf(shape)]), 0, true);
  return F.reshape(F.affine(before, step, start), shape);
}

/** A step takes every so manieth of `sizes` elements. */
function slice(call: Call): Tensor {
  const [start, sizes] = [call.numbers(1), call.numbers(2)];
  const steps = call.option(
    'strides',
    sizes.map(() => 1),
  );
  const counts = sizes.map((size, axis) => Math.ceil(size / steps[axis]));
  return F.slice(call.tensor(0), start, counts, steps);
}

const unary =
  (run: (x: Tensor, call: Call) => Tensor) =>
  (call: Call): Tensor =>
    run(call.tensor(0), call);

const binary =
  (run: (a: Tensor, b: Tensor) => Tensor) =>
  (call: Call): Tensor =>
    run(call.tensor(0), call.tensor(1));

type Reduction = (x: Tensor, options: { axes?: readonly number[]; keepDims?: boolean }) => Tensor;

const reduced = (run: Reduction) =>
  unary((x, call) => {
    const axes = call.option<number[] | undefined>('axes', undefined);
    return run(x, { axes, keepDims: call.option('keepDimensions', false) });
  });

/** argMax and argMin name their axis outside of the options. */
const place = (sign: 1 | -1) =>
  unary((x, call) => {
    const axes = [call.args[1] as number];
    return F.argmax(F.mul(x, sign), { axes, keepDims: call.option('keepDimensions', false) });
  });

/** 1 where x is not 0. */
const truth = (x: Tensor): Tensor => F.isZero(F.isZero(x));

/** Every operator that is run, by WebNN's name. */
export const adapter: Readonly<Record<string, (call: Call) => Tensor | Tensor[]>> = {
  ...{ argMax: place(1), argMin: place(-1), batchNormalization: batchNorm },
  ...{ add: binary(F.add), sub: binary(F.sub), mul: binary(F.mul), div: binary(F.div), pow: binary(F.pow) },
  ...{ max: binary(F.maximum), min: binary(F.minimum), conv2d, convTranspose2d, matmul, split, pad },
  broadcast: unary((x, call) => F.broadcastTo(x, call.numbers(1))),
  expand: unary((x, call) => F.broadcastTo(x, broadcastShapes('expand', x.shape, call.numbers(1)))),
  clamp: unary((x, call) =>
    F.clamp(x, call.option('minValue', -Infinity), call.option('maxValue', Infinity)),
  ),
  concat: (call) =>
    F.concat(
      (call.args[0] as unknown[]).map((given) => call.on(given)),
      call.args[1] as number,
    ),
  constant,
  cumulativeSum: unary((x, call) => {
    return cumulativeSum(x, call.args[1] as number, !!call.options.exclusive, !!call.options.reverse);
  }),
  dequantizeLinear: unary((x, call) => F.mul(F.sub(x, call.tensor(2)), call.tensor(1))),
  elu: unary((x, call) => F.elu(x, call.option('alpha', 1))),
  gather: unary((x, call) => F.gather(x, call.indices(1), call.option('axis', 0))),
  gemm: (call) =>
    F.gemm(call.tensor(0), call.tensor(1), call.optional('c'), {
      alpha: call.option('alpha', 1),
      beta: call.option('beta', 1),
      transposeA: call.option('aTranspose', false),
      transposeB: call.option('bTranspose', false),
    }),
  hardSigmoid: unary((x, call) =>
    F.clamp(F.affine(x, call.option('alpha', 0.2), call.option('beta', 0.5)), 0, 1),
  ),
  instanceNormalization: (call) =>
    onImage(call, 'layout', (x) => {
      return F.instanceNorm(x, call.optional('scale'), call.optional('bias'), call.option('epsilon', 1e-5));
    }),
  ...{ l2Pool2d: pool(l2Pool), maxPool2d: pool(F.maxPool2d), resample2d },
  averagePool2d: pool((x, kernel, options) => F.avgPool2d(x, kernel, { ...options, countPadding: false })),
  layerNormalization: layerNorm,
  leakyRelu: unary((x, call) => F.leakyRelu(x, call.option('alpha', 0.01))),
  linear: unary((x, call) => F.affine(x, call.option('alpha', 1), call.option('beta', 0))),
  ...{ equal: binary(F.equal), notEqual: binary(F.notEqual) },
  ...{ greater: binary(F.greater), greaterOrEqual: binary(F.greaterEqual) },
  ...{ lesser: binary(F.less), lesserOrEqual: binary(F.lessEqual) },
  logicalAnd: binary((a, b) => F.mul(truth(a), truth(b))),
  logicalNot: unary(F.isZero),
  logicalOr: binary((a, b) => F.maximum(truth(a), truth(b))),
  logicalXor: binary((a, b) => F.notEqual(truth(a), truth(b))),
  prelu: binary((x, slope) => {
    const lead = x.shape.slice(slope.shape.length).map(() => 1);
    return F.prelu(x, F.reshape(slope, [...lead, ...slope.shape]));
  }),
  ...{ reduceMax: reduced(F.max), reduceMean: reduced(F.mean), reduceMin: reduced(F.min) },
  ...{ reduceProduct: reduced(F.prod), reduceSum: reduced(F.sum), reduceLogSumExp: reduced(F.logSumExp) },
  reduceSumSquare: reduced((x, options) => F.sum(F.mul(x, x), options)),
  reduceL1: reduced((x, options) => F.norm(x, { ...options, p: 1 })),
  reduceL2: reduced(F.norm),
  reduceLogSum: reduced((x, options) => F.log(F.sum(x, options))),
  quantizeLinear: unary((x, call) => {
    const whole = F.add(F.round(F.div(x, call.tensor(1))), call.tensor(2));
    return call.args[3] === 'int8' ? F.clamp(whole, -128, 127) : F.clamp(whole, 0, 255);
  }),
  reverse: unary((x, call) => F.flip(x, call.option<number[] | undefined>('axes', undefined))),
  ...{ gatherElements, gatherND, scatterElements, scatterND, ...recurrent },
  reshape: unary((x, call) => {
    const shape = (call.args[1] as (number | null)[]).map((n) => n ?? -1);
    return F.reshape(x, shape);
  }),
  slice,
  softmax: unary((x, call) => F.softmax(x, call.args[1] as number)),
  softsign: unary((x) => F.div(x, F.affine(F.abs(x), 1, 1))),
  tile: unary((x, call) => F.tile(x, call.numbers(1))),
  transpose: unary((x, call) => F.permute(x, call.option('permutation', x.shape.map((_, i) => i).reverse()))),
  triangular: unary((x, call) => {
    const [upper, diagonal] = [call.option('upper', true), call.option('diagonal', 0)];
    const isKept = (row: number, column: number) =>
      upper ? column - row >= diagonal : column - row <= diagonal;
    return F.gate(x, mask(call.device, x.shape.slice(-2), isKept));
  }),
  ...{ sin: unary(F.sin), cos: unary(F.cos), tan: unary(F.tan), ceil: unary(F.ceil), floor: unary(F.floor) },
  ...{ abs: unary(F.abs), erf: unary(F.erf), exp: unary(F.exp), gelu: unary(F.gelu), log: unary(F.log) },
  ...{ neg: unary(F.neg), relu: unary(F.relu), sigmoid: unary(F.sigmoid), sign: unary(F.sign) },
  ...{ softplus: unary(F.softplus), sqrt: unary(F.sqrt), tanh: unary(F.tanh), hardSwish: unary(F.hardSwish) },
  identity: unary((x) => F.reshape(x, x.shape)),
  reciprocal: unary((x) => F.power(x, -1)),
  where: (call) => F.where(truth(call.tensor(0)), call.tensor(1), call.tensor(2)),
};

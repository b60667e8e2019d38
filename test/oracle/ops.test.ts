// Each op against PyTorch: outputs and the gradients of L = Σ c·y, computed by torch 1.13 in float64 for
// float32 inputs. make.py wrote the cases; here stands how each kind of case is run.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { grad } from '../../engine/autograd.ts';
import { onDevice, relativeError } from '../../engine/check/samples.ts';
import type { Device } from '../../engine/device.ts';
import type { Window1dOptions } from '../../engine/functional/oneAxis.ts';
import * as F from '../../engine/functional.ts';
import { BatchNorm2d, Context } from '../../engine/nn/index.ts';
import { scope } from '../../engine/scope.ts';
import type { Tensor } from '../../engine/tensor.ts';
import type { PairOption, WindowOptions } from '../../engine/windowOptions.ts';
import { pairOf } from '../../engine/windowOptions.ts';
import { closeDevices, devices, reference } from '../support/devices.ts';
import { listOf, readFixture } from './fixtures.ts';

/** The parameters of all kinds of cases; each case has those of its kind. */
interface Params extends WindowOptions {
  readonly alignCorners?: boolean;
  readonly alpha: number;
  readonly axes: number[];
  readonly axis: number;
  readonly beta: number;
  readonly ceilMode?: boolean;
  readonly countPadding: boolean;
  readonly eps: number;
  readonly exponent: number;
  readonly groups?: number;
  readonly high: number[];
  readonly ignoreIndex?: number;
  readonly keepDims: boolean;
  readonly kernelSize: PairOption;
  readonly low: number[];
  readonly max: number;
  readonly min: number;
  readonly mode?: 'nearest' | 'bilinear';
  readonly momentum: number;
  readonly negativeSlope: number;
  readonly number: number;
  readonly outputPadding?: number | [number, number];
  readonly reduction: 'mean' | 'sum' | 'none';
  readonly shape: number[];
  readonly size: number[];
  readonly start: number | number[];
  readonly training: boolean;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  readonly value: number;
}

interface Case {
  readonly name: string;
  readonly kind: string;
  readonly params: Params;
}

/** The parameters of a window along one axis are numbers. */
const oneAxis = <T extends Partial<Params>>(params: T) => params as T & Window1dOptions;

type Run = (inputs: Tensor[], params: Params) => Tensor | Tensor[];

/** The layer on tensors of the case in place of its own; it moves the running statistics in place. */
function batchNorm([x, weight, bias, runningMean, runningVar]: Tensor[], params: Params): Tensor[] {
  const context = new Context(x.device, 0);
  const layer = new BatchNorm2d(context, {
    features: weight.size,
    eps: params.eps,
    momentum: params.momentum,
  });
  layer.dispose();
  context.dispose();
  Object.assign(layer, { weight, bias, runningMean, runningVar });
  layer.train(params.training);
  return [layer.forward(x), runningMean, runningVar];
}

/** How each kind of case is run. */
const kinds: Readonly<Record<string, Run>> = {
  neg: ([x]) => F.neg(x),
  exp: ([x]) => F.exp(x),
  log: ([x]) => F.log(x),
  sqrt: ([x]) => F.sqrt(x),
  abs: ([x]) => F.abs(x),
  relu: ([x]) => F.relu(x),
  leakyRelu: ([x], { negativeSlope }) => F.leakyRelu(x, negativeSlope),
  sigmoid: ([x]) => F.sigmoid(x),
  tanh: ([x]) => F.tanh(x),
  gelu: ([x]) => F.gelu(x),
  elu: ([x], { alpha }) => F.elu(x, alpha),
  selu: ([x]) => F.selu(x),
  softplus: ([x]) => F.softplus(x),
  hardSwish: ([x]) => F.hardSwish(x),
  silu: ([x]) => F.silu(x),
  clamp: ([x], { min, max }) => F.clamp(x, min, max),
  power: ([x], { exponent }) => F.power(x, exponent),
  add: ([a, b]) => F.add(a, b),
  sub: ([a, b]) => F.sub(a, b),
  mul: ([a, b]) => F.mul(a, b),
  div: ([a, b]) => F.div(a, b),
  pow: ([a, b]) => F.pow(a, b),
  addNumber: ([x], { number }) => F.add(x, number),
  subNumber: ([x], { number }) => F.sub(x, number),
  mulNumber: ([x], { number }) => F.mul(x, number),
  divNumber: ([x], { number }) => F.div(x, number),
  matmul: ([a, b], params) => F.matmul(a, b, params),
  linear: ([x, weight, bias]) => F.linear(x, weight, bias),
  gemm: ([a, b, c], params) => F.gemm(a, b, c, params),
  conv2d: ([x, weight, bias], params) => F.conv2d(x, weight, bias, params),
  convTranspose2d: ([x, weight, bias], params) => F.convTranspose2d(x, weight, bias, params),
  conv1d: ([x, weight, bias], params) => F.conv1d(x, weight, bias, oneAxis(params)),
  maxPool2d: ([x], { kernelSize, ...window }) => F.maxPool2d(x, pairOf(kernelSize), window),
  avgPool2d: ([x], { kernelSize, ...window }) => F.avgPool2d(x, pairOf(kernelSize), window),
  resize2d: ([x], { size, ...options }) => F.resize2d(x, size, options),
  globalAvgPool: ([x]) => F.globalAvgPool(x),
  globalMaxPool: ([x]) => F.globalMaxPool(x),
  maxPool1d: ([x], { kernelSize, ...window }) => F.maxPool1d(x, kernelSize as number, oneAxis(window)),
  avgPool1d: ([x], { kernelSize, ...window }) => F.avgPool1d(x, kernelSize as number, oneAxis(window)),
  sum: ([x], params) => F.sum(x, params),
  mean: ([x], params) => F.mean(x, params),
  max: ([x], params) => F.max(x, params),
  softmax: ([x], { axis }) => F.softmax(x, axis),
  logSoftmax: ([x], { axis }) => F.logSoftmax(x, axis),
  crossEntropy: ([x, labels, weight], params) => F.crossEntropy(x, labels, { ...params, weight }),
  nllLoss: ([x, labels, weight], params) => F.nllLoss(x, labels, { ...params, weight }),
  reshape: ([x], { shape }) => F.reshape(x, shape),
  flatten: ([x], { start }) => F.flatten(x, start as number),
  permute: ([x], { axes }) => F.permute(x, axes),
  slice: ([x], { start, size }) => F.slice(x, start as number[], size),
  concat: (inputs, { axis }) => F.concat(inputs, axis),
  pad: ([x], { low, high, value }) => F.pad(x, low, high, value),
  broadcastTo: ([x], { shape }) => F.broadcastTo(x, shape),
  batchNorm2d: batchNorm,
};

/** The files of make.py, how many cases each has, and the tolerance of float32 outputs: DESIGN's. */
const groups = [
  { file: 'elementwise', cases: 206, tolerance: 1e-5 },
  { file: 'products', cases: 40, tolerance: 1e-4 },
  { file: 'conv2d', cases: 52, tolerance: 1e-4 },
  { file: 'pooling', cases: 103, tolerance: 1e-5 },
  { file: 'reductions', cases: 153, tolerance: 1e-4 },
  { file: 'shapes', cases: 57, tolerance: 0 },
  { file: 'resizing', cases: 33, tolerance: 1e-5 },
  { file: 'smoothing', cases: 22, tolerance: 1e-4 },
  { file: 'batchNorm2d', cases: 13, tolerance: 1e-4 },
];

const GRADIENT = 1e-4;
/** In float64 both sides differ only by the order of their sums. */
const FLOAT64 = 1e-12;

const seen = new Set<string>();
/** The largest error of each group on each device, for ORACLE_ERRORS=1. */
const worst = new Map<string, number>();

for (const { file, cases: expected, tolerance } of groups) {
  const fixture = readFixture(file);
  const cases = fixture.metadata('cases') as Case[];
  test(`${file}: all cases are there`, () => assert.is(cases.length, expected));

  for (const { name, kind, params } of cases) {
    seen.add(kind);
    const inputs = listOf(fixture, `${name}:x`);
    const outputs = listOf(fixture, `${name}:y`);
    const trained = inputs.map((_, i) => fixture.has(`${name}:d${i}`));
    const gradients = inputs.flatMap((_, i) => (trained[i] ? [fixture.tensor(`${name}:d${i}`)] : []));

    const check = async (device: Device) => {
      const actual = scope(() => {
        const xs = inputs.map((input) => onDevice(device, input));
        const leaves = xs.filter((x, i) => trained[i] && x.trained());
        const ys = [kinds[kind](xs, params)].flat();
        const scalar = F.sum(F.mul(ys[0], onDevice(device, fixture.tensor(`${name}:c`))));
        return { ys, ds: grad(scalar, leaves) };
      });
      const compare = async (what: string, tensors: Tensor[], wanted: typeof outputs, bound: number) => {
        const limit = device === reference ? Math.min(FLOAT64, bound) : bound;
        assert.is(tensors.length, wanted.length, `${what}: how many`);
        for (const [i, { shape, data }] of wanted.entries()) {
          assert.equal(tensors[i].shape, shape);
          const error = relativeError(await tensors[i].read(), data);
          const key = `${file} ${what} ${device.kind} ${device.floatType}`;
          worst.set(key, Math.max(worst.get(key) ?? 0, error));
          assert.ok(error <= limit, `${what} ${i}: relative error ${error}`);
        }
      };
      await compare('output', actual.ys, outputs, tolerance);
      await compare('gradient', actual.ds, gradients, GRADIENT);
      for (const tensor of [...actual.ys, ...actual.ds]) tensor.dispose();
    };

    const shapes = inputs.map(({ shape }) => `[${shape}]`).join(' ');
    for (const device of [reference, ...devices]) {
      const title = `${name} ${shapes} ${JSON.stringify(params)}: ${device.kind} ${device.floatType}`;
      test(`${title} equals PyTorch`, () => check(device));
    }
  }
}

test('every kind is used', () => assert.equal([...seen].sort(), Object.keys(kinds).sort()));

test.after(() => {
  if (process.env.ORACLE_ERRORS !== undefined) console.log(Object.fromEntries(worst));
  closeDevices();
});
test.run();

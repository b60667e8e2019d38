// Ten training steps of the built-in models against PyTorch: make.py draws the same initial weights and the
// same batch with a Philox of its own, and takes the steps in float64. Dropout is off on both sides.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { backward } from '../../engine/autograd.ts';
import { relativeError } from '../../engine/check/samples.ts';
import type { Device } from '../../engine/device.ts';
import { CpuDevice } from '../../engine/devices/cpu/device.ts';
import { openWasm } from '../../engine/devices/wasm/open.ts';
import * as F from '../../engine/functional.ts';
import { Context } from '../../engine/nn/index.ts';
import type { AdamOptions, SgdOptions } from '../../engine/optim/index.ts';
import { Adam, AdamW, SGD } from '../../engine/optim/index.ts';
import { Random } from '../../engine/random.ts';
import { scope } from '../../engine/scope.ts';
import { sizeOf } from '../../engine/shape.ts';
import { Tensor } from '../../engine/tensor.ts';
import type { ModelSpec } from '../../pipeline/model/model.ts';
import { build, builtInModels } from '../../pipeline/model/model.ts';
import { closeDevices, devices } from '../support/devices.ts';
import { readFixture } from './fixtures.ts';

interface Run {
  readonly model: string;
  readonly optimizer: keyof typeof optimizers;
  readonly options: SgdOptions & AdamOptions;
  readonly batch: number;
}

const optimizers = { SGD, Adam, AdamW };

/** The substream that make.py draws images and labels from. */
const ORACLE = 0x0ace;

/**
 * What each device is held to: the relative error of a loss, the absolute one of a weight, and that of sums
 * over a parameter. In float64 the two sides differ by the order of sums alone. In float32 a weight of 0.1 is
 * rounded by 4e-9 at each step, and a step of SGD may be only 1e-5 long: that is what the sums of the steps
 * show. Adapters sum in orders of their own, and where a value next to 0 then falls on the other side of a
 * relu, the weights behind it are off by more than rounding. Winograd's rounding is ten times as large, and now and then
 * a pooling window of these noisy images has its maximum in another place for it: that one gradient goes elsewhere.
 */
const tolerances = {
  float64: { loss: 1e-12, weight: 1e-12, sum: 1e-11 },
  cpu: { loss: 1e-5, weight: 1e-5, sum: 1e-4 },
  wasm: { loss: 1e-5, weight: 1e-4, sum: 1e-4 },
  webgpu: { loss: 1e-4, weight: 1e-4, sum: 1e-4 },
};
/** A norm begins with weights of 1, which float32 rounds by 6e-8 at each step. */
const ofNorms = { sum: 1e-3 };
const ofWinograd = { loss: 1e-3, weight: 1e-3, sum: 1e-2 };
const exact = await openWasm({ threads: 2, poison: true, winograd: false });

/** By the packed kernels: definitions take minutes for these steps, and oracle/ops.test.ts has each of them. */
const float64 = new CpuDevice({ floatType: 'float64', definitions: false, poison: true });

/** Every device, and wasm without Winograd. */
const targets = [
  { device: float64 as Device, limits: tolerances.float64, name: 'float64' },
  { device: exact as Device, limits: tolerances.wasm, name: 'wasm without Winograd' },
  ...devices.map((device) => ({
    device,
    limits: device.kind === 'wasm' ? ofWinograd : tolerances[device.kind],
    name: device.kind,
  })),
];

const fixture = readFixture('training');
const runs = fixture.metadata('runs') as Run[];
const { seed, classes, steps } = fixture.metadata('setup') as Record<string, number>;

/** The largest error of each run on each device, for ORACLE_ERRORS=1. */
const worst = new Map<string, number>();

function within(key: string, what: string, error: number, limit: number): void {
  worst.set(key, Math.max(worst.get(key) ?? 0, error));
  assert.ok(error <= limit, `${what}: error ${error}, expected at most ${limit}`);
}

const withoutDropout = (model: ModelSpec): ModelSpec => ({
  ...model,
  layers: model.layers.map((layer) => (layer.type === 'dropout' ? { ...layer, p: 0 } : layer)),
});

function batchOf(model: ModelSpec, many: number) {
  const pixels = new Random(seed, 0, ORACLE);
  const digits = new Random(seed, 1, ORACLE);
  const shape = [many, ...model.input];
  return {
    shape,
    images: Float32Array.from({ length: sizeOf(shape) }, () => pixels.uniform()),
    labels: Int32Array.from({ length: many }, () => digits.integer(classes)),
  };
}

/** Σp, Σp², Σ(p − p₀) and Σ(p − p₀)²: in the last two only the steps show. */
function sumsOf(values: ArrayLike<number>, first: ArrayLike<number>): number[] {
  const sums = [0, 0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const moved = values[i] - first[i];
    sums[0] += values[i];
    sums[1] += values[i] ** 2;
    sums[2] += moved;
    sums[3] += moved ** 2;
  }
  return sums;
}

async function train(
  { device, limits: usual, name: on }: (typeof targets)[number],
  run: number,
): Promise<void> {
  const { model: name, optimizer: kind, options, batch } = runs[run];
  const isRounded = name === 'resnet' && device !== float64 && usual.sum < ofNorms.sum;
  const limits = isRounded ? { ...usual, ...ofNorms } : usual;
  const key = `${run} ${name} ${kind} ${on}`;
  const spec = withoutDropout(builtInModels[name]);
  const { shape, images, labels } = batchOf(spec, batch);
  assert.equal(images.slice(0, 8), fixture.tensor(`${name}:images`).data, 'the first pixels');
  assert.equal(labels, fixture.tensor(`${name}:labels`).data, 'labels');

  const context = new Context(device, seed);
  const model = build(spec, classes, context);
  const parameters = model.parameters();
  const optimizer = new optimizers[kind](parameters.values(), options);
  const [x, target] = [Tensor.from(device, images, shape), Tensor.from(device, labels)];

  const first = new Map<string, ArrayLike<number>>();
  for (const [path, parameter] of parameters) {
    const values = await parameter.read();
    first.set(path, values);
    const { data: places } = fixture.tensor(`${name}:places:${path}`);
    const actual = Array.from(places, (place) => values[place]);
    // Philox and the scaling to ±1/√fanIn leave no room for rounding.
    assert.equal(actual, Array.from(fixture.tensor(`${name}:step0:${path}`).data), `initial ${path}`);
  }

  const checkParameters = async (step: number) => {
    for (const [path, parameter] of parameters) {
      const values = await parameter.read();
      const { data: places } = fixture.tensor(`${name}:places:${path}`);
      const { data: weights } = fixture.tensor(`${run}:step${step}:${path}`);
      const what = `${path} after step ${step}`;
      const error = Math.max(...Array.from(places, (place, i) => Math.abs(values[place] - weights[i])));
      within(`${key} weights`, what, error, limits.weight);
      const { data: wanted } = fixture.tensor(`${run}:sums${step}:${path}`);
      const sums = sumsOf(values, first.get(path)!);
      // A plain sum may cancel: its measure is √n·√Σ, the largest that it can be for the sum of squares.
      const scale = [1, 1, 3, 3].map((k, i) =>
        i % 2 === 1 ? wanted[k] : Math.sqrt(values.length * wanted[k]),
      );
      const off = sums.map((sum, i) => Math.abs(sum - wanted[i]) / scale[i]);
      within(`${key} sums`, `sums of ${what}: ${sums}, expected ${wanted}`, Math.max(...off), limits.sum);
    }
  };

  const losses: number[] = [];
  for (let step = 1; step <= steps; step++) {
    const loss = scope(() => {
      const mean = F.crossEntropy(model.forward(x), target);
      backward(mean);
      optimizer.step();
      optimizer.zeroGrad();
      return mean;
    });
    losses.push(await loss.item());
    loss.dispose();
    if (step === 1 || step === steps) await checkParameters(step);
  }
  const { data: wanted } = fixture.tensor(`${run}:losses`);
  for (const [i, loss] of losses.entries()) {
    within(`${key} losses`, `loss of step ${i + 1}`, relativeError([loss], [wanted[i]]), limits.loss);
  }
  for (const owner of [optimizer, model, x, target, context]) owner.dispose();
}

test('all runs are there', () => {
  const found = runs.map(({ model, optimizer }) => `${model} ${optimizer}`);
  for (const model of ['lenet', 'cnn']) {
    for (const kind of Object.keys(optimizers))
      assert.ok(found.includes(`${model} ${kind}`), `${model} ${kind}`);
  }
  assert.ok(found.includes('resnet SGD'), 'layers that branch');
  assert.is(found.length, 9);
  assert.is(steps, 10);
});

for (const target of targets) {
  for (const [i, { model, optimizer, options }] of runs.entries()) {
    const title = `ten steps of ${model} with ${optimizer} ${JSON.stringify(options)}`;
    test(`${title}: ${target.name} equals PyTorch`, () => train(target, i));
  }
}

test.after(() => {
  if (process.env.ORACLE_ERRORS !== undefined) console.log(Object.fromEntries(worst));
  exact.close();
  closeDevices();
});
test.run();

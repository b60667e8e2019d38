// Half precision: factors of products are rounded to f16, sums are not, and the loss is scaled so that no gradient is
// lost. An adapter without f16 says so; loss scaling itself works everywhere, and is tested everywhere.

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { backward } from '../../../engine/autograd.ts';
import type { Device } from '../../../engine/device.ts';
import type { WebGpuDevice } from '../../../engine/devices/webgpu/device.ts';
import type { TypedArray } from '../../../engine/dtype.ts';
import * as F from '../../../engine/functional.ts';
import * as nn from '../../../engine/nn/index.ts';
import type { Optimizer } from '../../../engine/optim/index.ts';
import { Adam, LossScale, SGD } from '../../../engine/optim/index.ts';
import { Random } from '../../../engine/random.ts';
import { scope } from '../../../engine/scope.ts';
import type { Shape } from '../../../engine/shape.ts';
import { sizeOf } from '../../../engine/shape.ts';
import { Tensor } from '../../../engine/tensor.ts';
import { Trainer } from '../../../pipeline/train/trainer.ts';
import { closeDevices, devices } from '../../support/devices.ts';
import { refuses, refusesSaying } from '../../support/images.ts';
import {
  bitsOf,
  epochOf,
  rigOn,
  settings,
  stripes,
  type TrainedRig,
  trained,
} from '../../support/tinyRuns.ts';

test.after(closeDevices);

const gpu = devices.find(({ kind }) => kind === 'webgpu') as WebGpuDevice;
const hasHalves = gpu.gpu.features.has('shader-f16');
const SIZE = 8;
const data = stripes(240, SIZE, 12);

// ---- f16 -------------------------------------------------------------------------------------------------

test('the cpu has no half precision, and says what has', async () => {
  const cpu = devices.find(({ kind }) => kind === 'cpu')!;
  await refuses(
    () => rigOn(cpu, data, { precision: 'f16' }),
    'invalid-setting',
    '`precision` f16:',
    'device cpu',
    '`device` webgpu',
  );
});

const { traits: plainTraits } = gpu;

/** Does `body` in half precision; afterwards the device is as it was. */
async function inHalves<T>(body: () => Promise<T>): Promise<T> {
  gpu.usePrecision('f16');
  try {
    return await body();
  } finally {
    gpu.usePrecision('f32');
  }
}

if (!hasHalves) {
  test('an adapter without half precision says so in one line, and stays as it is', async () => {
    const message = await refusesSaying(
      () => gpu.usePrecision('f16'),
      /^--precision f16: .* has no shader-f16; use f32$/,
    );
    assert.ok(message.includes(gpu.adapter), 'it names the adapter');
    assert.not.ok(gpu.traits.halfFactors);
    await refusesSaying(
      () => rigOn(gpu, data, { precision: 'f16' }),
      /^--precision f16: .* has no shader-f16; use f32$/,
    );
    assert.not.ok(gpu.traits.halfFactors);
    gpu.usePrecision('f32');
    assert.equal(gpu.traits, plainTraits);
    const values = await F.matmul(Tensor.from(gpu, [1, 2], [1, 2]), Tensor.from(gpu, [3, 4], [2, 1])).read();
    assert.equal([...values], [11], 'and goes on');
  });
}

function random(shape: Shape, seed: number, size = 1): Tensor {
  const source = new Random(seed, 0xf16);
  return Tensor.from(
    gpu,
    Float32Array.from({ length: sizeOf(shape) }, () => size * source.uniform(-1, 1)),
    shape,
  );
}

const norm = (values: ArrayLike<number>) => Math.hypot(...Array.from(values));

/** Off by what rounding of factors brings, and by something. */
function assertRounded(half: TypedArray, whole: TypedArray, what: string): void {
  const error = norm(half.map((value, i) => value - whole[i])) / norm(whole);
  assert.ok(half.every(Number.isFinite), what);
  assert.ok(error < 2e-3, `${what}: off by ${error}`);
  assert.ok(error > 1e-6, `${what}: off by ${error}, as if nothing were rounded`);
}

const products: Readonly<Record<string, (scale?: number) => Tensor>> = {
  matmul: () => F.matmul(random([37, 130], 1), random([130, 41], 2)),
  'a batch of matmuls': () => F.matmul(random([3, 9, 50], 1), random([3, 20, 50], 2), { transposeB: true }),
  'matmul with a long sum': () => F.matmul(random([4, 3000], 1), random([3000, 5], 2)),
  conv2d: () => F.conv2d(random([3, 5, 12, 10], 1), random([7, 5, 3, 3], 2), null, { padding: 1 }),
  'conv2d with a stride': () =>
    F.conv2d(random([2, 4, 11, 13], 1), random([6, 4, 5, 3], 2), null, { stride: 2 }),
};

if (hasHalves) {
  for (const [name, make] of Object.entries(products)) {
    test(`${name}: f16 is f32 but for rounding`, async () => {
      const whole = await scope(() => make().detach()).read();
      const half = await inHalves(() => scope(() => make().detach()).read());
      assertRounded(half, whole, name);
      const again = await scope(() => make().detach()).read();
      assert.is(bitsOf(again), bitsOf(whole), 'back in f32');
    });
  }

  test('gradients of products are rounded as little', async () => {
    const gradients = async () => {
      const x = random([4, 3, 10, 10], 1).trained();
      const filters = random([6, 3, 3, 3], 2).trained();
      const weight = random([384, 9], 3).trained();
      const y = F.matmul(F.reshape(F.conv2d(x, filters), [4, 384]), weight);
      backward(F.sum(F.mul(y, y)));
      const read = Promise.all([x, filters, weight].map(({ grad }) => grad.read()));
      return read;
    };
    const whole = await gradients();
    const half = await inHalves(gradients);
    ['x', 'filters', 'weight'].forEach((name, i) => {
      assertRounded(half[i], whole[i], name);
    });
  });

  test('sums are not in half precision: 3,000 ones make 3,000, and numbers go past 65,504', async () => {
    const product = (length: number, value: number) => () =>
      F.matmul(F.full(gpu, [2, length], value), F.full(gpu, [length, 2], value)).read();
    // Between 2,048 and 4,096 f16 has the even numbers only.
    assert.equal([...(await inHalves(product(3001, 1)))], [3001, 3001, 3001, 3001]);
    assert.equal([...(await inHalves(product(100, 256)))], [6_553_600, 6_553_600, 6_553_600, 6_553_600]);
  });

  test('30 steps in f16 come to the loss of f32', async () => {
    const few = stripes(240, SIZE, 12);
    const results = new Map<string, number[]>();
    for (const precision of ['f32', 'f16'] as const) {
      const rig = rigOn(gpu, few, { precision });
      const records = await trained(rig);
      assert.is(records.length, 30);
      results.set(
        precision,
        records.map(({ loss }) => loss),
      );
      if (precision === 'f16') {
        const { lossScale } = await rig.snapshot();
        assert.equal([...lossScale!], [2 ** 16, 30, 0], 'no step was skipped');
      } else assert.is(rig.lossScale, null);
      rig.dispose();
      gpu.usePrecision('f32');
    }
    const late = (name: string) =>
      results
        .get(name)!
        .slice(-10)
        .reduce((sum, loss) => sum + loss, 0);
    assert.ok(
      late('f32') <
        0.9 *
          results
            .get('f32')!
            .slice(0, 10)
            .reduce((sum, loss) => sum + loss, 0),
      'it learns',
    );
    assert.ok(Math.abs(late('f16') / late('f32') - 1) < 0.05, `${late('f16')} for ${late('f32')}`);
    assert.not.equal(results.get('f16'), results.get('f32'));
  });

  test('in f16 a scale of 2⁴⁰ overflows, is halved until it fits, and training goes on', async () => {
    const rig = rigOn(gpu, data, { precision: 'f16' });
    rig.lossScale!.state.write([2 ** 40, 0, 0]);
    const start = await rig.snapshot();
    const steps = [];
    for (let i = 0; i < 40; i++) {
      const step = await rig.trainer.step(8);
      rig.optimizer.advance();
      step.run();
      const { optimizer, lossScale, weights } = await rig.snapshot();
      steps.push({
        state: [...lossScale!],
        moments: optimizer.moments,
        weight: weights.get('8.weight')!.data,
      });
    }
    const skipped = steps.filter(({ state: [, good] }) => good === 0).length;
    assert.ok(skipped > 3 && skipped < 35, `${skipped} of 40 steps are skipped`);
    steps.forEach(({ state, moments, weight }, i) => {
      const gone = Math.min(i + 1, skipped);
      assert.equal(state, [2 ** (40 - gone), i + 1 - gone, gone], `step ${i + 1}`);
      if (i >= skipped) return;
      assert.is(bitsOf(weight as TypedArray), bitsOf(start.weights.get('8.weight')!.data as TypedArray));
      assert.equal(moments.map(bitsOf), start.optimizer.moments.map(bitsOf), `moments after ${i + 1}`);
    });
    const last = steps[39];
    assert.not.equal(
      bitsOf(last.weight as TypedArray),
      bitsOf(start.weights.get('8.weight')!.data as TypedArray),
    );
    assert.ok((last.weight as TypedArray).every(Number.isFinite));
    rig.dispose();
    gpu.usePrecision('f32');
  });
}

// ---- loss scaling ----------------------------------------------------------------------------------------

const optimizers = {
  SGD: (parameters: Iterable<Tensor>) => new SGD(parameters, { lr: 0.05, momentum: 0.9, weightDecay: 0.01 }),
  Nesterov: (parameters: Iterable<Tensor>) =>
    new SGD(parameters, { lr: 0.05, momentum: 0.9, nesterov: true }),
  Adam: (parameters: Iterable<Tensor>) => new Adam(parameters, { lr: 0.01, weightDecay: 0.01 }),
} satisfies Record<string, (parameters: Iterable<Tensor>) => Optimizer>;

/** A linear layer whose gradients are about 2⁹⁰ times `size`: f32 holds a scale of 2³⁰, and not of 2⁴⁰. */
const BIG = 2 ** 90;

/** A small regression whose loss has gradients of any size that is wanted. */
function problemOn(
  device: Device,
  make: (parameters: Iterable<Tensor>) => Optimizer,
  options: { factor?: number },
) {
  const { factor = 1 } = options;
  const context = new nn.Context(device, 3);
  const layer = new nn.Linear(context, { inFeatures: 6, outFeatures: 4 });
  const source = new Random(8, 1);
  const values = (length: number) => Float32Array.from({ length }, () => source.uniform(-1, 1));
  const x = Tensor.from(device, values(30), [5, 6]);
  const target = Tensor.from(device, values(20), [5, 4]);
  const optimizer = make(layer.parameters().values());
  const gradients = (lossScale: LossScale | null) => {
    const off = F.sub(layer.forward(x), target);
    // The gradient of Σ (off · factor)²/2, but for one factor.
    const loss = F.sum(F.mul(off, off));
    const scale = lossScale === null ? F.full(device, [], 1) : F.reshape(lossScale.scale(), []);
    backward(loss, { gradOutput: F.mul(scale, factor) });
    return loss;
  };
  /** One step; gives the loss before it. */
  const step = (lossScale: LossScale | null) =>
    scope(() => {
      const loss = gradients(lossScale);
      optimizer.advance();
      optimizer.apply(lossScale);
      optimizer.zeroGrad();
      return loss;
    });
  const state = async () => {
    const parameters = await Promise.all([...layer.parameters().values()].map((tensor) => tensor.read()));
    const { moments } = await optimizer.snapshot();
    return { parameters, bits: [...parameters, ...moments].map(bitsOf) };
  };
  const dispose = () => {
    optimizer.dispose();
    layer.dispose();
    for (const tensor of [x, target]) tensor.dispose();
    context.dispose();
  };
  return { step, state, dispose, layer, optimizer };
}

for (const device of devices) {
  const on = `on ${device.kind}`;

  for (const [name, make] of Object.entries(optimizers)) {
    test(`${name}: steps are skipped until the scale fits, and nothing changes until then ${on}`, async () => {
      const problem = problemOn(device, make, { factor: BIG });
      const lossScale = new LossScale(device, 2 ** 40);
      const before = await problem.state();
      let skipped = 0;
      for (let i = 1; i <= 30; i++) {
        problem.step(lossScale).dispose();
        const [scale, good, told] = await lossScale.state.read();
        const { bits } = await problem.state();
        if (good === 0) {
          skipped++;
          assert.is(skipped, i, 'skipped steps come first');
          assert.equal(bits, before.bits, `step ${i} is skipped`);
        } else {
          assert.not.equal(bits, before.bits, `step ${i} is done`);
        }
        assert.equal([scale, good, told], [2 ** (40 - skipped), i - skipped, skipped]);
        // A gradient of 2⁹⁰ throws SGD far away: the rest is another test's.
        if (good === 1) break;
      }
      assert.ok(skipped >= 2 && skipped < 20, `${skipped} steps are skipped`);
      problem.dispose();
      lossScale.dispose();
    });

    test(`${name}: a scale that is a power of two changes no bit of a step ${on}`, async () => {
      const [scaled, plain] = [problemOn(device, make, {}), problemOn(device, make, {})];
      const lossScale = new LossScale(device, 2 ** 10, 5);
      for (let i = 0; i < 12; i++) {
        const losses = [scaled.step(lossScale), plain.step(null)];
        const [left, right] = await Promise.all(losses.map((loss) => loss.item()));
        assert.is(left, right);
        for (const loss of losses) loss.dispose();
        const [{ parameters }, expected] = await Promise.all([scaled.state(), plain.state()]);
        assert.equal(parameters.map(bitsOf), expected.parameters.map(bitsOf), `step ${i + 1}`);
      }
      // Doubled after 5 and 10 good steps.
      assert.equal([...(await lossScale.state.read())], [2 ** 12, 2, 0]);
      for (const each of [scaled, plain]) each.dispose();
      lossScale.dispose();
    });

    test(`${name}: NaN in one gradient of several skips the step, and the next one counts ${on}`, async () => {
      const problem = problemOn(device, make, {});
      const lossScale = new LossScale(device, 2 ** 10);
      problem.step(lossScale).dispose();
      const before = await problem.state();
      for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        const [weight, bias] = problem.layer.parameters().values();
        weight.grad = Tensor.from(device, new Float32Array(24).fill(1), [4, 6]);
        bias.grad = Tensor.from(device, [0, 0, bad, 0]);
        problem.optimizer.advance();
        problem.optimizer.apply(lossScale);
        problem.optimizer.zeroGrad();
        assert.equal((await problem.state()).bits, before.bits, `${bad}`);
      }
      assert.equal([...(await lossScale.state.read())], [2 ** 7, 0, 3]);
      problem.step(lossScale).dispose();
      assert.not.equal((await problem.state()).bits, before.bits);
      assert.equal([...(await lossScale.state.read())], [2 ** 7, 1, 3]);
      problem.dispose();
      lossScale.dispose();
    });
  }

  test(`only some parameters have gradients: they alone are stepped or skipped ${on}`, async () => {
    const problem = problemOn(device, optimizers.Adam, {});
    const lossScale = new LossScale(device, 4);
    const [weight, bias] = problem.layer.parameters().values();
    const read = () => Promise.all([weight, bias].map(async (tensor) => bitsOf(await tensor.read())));
    const before = await read();
    bias.grad = Tensor.from(device, [1, Number.NaN, 1, 1]);
    problem.optimizer.step();
    problem.optimizer.zeroGrad();
    bias.grad = Tensor.from(device, [4, 8, 4, 4]);
    problem.optimizer.advance();
    problem.optimizer.apply(lossScale);
    problem.optimizer.zeroGrad();
    const after = await read();
    assert.is(after[0], before[0], 'the weight has no gradient');
    assert.not.equal(after[1], before[1]);
    problem.dispose();
    lossScale.dispose();
  });

  test(`the scale doubles after so many good steps, and not below 1 it is halved ${on}`, async () => {
    const lossScale = new LossScale(device, 3, 4);
    const good = Tensor.from(device, [1, 2, 3]);
    const bad = Tensor.from(device, [1, Number.POSITIVE_INFINITY, 3]);
    const expected = [
      [good, 3, 1, 0],
      [good, 3, 2, 0],
      [good, 3, 3, 0],
      [good, 6, 0, 0],
      [good, 6, 1, 0],
      [bad, 3, 0, 1],
      [bad, 1.5, 0, 2],
      [bad, 1, 0, 3],
      [bad, 1, 0, 4],
      [good, 1, 1, 4],
      [good, 1, 2, 4],
      [good, 1, 3, 4],
      [good, 2, 0, 4],
    ] as const;
    for (const [gradient, ...state] of expected) {
      const scale = (await lossScale.state.read())[0];
      const { gradients, usable } = lossScale.unscale([gradient]);
      const values = [...(await gradients[0].read())];
      assert.is(await usable.item(), gradient === good ? 1 : 0);
      values.forEach((value, i) => {
        const wanted = gradient === good ? (i + 1) / scale : 0;
        assert.ok(Math.abs(value - wanted) <= 1e-6 * wanted, `${value} for ${wanted}`);
      });
      assert.equal([...(await lossScale.state.read())], state);
      for (const tensor of [...gradients, usable]) tensor.dispose();
    }
    for (const tensor of [good, bad]) tensor.dispose();
    lossScale.dispose();
  });

  /** The steps of an epoch, with a scaled loss or without, on the same model. */
  async function epochWith(clip: number | null, scale: number | null) {
    const few = stripes(43, SIZE, 21);
    // Not Adam, which does not mind the size of gradients.
    const rig = rigOn(device, few, { makeOptimizer: (model) => optimizers.SGD(model.parameters().values()) });
    const lossScale = scale === null ? null : new LossScale(device, scale);
    const scaled = Object.assign(Object.create(rig), { lossScale }) as TrainedRig;
    const trainer = new Trainer(scaled, few, { ...settings, clip });
    const losses = (await epochOf(trainer)).map(({ loss }) => loss);
    const state = lossScale === null ? null : [...(await lossScale.state.read())];
    trainer.dispose();
    lossScale?.dispose();
    rig.dispose();
    return { losses, state };
  }

  test(`an epoch with a scaled loss is one without ${on}`, async () => {
    const [scaled, plain] = [await epochWith(null, 2 ** 12), await epochWith(null, null)];
    assert.equal(scaled.state, [2 ** 12, 6, 0]);
    scaled.losses.forEach((loss, i) => {
      assert.ok(Math.abs(loss - plain.losses[i]) < 1e-4, `step ${i + 1}: ${loss}, not ${plain.losses[i]}`);
    });
  });

  test(`clipping means the gradients without the scale ${on}`, async () => {
    const [scaled, plain, free] = [
      await epochWith(0.5, 2 ** 12),
      await epochWith(0.5, null),
      await epochWith(null, null),
    ];
    assert.ok(Math.abs(plain.losses[5] - free.losses[5]) > 1e-3, 'it clips');
    scaled.losses.forEach((loss, i) => {
      assert.ok(Math.abs(loss - plain.losses[i]) < 1e-4, `step ${i + 1}: ${loss}, not ${plain.losses[i]}`);
    });
  });

  test(`an epoch with the largest scale there may be stays finite, and counts its steps ${on}`, async () => {
    const { losses, state } = await epochWith(null, 2 ** 126);
    assert.ok(losses.every(Number.isFinite));
    const [scale, good, skipped] = state!;
    assert.is(scale, 2 ** (126 - skipped));
    assert.ok(good <= 6 - skipped, 'a step that is skipped begins the count anew');
  });
}

test.run();

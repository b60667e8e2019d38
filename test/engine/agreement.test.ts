// The whole engine at once, on real digits: lenet through the pipeline's own training step, on every device.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Device } from '../../engine/device.ts';
import { subset } from '../../pipeline/data/dataset.ts';
import { builtInModels } from '../../pipeline/model/model.ts';
import { loadMnist } from '../../pipeline/node/data/mnist.ts';
import { recipes } from '../../pipeline/preprocess/recipe.ts';
import { Rig } from '../../pipeline/train/rig.ts';
import { resolveSettings } from '../../pipeline/train/settings.ts';
import { Trainer } from '../../pipeline/train/trainer.ts';
import { closeDevices, deviceOf, devices } from '../support/devices.ts';

const digits = loadMnist().train;

interface Run {
  readonly losses: number[];
  /** The bits of all parameters and buffers after the last step. */
  readonly weights: string;
}

/** Trains a fresh lenet for some steps on the first `images` digits, which come in a new order each epoch. */
async function train(
  device: Device,
  { images, batch, steps, rate, seed }: Record<'images' | 'batch' | 'steps' | 'rate' | 'seed', number>,
): Promise<Run> {
  const data = subset(
    digits,
    Int32Array.from({ length: images }, (_, i) => i),
  );
  const settings = resolveSettings({ seed, batch, lr: rate, schedule: 'constant' });
  const plan = { model: builtInModels.lenet, classes: data.classes, recipe: recipes.mnist, settings };
  const rig = new Rig(device, plan);
  const losses: number[] = [];
  const trainer = new Trainer(rig, data, settings);
  for (let epoch = 1; losses.length < steps; epoch++) {
    for await (const { records } of trainer.epoch(epoch)) losses.push(...records.map(({ loss }) => loss));
  }
  trainer.dispose();
  const state = await Promise.all([...rig.model.state().values()].map((tensor) => tensor.read()));
  const weights = state.map((values) => Buffer.from(values.buffer).toString('base64')).join();
  rig.dispose();
  return { losses, weights };
}

const TEN_STEPS = { images: 160, batch: 16, steps: 10, rate: 1e-3, seed: 7 };
const runs = new Map<Device, Run>();

for (const device of devices) {
  test(`the same seed gives the same losses and weights, bit for bit, on ${device.kind}`, async () => {
    const { live } = device.counters;
    const [first, second] = [await train(device, TEN_STEPS), await train(device, TEN_STEPS)];
    assert.equal(second.losses, first.losses);
    assert.ok(second.weights === first.weights, 'the weights differ');
    assert.is(device.counters.live, live, 'a run leaves nothing on the device');
    runs.set(device, first);
  });
}

const pairs = devices.flatMap((one, i) => devices.slice(i + 1).map((other) => [one, other] as const));

test('cpu, wasm and webgpu are compared, each with each', () => {
  const names = pairs.map(([one, other]) => `${one.kind} ${other.kind}`);
  assert.equal(names.sort(), ['cpu wasm', 'cpu webgpu', 'wasm webgpu']);
});

for (const [one, other] of pairs) {
  test(`${one.kind} and ${other.kind} have the same losses over ten steps, to a thousandth`, () => {
    const [expected, losses] = [one, other].map((device) => runs.get(device)!.losses);
    assert.is(expected.length, 10);
    assert.is(losses.length, 10);
    expected.forEach((loss, step) => {
      const error = Math.abs(losses[step] - loss) / loss;
      assert.ok(error <= 1e-3, `step ${step}: ${losses[step]} on ${other.kind}, ${loss} on ${one.kind}`);
    });
  });
}

test('another seed gives other losses', async () => {
  const { losses } = await train(deviceOf('cpu'), { ...TEN_STEPS, steps: 1, seed: 8 });
  assert.is.not(losses[0], runs.get(deviceOf('cpu'))!.losses[0]);
});

test('a fresh network knows nothing: its first loss is about ln 10', () => {
  for (const { losses } of runs.values())
    assert.ok(Math.abs(losses[0] - Math.log(10)) < 0.15, `${losses[0]}`);
});

/** Fewer and smaller steps on webgpu, which is a software adapter where the tests run. */
const learning = {
  cpu: { images: 512, batch: 32, steps: 64, rate: 2e-3, seed: 1, factor: 3 },
  wasm: { images: 512, batch: 32, steps: 64, rate: 2e-3, seed: 1, factor: 3 },
  webgpu: { images: 64, batch: 16, steps: 24, rate: 3e-3, seed: 1, factor: 3 },
};

for (const device of devices) {
  const { factor, ...settings } = learning[device.kind];
  test(`lenet learns ${settings.images} digits on ${device.kind}: the loss falls to a third`, async () => {
    const { losses } = await train(device, settings);
    const last = losses.slice(-5).reduce((sum, loss) => sum + loss, 0) / 5;
    assert.ok(last < losses[0] / factor, `from ${losses[0]} to ${last}`);
  });
}

test.after(closeDevices);
test.run();

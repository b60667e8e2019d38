// What a training begins with: data, settings and weights that fit each other, or the network that was there stays.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CpuDevice } from '../../../engine/devices/cpu/device.ts';
import { Network } from '../../../explorer/lab/network.ts';
import type { CourseEvent } from '../../../explorer/lab/train/events.ts';
import { Training } from '../../../explorer/lab/train/training.ts';
import { weightsOf } from '../../../pipeline/checkpoint/weights.ts';
import { rgbaFromBytes } from '../../../pipeline/data/prepareDataset.ts';
import { loadMnist } from '../../../pipeline/node/data/mnist.ts';
import { recipes } from '../../../pipeline/preprocess/recipe.ts';
import { resolveSettings } from '../../../pipeline/train/settings.ts';
import { refuses } from '../../support/images.ts';

const { test: digits } = loadMnist();
const model = {
  name: 'small',
  input: [1, 28, 28],
  layers: [
    { type: 'conv2d', outChannels: 2, kernelSize: 5, stride: 4 },
    { type: 'relu' },
    { type: 'flatten' },
    { type: 'linear', outFeatures: 'classes' },
  ],
};

class Bench {
  readonly device = new CpuDevice();
  network = new Network(
    {
      ...{ name: 'mine', model, classes: digits.classes, recipe: recipes.mnist, temperature: 2 },
      settings: resolveSettings({ seed: 9 }),
    },
    this.device,
  );
  readonly events: CourseEvent[] = [];
  readonly training = new Training(this, () => Promise.reject(new Error('nothing is read')));

  constructor() {
    this.training.listen((event) => void this.events.push(event));
    for (let i = 0; i < 12; i++) {
      const bytes = digits.images.slice(i * 784, (i + 1) * 784).map((byte) => 255 - byte);
      this.training.keep(rgbaFromBytes(bytes, 28), digits.labels[i] < 5 ? 'low' : 'high');
    }
  }

  seat(plan: Network['plan']): Network {
    this.network = new Network(plan, this.device);
    return this.network;
  }

  async replace(): Promise<void> {}

  surviving<T>(action: () => Promise<T>): Promise<T> {
    return action();
  }
}

const settings = { epochs: 20, batch: 4, lr: 0.01, validation: 0 };

test('own pictures train a network of their classes, beginning with the filters that were there', async () => {
  const bench = new Bench();
  const before = await weightsOf(bench.network.rig.model);
  await bench.training.begin({ data: 'own', settings, weights: 'kept' });
  const { plan, rig } = bench.network;
  assert.equal(plan.classes, ['high', 'low']);
  assert.is(plan.recipe, recipes.scan);
  const after = await weightsOf(rig.model);
  assert.equal(after.get('0.weight'), before.get('0.weight'));
  assert.equal(after.get('3.weight')!.shape, [2, 72]);
  await bench.training.play();
  const judged = await bench.training.judge('validation');
  assert.is(judged.images, 10);
  assert.ok(judged.accuracy > 0.8, `${judged.accuracy}`);
  assert.is(judged.mistakes.length, 10 - Math.round(10 * judged.accuracy));
  const { images, labels } = bench.training.show('test', [1, 0]);
  assert.is(images.length, 2 * 784);
  assert.is(labels.length, 2);
});

test('filters and gradients are looked at without a trace', async () => {
  const bench = new Bench();
  await bench.training.begin({ data: 'own', settings, weights: 'fresh' });
  await bench.training.step(3);
  const before = await weightsOf(bench.network.rig.model);
  const { filters, parameters } = await bench.training.insight();
  assert.equal(filters!.data, before.get('0.weight')!.data);
  assert.equal(
    parameters.map(({ name }) => name),
    ['0.weight', '0.bias', '3.weight', '3.bias'],
  );
  for (const { weights, gradients, name } of parameters) {
    const total = before.get(name)!.data.length;
    for (const { counts } of [weights, gradients!])
      assert.is(
        counts.reduce((a, b) => a + b),
        total,
      );
    assert.ok(gradients!.most > 0, name);
  }
  assert.equal(await weightsOf(bench.network.rig.model), before);
});

test('what cannot be leaves the network and its training as they are', async () => {
  const bench = new Bench();
  await bench.training.begin({ data: 'own', settings, weights: 'fresh' });
  await bench.training.step(2);
  const { network } = bench;
  const begin = (changed: object) =>
    bench.training.begin({ data: 'own', settings, weights: 'fresh', ...changed });
  await refuses(() => begin({ settings: { batch: 0 } }), 'invalid-setting', 'batch');
  await refuses(() => begin({ settings: { ...settings, drawn: 0.5 } }), 'invalid-setting', 'drawn');
  const wide = { ...model, input: [1, 32, 32] };
  await refuses(() => begin({ model: wide }), 'wrong-size', '32×32');
  const wrong = { ...model, layers: model.layers.slice(0, 2) };
  await refuses(() => begin({ model: wrong }), 'invalid-model', 'linear');
  assert.is(bench.network, network);
  await bench.training.step();
  const standing = bench.events.findLast((event) => event.kind === 'standing');
  assert.is(standing?.kind === 'standing' && standing.standing.step, 3);
});

test('before a training begins, and after its end, there is none', async () => {
  const bench = new Bench();
  assert.throws(() => bench.training.play(), /no training has begun/);
  await bench.training.begin({ data: 'own', settings, weights: 'fresh' });
  const played = bench.training.play();
  await bench.training.end();
  await played;
  assert.throws(() => bench.training.step(), /no training has begun/);
});

test.run();

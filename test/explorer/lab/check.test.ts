// The gradient of a weight is held to difference quotients, and the network that it is of stays as it is.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Device } from '../../../engine/index.ts';
import { Random } from '../../../engine/index.ts';
import { type Check, nudged, precise, type Weight } from '../../../explorer/lab/check.ts';
import { Network } from '../../../explorer/lab/network.ts';
import tiny from '../../../explorer/presets/models/tiny.json' with { type: 'json' };
import { weightsOf } from '../../../pipeline/checkpoint/weights.ts';
import type { ModelSpec } from '../../../pipeline/model/model.ts';
import { recipes } from '../../../pipeline/preprocess/recipe.ts';
import { resolveSettings } from '../../../pipeline/train/settings.ts';
import { closeDevices, devices } from '../../support/devices.ts';
import { refuses } from '../../support/images.ts';

const random = new Random(5);
const image = Float32Array.from({ length: 784 }, () => random.uniform(-1, 1));
const classes = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
const hs = Array.from({ length: 13 }, (_, i) => 10 ** (-1 - i / 2));

const networkOn = (device: Device, model: ModelSpec): Network =>
  new Network(
    {
      ...{ name: 'any', model, classes, recipe: recipes.mnist, temperature: 1 },
      settings: resolveSettings({ seed: 3 }),
    },
    device,
  );

const check = async (network: Network, device: Device, weight: Weight): Promise<Check> =>
  nudged(network.plan, await weightsOf(network.rig.model), device, image, 7, weight, hs);

/** The least error over h, as a share of the gradient. */
function least({ gradient, nudges }: Check): number {
  assert.ok(Math.abs(gradient) > 1e-4, `the gradient is ${gradient}, which shows nothing`);
  return Math.min(...nudges.map(({ quotient }) => Math.abs(quotient - gradient))) / Math.abs(gradient);
}

const nested: ModelSpec = {
  name: 'nested',
  input: [1, 28, 28],
  layers: [
    {
      type: 'residual',
      layers: [
        { type: 'conv2d', outChannels: 2, kernelSize: 3, padding: 'same' },
        { type: 'relu' },
        { type: 'conv2d', outChannels: 1, kernelSize: 3, padding: 'same' },
      ],
    },
    { type: 'flatten' },
    { type: 'linear', outFeatures: 'classes' },
  ],
};

const weights: readonly Weight[] = [
  { name: '0.weight', index: 7 },
  { name: '0.bias', index: 2 },
  { name: '3.weight', index: 411 },
  { name: '7.weight', index: 7 },
];

for (const device of devices) {
  test(`gradients agree with difference quotients on ${device.kind}, and the network stays as it is`, async () => {
    const network = networkOn(device, tiny as ModelSpec);
    const before = await network.checkpoint();
    for (const weight of weights) {
      const found = await check(network, device, weight);
      assert.is(found.floatType, 'float32');
      assert.equal(
        found.nudges.map(({ h }) => h),
        hs,
      );
      assert.ok(least(found) < 1e-3, `${weight.name}: ${least(found)}`);
      // Rounding: each loss is off by some 1e-7, which a quotient over so small an h makes large.
      const smallest = found.nudges.at(-1)!;
      assert.ok(Math.abs(smallest.quotient - found.gradient) > 100 * least(found) * Math.abs(found.gradient));
    }
    assert.equal(await network.checkpoint(), before);
    network.dispose();
  });
}

test('in float64 they agree to 1e-7, and a residual network, whose layers are nested, is checked likewise', async () => {
  const [device] = devices;
  const cases = [
    ...weights.map((weight) => [tiny as ModelSpec, weight] as const),
    [nested, { name: '0.layers.0.weight', index: 5 }] as const,
  ];
  for (const [model, weight] of cases) {
    const network = networkOn(device, model);
    const found = await check(network, precise(), weight);
    assert.is(found.floatType, 'float64');
    assert.ok(least(found) < 1e-7, `${weight.name}: ${least(found)}`);
    network.dispose();
  }
});

test('a weight that is not there is refused', async () => {
  const network = networkOn(devices[0], tiny as ModelSpec);
  await refuses(
    () => check(network, devices[0], { name: '1.weight', index: 0 }),
    'invalid-model',
    '1.weight',
  );
  await refuses(() => check(network, devices[0], { name: '0.weight', index: 100 }), 'invalid-model', '100');
  network.dispose();
});

test.after(closeDevices);
test.run();

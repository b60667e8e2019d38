// layers(x) + shortcut(x): by plain sums in float64, on every device, and as a step that is captured once.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { backward, grad } from '../../engine/autograd.ts';
import type { Device } from '../../engine/device.ts';
import { CpuDevice } from '../../engine/devices/cpu/device.ts';
import * as F from '../../engine/functional.ts';
import { noGrad } from '../../engine/graph.ts';
import * as nn from '../../engine/nn/index.ts';
import { AdamW } from '../../engine/optim/index.ts';
import { scope } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';
import { assertNear, randomValues } from '../support/compare.ts';
import { closeDevices, devices } from '../support/devices.ts';

const float64 = new CpuDevice({ floatType: 'float64' });

const conv = (context: nn.Context, outChannels: number, kernelSize: number) =>
  new nn.Conv2d(context, { inChannels: 2, outChannels, kernelSize, padding: 'same' });

/** Two convolutions with a relu between them, with or without a convolution beside them. */
function block(context: nn.Context, hasShortcut: boolean): nn.Residual {
  const layers = new nn.Sequential([conv(context, 2, 3), new nn.ReLU(), conv(context, 2, 3)]);
  return new nn.Residual(layers, hasShortcut ? new nn.Sequential([conv(context, 2, 1)]) : null);
}

const SHAPE = [2, 2, 4, 3];

for (const hasShortcut of [false, true]) {
  const what = hasShortcut ? 'with a shortcut' : 'without a shortcut';

  for (const device of [float64, ...devices]) {
    test(`${what} it is the sum of what its parts make on ${device.kind} (${device.floatType})`, async () => {
      const context = new nn.Context(device, 4);
      const layer = block(context, hasShortcut);
      const x = Tensor.from(device, randomValues(SHAPE, 1), SHAPE);
      const [sum, apart] = noGrad(() =>
        scope(() => {
          // One layer after the other: nothing is joined.
          const { layers } = layer.layers as nn.Sequential;
          const own = layers.reduce((value, { forward }, i) => forward.call(layers[i], value), x);
          return [layer.forward(x), F.add(own, layer.shortcut?.forward(x) ?? x)];
        }),
      );
      assertNear(await sum.read(), await apart.read(), device === float64 ? 1e-12 : 1e-5);
      for (const each of [layer, x, sum, apart, context]) each.dispose();
    });
  }

  test(`${what} its gradients are those of central differences in float64`, async () => {
    const context = new nn.Context(float64, 4);
    const layer = block(context, hasShortcut);
    const x = Tensor.from(float64, randomValues(SHAPE, 1), SHAPE).trained();
    const c = Tensor.from(float64, randomValues(SHAPE, 2), SHAPE);
    const value = () => noGrad(() => scope(() => F.sum(F.mul(layer.forward(x), c))));
    const inputs = [x, ...layer.parameters().values()];
    assert.is(inputs.length, hasShortcut ? 7 : 5);
    const found = scope(() => grad(F.sum(F.mul(layer.forward(x), c)), inputs));
    for (const [k, input] of inputs.entries()) {
      const values = Float64Array.from(await input.read());
      const expected = new Float64Array(values.length);
      for (const i of values.keys()) {
        const at = async (moved: number) => {
          input.write(values.map((value, j) => (j === i ? moved : value)));
          const y = value();
          const read = await y.item();
          y.dispose();
          return read;
        };
        expected[i] = ((await at(values[i] + 1e-6)) - (await at(values[i] - 1e-6))) / 2e-6;
      }
      input.write(values);
      assertNear(await found[k].read(), expected, 1e-6, `input ${k}`);
    }
    for (const each of [layer, x, c, context, ...found]) each.dispose();
  });
}

test('what is inside is named layers and shortcut, and is switched to evaluation with it', () => {
  const context = new nn.Context(float64, 1);
  const inner = new nn.BatchNorm2d(context, { features: 2 });
  const dropout = new nn.Dropout(context);
  const layer = new nn.Residual(
    new nn.Sequential([conv(context, 2, 3), new nn.Residual(new nn.Sequential([inner]))]),
    new nn.Sequential([dropout]),
  );
  assert.equal(
    [...layer.state().keys()],
    [
      'layers.0.weight',
      'layers.0.bias',
      ...['weight', 'bias', 'runningMean', 'runningVar'].map((name) => `layers.1.layers.0.${name}`),
    ],
  );
  layer.eval();
  assert.equal([inner.training, dropout.training], [false, false]);
  for (const each of [layer, context]) each.dispose();
});

/** A small network with a branch, its optimiser, and a step of training. */
function runOn(device: Device) {
  const context = new nn.Context(device, 7);
  const model = new nn.Sequential([
    block(context, false),
    new nn.BatchNorm2d(context, { features: 2 }),
    new nn.ReLU(),
    block(context, true),
    new nn.Flatten(),
    new nn.Linear(context, { inFeatures: 24, outFeatures: 3 }),
  ]);
  const optimizer = new AdamW(model.parameters().values(), { lr: 0.02 });
  const x = Tensor.from(device, randomValues([4, 2, 4, 3], 3), [4, 2, 4, 3]);
  const labels = Tensor.from(device, Int32Array.of(0, 1, 2, 1));
  const body = () => {
    const loss = F.crossEntropy(model.forward(x), labels);
    backward(loss);
    optimizer.apply();
    optimizer.zeroGrad();
    return [loss];
  };
  const state = () =>
    Promise.all([...model.state().values()].map(async (tensor) => [...(await tensor.read())]));
  const dispose = () => {
    for (const each of [optimizer, model, context, x, labels]) each.dispose();
  };
  return { body, optimizer, state, dispose };
}

for (const device of devices) {
  test(`captured, it does what it does eagerly to the bit, and allocates nothing on ${device.kind}`, async () => {
    const { live } = device.counters;
    const [captured, eager] = [runOn(device), runOn(device)];
    const step = await device.capture(captured.body);
    const once = async () => {
      captured.optimizer.advance();
      step.run();
      await device.finish();
    };
    // Eager steps find what they need in the pool after a few.
    for (let i = 0; i < 5; i++) await once();
    const before = { ...device.counters };
    for (let i = 0; i < 4; i++) await once();
    const after = device.counters;
    for (const what of ['live', 'liveBytes', 'allocations', 'bindGroups'] as const)
      assert.is(after[what], before[what], what);
    if (device.kind === 'webgpu') assert.is(after.submits, before.submits + 4);
    for (let i = 0; i < 9; i++) {
      eager.optimizer.advance();
      for (const loss of scope(eager.body)) loss.dispose();
    }
    assert.equal(await captured.state(), await eager.state());
    step.dispose();
    for (const run of [captured, eager]) run.dispose();
    assert.is(device.counters.live, live);
  });
}

test.after(closeDevices);
test.run();

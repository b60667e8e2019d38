// Training does not grow: after a few steps every step finds the memory it needs in the pool.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { backward } from '../../engine/autograd.ts';
import * as F from '../../engine/functional.ts';
import * as nn from '../../engine/nn/index.ts';
import { AdamW, clipGradNorm } from '../../engine/optim/index.ts';
import { scope } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';
import { randomValues } from '../support/compare.ts';
import { closeDevices, devices } from '../support/devices.ts';

const BATCH = 3;

for (const device of devices) {
  test(`50 training steps on ${device.kind} leave memory where step 5 left it`, async () => {
    const { live, liveBytes } = device.counters;
    const context = new nn.Context(device, 1);
    const model = new nn.Sequential([
      new nn.Conv2d(context, { inChannels: 1, outChannels: 2, kernelSize: 3, padding: 'same' }),
      new nn.BatchNorm2d(context, { features: 2 }),
      new nn.ReLU(),
      new nn.MaxPool2d({ kernelSize: 2 }),
      new nn.Flatten(),
      new nn.Dropout(context, 0.25),
      new nn.Linear(context, { inFeatures: 18, outFeatures: 4 }),
    ]);
    const optimizer = new AdamW(model.parameters().values(), { lr: 0.01 });

    const step = async (at: number) => {
      context.setStep(at);
      const [loss, norm] = scope(() => {
        const x = Tensor.from(device, randomValues([BATCH, 1, 6, 6], at), [BATCH, 1, 6, 6]);
        const labels = Tensor.from(device, Int32Array.of(0, 3, at % 4));
        const mean = F.crossEntropy(model.forward(x), labels);
        backward(mean);
        const before = clipGradNorm(model.parameters().values(), 0.5);
        optimizer.step();
        optimizer.zeroGrad();
        return [mean, before];
      });
      const values = [await loss.item(), await norm.item()];
      for (const tensor of [loss, norm]) tensor.dispose();
      assert.ok(values.every(Number.isFinite));
    };

    for (let at = 1; at <= 5; at++) await step(at);
    const settled = { ...device.counters };
    for (let at = 6; at <= 50; at++) await step(at);
    assert.is(device.counters.live, settled.live);
    assert.is(device.counters.liveBytes, settled.liveBytes);
    assert.is(device.counters.allocations, settled.allocations);

    optimizer.dispose();
    model.dispose();
    context.state.dispose();
    assert.is(device.counters.live, live);
    assert.is(device.counters.liveBytes, liveBytes);
  });
}

test.after(closeDevices);
test.run();

// Fresh weights: PyTorch's default, from the seed alone.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Module } from '../../engine/nn/index.ts';
import * as nn from '../../engine/nn/index.ts';
import { closeDevices, deviceOf, devices } from '../support/devices.ts';

const cpu = deviceOf('cpu');

const read = (module: Module) =>
  Promise.all([...module.parameters().values()].map(async (tensor) => [...(await tensor.read())]));

/** A model with several tensors of equal size, which must not come out equal. */
const model = (context: nn.Context) =>
  new nn.Sequential([
    new nn.Conv2d(context, { inChannels: 4, outChannels: 16, kernelSize: [3, 5], groups: 2 }),
    new nn.Linear(context, { inFeatures: 400, outFeatures: 300 }),
    new nn.Linear(context, { inFeatures: 400, outFeatures: 300 }),
  ]);

/** Inputs that one output sees: channels of a group times the kernel, or features. */
const fanIns = [2 * 15, 2 * 15, 400, 400, 400, 400];

test('weights and biases lie within 1/√fanIn and fill that range evenly', async () => {
  const parameters = await read(model(new nn.Context(cpu, 3)));
  parameters.forEach((values, i) => {
    const bound = 1 / Math.sqrt(fanIns[i]);
    assert.ok(
      values.every((value) => Math.abs(value) <= bound * (1 + 1e-6)),
      `parameter ${i} leaves ±${bound}`,
    );
    // Five standard deviations of the mean and of the mean square of n uniform numbers.
    const n = values.length;
    const mean = values.reduce((sum, value) => sum + value, 0) / n / bound;
    const square = values.reduce((sum, value) => sum + value * value, 0) / n / bound ** 2;
    assert.ok(Math.abs(mean) < 5 / Math.sqrt(3 * n), `parameter ${i}: mean ${mean} of its bound`);
    assert.ok(Math.abs(square - 1 / 3) < 5 * Math.sqrt(4 / 45 / n), `parameter ${i}: mean square ${square}`);
    if (n > 1000) assert.ok(Math.max(...values) > 0.98 * bound && Math.min(...values) < -0.98 * bound);
  });
});

test('the same seed gives the same weights, bit for bit, on every device', async () => {
  const all = await Promise.all([cpu, ...devices].map((device) => read(model(new nn.Context(device, 3)))));
  assert.equal(all[1], all[0]);
  assert.equal(all[2], all[0]);
});

test('another seed gives other weights, also one that differs in its high word alone', async () => {
  const [a, b, c] = await Promise.all(
    [3, 4, 3 + 2 ** 32].map((seed) => read(model(new nn.Context(cpu, seed)))),
  );
  a.forEach((values, i) => {
    assert.not.equal(b[i], values);
    assert.not.equal(c[i], values);
  });
});

test('layers of the same size get weights of their own', async () => {
  const [, , weight, bias, otherWeight, otherBias] = await read(model(new nn.Context(cpu, 3)));
  assert.not.equal(otherWeight, weight);
  assert.not.equal(otherBias, bias);
  assert.not.equal(weight.slice(0, 300), bias);
});

test('dispose of a context frees its random state', () => {
  const { live } = cpu.counters;
  const context = new nn.Context(cpu, 1);
  assert.is(cpu.counters.live, live + 1);
  assert.type((context as { dispose?: unknown }).dispose, 'function');
  (context as unknown as { dispose(): void }).dispose();
  assert.is(cpu.counters.live, live);
});

test.after(closeDevices);
test.run();

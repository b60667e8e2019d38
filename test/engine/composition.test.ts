// Generated from the op list: each fused op against what it says that it is composed of, on every device and sample:
// its outputs, and the gradients of all of its inputs.

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { grad } from '../../engine/autograd.ts';
import { isDifferentiable, tolerances } from '../../engine/check/gradcheck.ts';
import type { Values } from '../../engine/check/samples.ts';
import { onDevice, sampleValues, valuesOf } from '../../engine/check/samples.ts';
import type { Device } from '../../engine/device.ts';
import type { TypedArray } from '../../engine/dtype.ts';
import * as F from '../../engine/functional.ts';
import { apply, noGrad } from '../../engine/graph.ts';
import type { Op, Rule } from '../../engine/op.ts';
import { ops } from '../../engine/ops/index.ts';
import { Random } from '../../engine/random.ts';
import { scope } from '../../engine/scope.ts';
import type { Tensor } from '../../engine/tensor.ts';
import { assertNear } from '../support/compare.ts';
import { closeDevices, devices, reference } from '../support/devices.ts';

type Way = (inputs: Tensor[]) => Tensor[];

async function readAll(tensors: readonly Tensor[]): Promise<TypedArray[]> {
  const read = await Promise.all(tensors.map((tensor) => tensor.read()));
  for (const tensor of tensors) tensor.dispose();
  return read;
}

/** Outputs, and their shapes and types as text. */
async function outputsOf(device: Device, way: Way, values: readonly Values[]) {
  const outputs = noGrad(() => scope(() => way(values.map((value) => onDevice(device, value)))));
  const specs = outputs.map(({ shape, dtype }) => `${dtype} [${shape}]`);
  return { specs, data: await readAll(outputs) };
}

/** dL/d(input) for every float input, where L = Σ c·y of the first output with fixed random c. */
function gradientsOf(device: Device, way: Way, values: readonly Values[]): Promise<TypedArray[]> {
  const found = scope(() => {
    const inputs = values.map((value) => onDevice(device, value));
    const trained = inputs.filter(({ dtype }) => dtype !== 'int32').map((input) => input.trained());
    const [y] = way(inputs);
    const weights = onDevice(device, valuesOf(y.shape, new Random(99)));
    return grad(F.sum(F.mul(y, weights)), trained);
  });
  return readAll(found);
}

const everywhere = [
  { on: 'float64', device: reference as Device, forward: () => 1e-12, gradient: 1e-12 },
  ...devices.map((device) => ({ on: device.kind, device, ...tolerances })),
];

const fused = Object.values<Op | Rule>(ops).filter(
  (op): op is Op & Required<Pick<Op, 'composition'>> => 'composition' in op && op.composition !== undefined,
);

for (const op of fused) {
  op.samples.forEach((sample, i) => {
    const { attrs } = sample;
    const values = sampleValues(sample, 1000 + i);
    const whole: Way = (inputs) => apply(op, inputs, attrs);
    const composed: Way = (inputs) => op.composition({ F, inputs, attrs });

    for (const { on, device, forward, gradient } of everywhere) {
      const name = `${op.name} #${i} ${JSON.stringify(sample.inputs)} on ${on}`;

      test(`${name} gives what its composition gives`, async () => {
        const { live } = device.counters;
        const actual = await outputsOf(device, whole, values);
        const expected = await outputsOf(device, composed, values);
        assert.equal(actual.specs, expected.specs);
        for (const [k, data] of expected.data.entries()) {
          if (data instanceof Int32Array) assert.equal([...actual.data[k]], [...data], `output ${k}`);
          else assertNear(actual.data[k], data, forward(op), `output ${k}`);
        }
        assert.is(device.counters.live, live, 'nothing is left on the device');
      });

      if (!isDifferentiable(op, values)) continue;
      test(`${name} has the gradients of its composition`, async () => {
        const { live } = device.counters;
        const actual = await gradientsOf(device, whole, values);
        const expected = await gradientsOf(device, composed, values);
        for (const [k, data] of expected.entries()) assertNear(actual[k], data, gradient, `of input ${k}`);
        assert.is(device.counters.live, live, 'nothing is left on the device');
      });
    }
  });
}

test('the fused ops are known by name', () => {
  assert.equal(
    fused.map(({ name }) => name),
    ['linear', 'convRelu'],
  );
});

test.after(closeDevices);
test.run();

// Generated from the op list: each fused op against what it says that it is composed of, on every device and sample:
// its outputs, and the gradients of all of its inputs.

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isDifferentiable, tolerances } from '../../engine/check/gradcheck.ts';
import { sampleValues } from '../../engine/check/samples.ts';
import type { Device } from '../../engine/device.ts';
import * as F from '../../engine/functional.ts';
import { apply } from '../../engine/graph.ts';
import type { ListedOp } from '../../engine/op.ts';
import { ops } from '../../engine/ops/index.ts';
import { assertNear } from '../support/compare.ts';
import { closeDevices, devices, reference } from '../support/devices.ts';
import type { Way } from '../support/ways.ts';
import { gradientsOf, outputsOf } from '../support/ways.ts';

const everywhere = [
  { on: 'float64', device: reference as Device, forward: () => 1e-12, gradient: 1e-12 },
  ...devices.map((device) => ({ on: device.kind, device, ...tolerances })),
];

const fused = Object.values<ListedOp>(ops).filter(
  (op): op is ListedOp & Required<Pick<ListedOp, 'composition'>> => op.composition !== undefined,
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
        assert.equal(actual.shapes, expected.shapes);
        assert.equal(actual.types, expected.types);
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
    ['batchNorm', 'convRelu', 'linear', 'normalise'],
  );
});

test.after(closeDevices);
test.run();

// Generated from the functions that are made of ops: each on each device against its definition in plain loops, its
// gradient on each device, in float64 against central differences of the definition, and second derivatives there against
// those of the gradient.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isSmall, secondErrorsOf, tolerances, weightsFor } from '../../engine/check/gradcheck.ts';
import type { Values } from '../../engine/check/samples.ts';
import { sampleValues } from '../../engine/check/samples.ts';
import type { Device } from '../../engine/device.ts';
import * as F from '../../engine/functional.ts';
import { ops } from '../../engine/ops/index.ts';
import { assertNear } from '../support/compare.ts';
import { closeDevices, devices, reference } from '../support/devices.ts';
import type { Values as Naive } from '../support/naive.ts';
import type { Way } from '../support/ways.ts';
import { gradientsOf, outputsOf } from '../support/ways.ts';
import { functions } from './functions/index.ts';

/** Functions that look only at the device of their input, and those that are constant wherever they have a slope. */
const constant = [
  ...['full', 'zeros', 'ones', 'equal', 'notEqual'],
  ...['less', 'lessEqual', 'greater', 'greaterEqual'],
];

const everywhere = [
  { on: 'float64', device: reference as Device, forward: 1e-12, gradient: tolerances.differences },
  // Most have a sum among their ops.
  ...devices.map((device) => ({ on: device.kind, device, forward: 1e-4, gradient: tolerances.gradient })),
];

const isFloat = ({ data }: Values): boolean => !(data instanceof Int32Array);

/** dL/d(input) of every float input by central differences of fourth order, where L is a function of plain numbers. */
function differences(values: readonly Values[], loss: () => number): Float64Array[] {
  const h = 1e-5;
  return values.filter(isFloat).map(({ data }) =>
    Float64Array.from(data, (before, i) => {
      const moved = (steps: number) => {
        data[i] = before + steps * h;
        return loss();
      };
      const slope = (8 * (moved(1) - moved(-1)) - (moved(2) - moved(-2))) / (12 * h);
      data[i] = before;
      return slope;
    }),
  );
}

/** Σ c·y of the first output, with the weights c that gradients are taken with. */
function weightedSumOf(outputs: () => readonly Naive[]): () => number {
  const weights = weightsFor(outputs()[0].shape).data;
  return () => Array.from(outputs()[0].data).reduce((sum, value, i) => sum + value * weights[i], 0);
}

for (const [name, cases] of Object.entries(functions)) {
  for (const [i, { inputs, call, define }] of cases.entries()) {
    const what = `${name} #${i} ${JSON.stringify(inputs)}`;
    const values = sampleValues({ inputs, attrs: {} }, 1000 + i);
    const way: Way = (tensors) => [call(F, ...tensors)].flat();
    const outputs = () => [define(...values)].flat();

    for (const { on, device, forward } of everywhere) {
      test(`${what} on ${on} is what it is defined as`, async () => {
        const { live } = device.counters;
        const { shapes, data } = await outputsOf(device, way, values);
        const expected = outputs();
        assert.equal(
          shapes,
          expected.map(({ shape }) => shape),
        );
        for (const [k, output] of expected.entries())
          assertNear(data[k], output.data, forward, `output ${k}`);
        assert.is(device.counters.live, live, 'nothing is left on the device');
      });
    }

    if (!values.some(isFloat) || constant.includes(name)) continue;
    const slopes = differences(values, weightedSumOf(outputs));

    for (const { on, device, gradient } of everywhere) {
      test(`${what} on ${on} has the slopes of its definition`, async () => {
        const actual = await gradientsOf(device, way, values);
        for (const [k, slope] of slopes.entries()) assertNear(actual[k], slope, gradient, `of input ${k}`);
      });
    }

    if (!isSmall(values)) continue;
    test(`${what}: second derivatives equal central differences`, async () => {
      const errors = await secondErrorsOf(reference, (_device, tensors) => way([...tensors]), values);
      for (const [k, error] of errors.entries())
        assert.ok(error <= tolerances.differences, `of input ${k}: relative error ${error}`);
    });
  }
}

test('every function is an op, or is defined here', () => {
  const missing = Object.keys(F).filter((name) => !(name in ops) && !(name in functions));
  assert.equal(missing, []);
});

test.after(closeDevices);
test.run();

// Generated from the op list: each op on each device against its definition in float64, its gradient against
// central differences in float64, and second derivatives likewise.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  differenceErrors,
  forwardErrors,
  gradientErrors,
  isDifferentiable,
  isSmall,
  secondErrors,
  tolerances,
} from '../../engine/check/gradcheck.ts';
import { sampleValues } from '../../engine/check/samples.ts';
import type { ListedOp } from '../../engine/op.ts';
import { ops } from '../../engine/ops/index.ts';
import { closeDevices, devices, reference } from '../support/devices.ts';

function assertBelow(errors: readonly number[], tolerance: number): void {
  errors.forEach((error, i) => {
    assert.ok(error <= tolerance, `tensor ${i}: relative error ${error}`);
  });
}

for (const op of Object.values<ListedOp>(ops)) {
  op.samples.forEach((sample, i) => {
    const { attrs } = sample;
    const name = `${op.name} #${i} ${JSON.stringify(sample.inputs)}`;
    const values = sampleValues(sample, 1000 + i);
    const differentiable = isDifferentiable(op, values);

    for (const device of devices) {
      test(`${name}: ${device.kind} equals float64`, async () => {
        assertBelow(await forwardErrors(device, reference, op, values, attrs), tolerances.forward(op));
      });

      if (differentiable) {
        test(`${name}: gradient on ${device.kind} equals float64`, async () => {
          assertBelow(await gradientErrors(device, reference, op, values, attrs), tolerances.gradient);
        });
      }
    }

    if (differentiable && isSmall(values)) {
      test(`${name}: gradient equals central differences`, async () => {
        assertBelow(await differenceErrors(reference, op, values, attrs), tolerances.differences);
      });

      test(`${name}: second derivative equals central differences`, async () => {
        assertBelow(await secondErrors(reference, op, values, attrs), tolerances.differences);
      });
    }
  });
}

test.after(closeDevices);
test.run();

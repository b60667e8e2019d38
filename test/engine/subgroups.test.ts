// Every path with subgroups has one without beside it, and both agree. The products' are held to float64 in
// tilings.test.ts; these are the sums, which adapters with subgroups would never make by the tree.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { forward } from '../../engine/check/gradcheck.ts';
import { onDevice, relativeError, sampleValues } from '../../engine/check/samples.ts';
import type { Device } from '../../engine/device.ts';
import type { WebGpuDevice } from '../../engine/devices/webgpu/device.ts';
import { noGrad } from '../../engine/graph.ts';
import { ops } from '../../engine/ops/index.ts';
import { scope } from '../../engine/scope.ts';
import { closeDevices, devices, reference } from '../support/devices.ts';

const gpu = devices.find(({ kind }) => kind === 'webgpu') as WebGpuDevice;

for (const lanes of new Set([0, gpu.traits.lanes])) {
  for (const [i, sample] of ops.sum.samples.entries()) {
    test(`sum ${JSON.stringify(sample)} with subgroups of ${lanes}`, async () => {
      const values = sampleValues(sample, i + 1);
      const sumOn = (device: Device) =>
        noGrad(() =>
          scope(() =>
            forward(
              device,
              ops.sum,
              values.map((value) => onDevice(device, value)),
              sample.attrs,
            ),
          ),
        )[0].read();
      const expected = await sumOn(reference);
      const traits = gpu.traits;
      gpu.traits = { ...traits, lanes };
      try {
        assert.ok(relativeError(await sumOn(gpu), expected) <= 1e-4);
      } finally {
        gpu.traits = traits;
      }
    });
  }
}

test.after(closeDevices);
test.run();

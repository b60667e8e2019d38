// What `--device-profile fast` leaves out guards against wrong programs only: the numbers are the same to the bit.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { WebGpuDevice } from '../../../../engine/devices/webgpu/device.ts';
import * as F from '../../../../engine/functional.ts';
import { Tensor } from '../../../../engine/tensor.ts';
import type { DeviceProfile } from '../../../../pipeline/node/devices/deviceNames.ts';
import { profileNames } from '../../../../pipeline/node/devices/deviceNames.ts';
import { openDevice } from '../../../../pipeline/node/devices/devices.ts';
import { bitsOfSnapshot, rigOn, stripes, trained } from '../../../support/tinyRuns.ts';

const open = async (profile: DeviceProfile) => (await openDevice('webgpu', { profile })) as WebGpuDevice;

const devices = { checked: await open('checked'), fast: await open('fast') };

test.after(() => {
  for (const device of Object.values(devices)) device.close();
});

test('the profiles are checked and fast, and both open the same adapter', () => {
  assert.equal(profileNames, ['checked', 'fast']);
  const { checked, fast } = devices;
  assert.is(fast.adapter, checked.adapter);
  assert.equal(fast.traits, checked.traits);
  assert.equal([...fast.gpu.features].sort(), [...checked.gpu.features].sort());
});

for (const size of [5, 8]) {
  test(`ten steps on ${size}×${size} images: the same losses and weights on checked and fast`, async () => {
    // Nine whole batches and one of 3: no workgroup is full.
    const data = stripes(75, size, 4);
    const results = await Promise.all(
      profileNames.map(async (profile) => {
        const device = devices[profile];
        const rig = rigOn(device, data, { clip: 0.5 });
        const before = bitsOfSnapshot(await rig.snapshot());
        const records = await trained(rig);
        const after = bitsOfSnapshot(await rig.snapshot());
        rig.dispose();
        await device.finish();
        assert.is(records.length, 10);
        assert.not.equal(after, before, 'it trains');
        return { losses: records.map(({ loss, correct }) => [loss, correct]), before, after };
      }),
    );
    assert.ok(results[0].losses.flat().every(Number.isFinite));
    assert.equal(results[1], results[0]);
  });
}

test('launch by launch, without a captured step, the profiles agree as well', async () => {
  const values = Float32Array.from({ length: 3 * 7 * 5 }, (_, i) => Math.sin(i));
  const results = await Promise.all(
    profileNames.map(async (profile) => {
      const device = devices[profile];
      const x = Tensor.from(device, values, [3, 7, 5]);
      const y = Tensor.from(device, values, [3, 5, 7]);
      return [...(await F.softmax(F.matmul(x, y)).read())];
    }),
  );
  assert.equal(results[1], results[0]);
});

test.run();

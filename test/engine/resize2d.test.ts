// Which pixel is the nearest is counted in whole numbers: on every device the same, also where products of two lengths pass
// 2³², floats can no longer tell neighbours apart, or all places are ties.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as F from '../../engine/functional.ts';
import { noGrad } from '../../engine/graph.ts';
import { scope } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';
import { closeDevices, devices } from '../support/devices.ts';

const lengths: readonly (readonly [from: number, to: number])[] = [
  [70_001, 99_991],
  [99_991, 70_001],
  [200_002, 100_001],
  [1_000_000, 300_000],
  [3, 100_000],
];

for (const device of devices) {
  for (const [from, to] of lengths) {
    test(`the nearest of ${from} pixels to each of ${to} on ${device.kind}`, async () => {
      const [there, back] = noGrad(() =>
        scope(() => {
          const places = Float32Array.from({ length: from }, (_, i) => i);
          const x = Tensor.from(device, places, [1, 1, 1, from]);
          const y = F.resize2d(x, [1, to], { mode: 'nearest' });
          const ones = F.ones(device, [1, 1, 1, to]);
          return [y, F.resize2dGrad(ones, { mode: 'nearest', alignCorners: false, size: [1, from] })];
        }),
      );
      // (i + ½)·from/to, whose numerator doubles hold.
      const nearest = Float32Array.from({ length: to }, (_, i) =>
        Math.floor(((2 * i + 1) * from) / (2 * to)),
      );
      const times = new Float32Array(from);
      for (const place of nearest) times[place]++;
      for (const [tensor, expected] of [
        [there, nearest],
        [back, times],
      ] as const) {
        const found = await tensor.read();
        assert.is(
          expected.findIndex((value, i) => value !== found[i]),
          -1,
          'the first that differs',
        );
        tensor.dispose();
      }
    });
  }
}

test.after(closeDevices);
test.run();

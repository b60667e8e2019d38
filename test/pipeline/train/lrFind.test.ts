// A learning rate is proposed from a short training whose rate grows: below where the loss rises, above where it hardly falls.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findRates, proposedRate, usualRange } from '../../../pipeline/train/lrFind.ts';
import { closeDevices, deviceOf } from '../../support/devices.ts';
import { refuses } from '../../support/images.ts';
import { rigOn, settings, stripes } from '../../support/tinyRuns.ts';

test.after(closeDevices);

const SIZE = 8;
const data = stripes(200, SIZE, 3);

for (const optimizer of ['adam', 'sgd'] as const) {
  test(`${optimizer}: rates grow by equal factors until the loss is past all sense, and one is proposed between`, async () => {
    const rig = rigOn(deviceOf('wasm'), data, { optimizer });
    const range = { from: 1e-5, to: 100, steps: 120 };
    const points = await findRates(rig, data, { ...settings, optimizer }, range);
    rig.dispose();
    assert.ok(points.length >= 40 && points.length <= 120, `${points.length} points`);
    points.slice(1).forEach(({ rate }, i) => {
      assert.ok(Math.abs(rate / points[i].rate - 10 ** (7 / 119)) < 1e-6);
    });
    const proposed = proposedRate(points);
    const { rate: worst } = points.reduce((a, b) => (b.loss > a.loss ? b : a));
    assert.ok(proposed > 1e-4 && proposed < worst, `${proposed} of ${worst}`);
  });
}

test('the rate of the lowest loss, without the nineteen steps by which its smoothing lags', () => {
  const points = Array.from({ length: 60 }, (_, i) => ({ rate: 2 ** i, loss: 3 + (i - 40) ** 2 / 100 }));
  assert.is(proposedRate(points), 2 ** 21);
  assert.is(proposedRate(points.slice(25)), 2 ** 25);
});

test('a loss that never falls proposes nothing', async () => {
  const points = [1, 2, 3].map((loss, i) => ({ rate: 10 ** i, loss }));
  await refuses(() => proposedRate(points), 'diverged', '3 steps');
  assert.ok(usualRange.from < usualRange.to);
});

test.run();

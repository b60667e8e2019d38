// A part of a data set is the same whether it is read where it lies or as a set of its own.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Random } from '../../../engine/random.ts';
import { scope } from '../../../engine/scope.ts';
import { augmentations } from '../../../pipeline/data/augment.ts';
import { openBatchSource } from '../../../pipeline/data/batchSource.ts';
import { turned } from '../../../pipeline/data/brightInk.ts';
import type { Dataset } from '../../../pipeline/data/dataset.ts';
import { subset } from '../../../pipeline/data/dataset.ts';
import { partOf, whereItLies } from '../../../pipeline/data/part.ts';
import { hashDataset } from '../../../pipeline/node/data/hashDataset.ts';
import { closeDevices, devices } from '../../support/devices.ts';
import { bitsOf, recipeFor } from '../../support/tinyRuns.ts';

const COUNT = 40;
const random = new Random(3, 1);
const whole: Dataset = {
  ...{ name: 'noise', classes: ['a', 'b', 'c'], size: 7 },
  images: Uint8Array.from({ length: COUNT * 49 }, () => random.integer(256)),
  labels: Int32Array.from({ length: COUNT }, () => random.integer(3)),
  paths: Array.from({ length: COUNT }, (_, i) => `${i}.png`),
};
const rows = new Random(4, 1).permutation(COUNT).subarray(0, 33);

test.after(closeDevices);

test('a part has the images, labels and paths of a subset', () => {
  for (const some of [
    rows,
    rows.subarray(0, 30),
    rows.subarray(0, 29),
    rows.subarray(0, 1),
    rows.subarray(0, 0),
  ]) {
    const [part, own] = [partOf(whole, some), subset(whole, some)];
    assert.equal({ ...part }, own);
    assert.is(hashDataset(part), hashDataset(own));
    assert.is(part.images, part.images);
    const inside = Int32Array.from(some.keys()).reverse();
    assert.equal(subset(part, inside), subset(own, inside));
    assert.equal({ ...partOf(part, inside) }, subset(own, inside));
  }
});

test('most of a set lies in it, less is a set of its own, and so is what is made of either', () => {
  assert.is(whereItLies(partOf(whole, rows)).whole, whole);
  assert.equal(whereItLies(partOf(whole, rows)).rows, rows);
  for (const own of [whole, partOf(whole, rows.subarray(0, 29)), turned(partOf(whole, rows))]) {
    assert.equal(whereItLies(own), { whole: own });
  }
});

for (const device of devices) {
  const on = `(${device.kind})`;
  test(`batches of a part are those of the same images by themselves ${on}`, async () => {
    const recipe = recipeFor(whole.size);
    const strong = { augmentation: augmentations.strong, seed: 11 };
    for (const augmented of [null, strong]) {
      const batches = [partOf(whole, rows), subset(whole, rows)].map(async (data) => {
        const source = openBatchSource(device, data, recipe, augmented);
        const read: string[] = [];
        for (const epoch of [0, 1, 2]) {
          // Before any epoch has started there is an order too.
          const order = new Random(epoch, 1).permutation(rows.length);
          if (epoch > 0) source.start(order, epoch);
          source.seek(4, 16, 0);
          source.prepare(16);
          const batch = scope(() => source.batch(16));
          for (const tensor of batch) {
            read.push(bitsOf(await tensor.read()));
            tensor.dispose();
          }
        }
        source.dispose();
        return read;
      });
      const [part, own] = await Promise.all(batches);
      assert.equal(part, own);
      assert.is(new Set(own).size, own.length);
    }
  });
}

test.run();

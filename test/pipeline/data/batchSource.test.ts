// Batches come from bytes that lie on the device, or from the host where no buffer holds the data set: the same numbers,
// and the same training.

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Device } from '../../../engine/device.ts';
import type { WebGpuDevice } from '../../../engine/devices/webgpu/device.ts';
import type { TypedArray } from '../../../engine/dtype.ts';
import { Random } from '../../../engine/random.ts';
import { scope } from '../../../engine/scope.ts';
import { Tensor } from '../../../engine/tensor.ts';
import { augmentations } from '../../../pipeline/data/augment.ts';
import { epochOrder, gatherImages, gatherLabels } from '../../../pipeline/data/batches.ts';
import { openBatchSource } from '../../../pipeline/data/batchSource.ts';
import type { Dataset } from '../../../pipeline/data/dataset.ts';
import { subset } from '../../../pipeline/data/dataset.ts';
import { partOf } from '../../../pipeline/data/part.ts';
import { evaluate } from '../../../pipeline/evaluate/evaluate.ts';
import { openDevice } from '../../../pipeline/node/devices/devices.ts';
import { closeDevices, devices } from '../../support/devices.ts';
import { refusesSaying } from '../../support/images.ts';
import { bitsOf, recipeFor, rigOn, stripes, trained } from '../../support/tinyRuns.ts';

/** Bytes of every value, in images that need not begin at a word. */
function noise(count: number, size: number, classes = 10): Dataset {
  const random = new Random(count, size);
  return {
    name: 'noise',
    classes: Array.from({ length: classes }, (_, i) => `${i}`),
    size,
    images: Uint8Array.from({ length: count * size * size }, () => random.integer(256)),
    labels: Int32Array.from({ length: count }, () => random.integer(classes)),
  };
}

/** A device that binds no more than so many bytes, as far as the engine can see. */
function narrow(device: WebGpuDevice, bytes: number): WebGpuDevice {
  const limits = new Proxy(device.gpu.limits, {
    get: (all, name) =>
      name === 'maxStorageBufferBindingSize' ? bytes : all[name as keyof GPUSupportedLimits],
  });
  Object.defineProperty(device.gpu, 'limits', { value: limits, configurable: true });
  return device;
}

const wide = devices.find(({ kind }) => kind === 'webgpu') as WebGpuDevice;
/** Another one of the same adapter, whose limit is set by each test. */
const other = (await openDevice('webgpu')) as WebGpuDevice;

test.after(() => {
  closeDevices();
  other.close();
});

/** A batch from place `from` of an order, by a source on the device and by the functions for the host. */
async function assertBatch(device: Device, data: Dataset, order: Int32Array, from: number, size: number) {
  const recipe = recipeFor(data.size);
  const source = openBatchSource(device, data, recipe);
  source.start(order);
  source.seek(from, size, 0);
  source.prepare(size);
  const batch = scope(() => source.batch(size));
  const [images, labels] = await Promise.all(batch.map((tensor) => tensor.read()));
  assert.equal(batch[0].shape, [size, 1, data.size, data.size]);
  assert.equal(batch[1].shape, [size]);
  const indices = order.subarray(from, from + size);
  assert.is(bitsOf(images), bitsOf(gatherImages(data, indices, recipe)), `images at ${from}`);
  assert.equal([...labels], [...gatherLabels(data, indices)], `labels at ${from}`);
  for (const tensor of batch) tensor.dispose();
  source.dispose();
}

for (const device of devices) {
  const on = `on ${device.kind}`;

  for (const size of [1, 2, 3, 5, 7, 8, 28]) {
    test(`batches of ${size}×${size} images are those of the host to the bit ${on}`, async () => {
      const { live } = device.counters;
      const data = noise(37, size);
      const orders = [
        Int32Array.from(data.labels.keys()),
        Int32Array.from(data.labels.keys()).reverse(),
        epochOrder(37, 9, 2),
      ];
      for (const order of orders) {
        // Whole batches, and the last one of an epoch.
        for (const [from, count] of [
          [0, 8],
          [13, 8],
          [29, 8],
          [32, 5],
          [36, 1],
        ]) {
          await assertBatch(device, data, order, from, count);
        }
      }
      await assertBatch(device, data, orders[2], 0, 37);
      assert.is(device.counters.live, live, 'all memory is given back');
    });
  }

  test(`images whose bytes begin anywhere in memory, and a single one ${on}`, async () => {
    for (const size of [5, 28]) {
      const whole = noise(9, size);
      for (const skip of [0, 1, 2, 3]) {
        const memory = new Uint8Array(whole.images.length + skip);
        memory.set(whole.images, skip);
        await assertBatch(device, { ...whole, images: memory.subarray(skip) }, epochOrder(9, 1, 1), 2, 5);
      }
      await assertBatch(device, subset(whole, Int32Array.of(4)), Int32Array.of(0), 0, 1);
    }
  });

  test(`an order is taken as it is when the epoch starts, and replaced by the next ${on}`, async () => {
    const data = noise(12, 5);
    const source = openBatchSource(device, data, recipeFor(5));
    for (const order of [epochOrder(12, 1, 1), epochOrder(12, 1, 2)]) {
      const given = order.slice();
      source.start(given);
      for (const from of [0, 5, 10]) {
        const size = Math.min(5, 12 - from);
        source.seek(from, size, from);
        source.prepare(size);
        const batch = scope(() => source.batch(size));
        const labels = await batch[1].read();
        assert.equal([...labels], [...gatherLabels(data, order.subarray(from, from + size))]);
        assert.equal([...(await source.cursor.read())], [from, from]);
        for (const tensor of batch) tensor.dispose();
      }
    }
    source.dispose();
  });
}

// ---- the host's way --------------------------------------------------------------------------------------

const SIZE = 7;
/** Bytes of an image as words of 32 bits. */
const IMAGE = 52;
/** What the model needs at once is less than this, and the data set is more. */
const LIMIT = 120_000;
const many = stripes(2600, SIZE, 6);
const recipe = recipeFor(SIZE);

test('a data set that fits no binding is brought batch by batch, with the same numbers', async () => {
  const device = narrow(other, LIMIT);
  const { live } = device.counters;
  const source = openBatchSource(device, many, recipe);
  assert.is(device.counters.live, live + 1, 'only the cursor lies on the device');
  const order = epochOrder(2600, 2, 1);
  source.start(order);
  for (const size of [8, 7]) source.prepare(size);
  for (const [from, size] of [
    [0, 8],
    [1600, 8],
    [2593, 7],
    [8, 8],
  ]) {
    source.seek(from, size, 3);
    const [images, labels] = await Promise.all(source.batch(size).map((tensor) => tensor.read()));
    const indices = order.subarray(from, from + size);
    assert.is(bitsOf(images), bitsOf(gatherImages(many, indices, recipe)), `images at ${from}`);
    assert.equal([...labels], [...gatherLabels(many, indices)], `labels at ${from}`);
    assert.equal([...(await source.cursor.read())], [from, 3]);
  }
  source.dispose();
  assert.is(device.counters.live, live, 'all memory is given back');
});

test('in colour the host and every device make the same batches, as they are and augmented', async () => {
  const plain = noise(400, 5);
  // Three channels of noise are as many grey images of it.
  const data: Dataset = { ...plain, channels: 3, images: noise(1200, 5).images };
  const colour = { ...recipeFor(5), channels: 3, mean: [0.1, 0.5, 0.6], std: [0.3, 0.2, 0.4] } as const;
  const order = epochOrder(400, 2, 1);
  for (const augmented of [null, { augmentation: augmentations.strong, seed: 11 }]) {
    const seen = new Set<string>();
    for (const [limit, device] of [...devices.map((each) => [0, each] as const), [10_000, other] as const]) {
      const source = openBatchSource(
        limit > 0 ? narrow(device as WebGpuDevice, limit) : device,
        data,
        colour,
        augmented,
      );
      source.prepare(8);
      source.start(order, 3);
      source.seek(16, 8, 0);
      const batch = scope(() => source.batch(8));
      assert.equal(batch[0].shape, [8, 3, 5, 5]);
      const images = await batch[0].read();
      seen.add(bitsOf(images));
      if (augmented === null)
        assert.is(bitsOf(images), bitsOf(gatherImages(data, order.subarray(16, 24), colour)));
      source.dispose();
    }
    assert.is(seen.size, 1);
  }
});

test('augmented batches are the same from the host and on every device, and by the epoch', async () => {
  const augmented = { augmentation: augmentations.strong, seed: 11 };
  const order = epochOrder(2600, 2, 1);
  const seen: string[] = [];
  for (const device of [...devices, narrow(other, LIMIT)]) {
    const { live } = device.counters;
    const source = openBatchSource(device, many, recipe, augmented);
    source.prepare(8);
    const found: string[] = [];
    for (const [epoch, from] of [
      [1, 0],
      [1, 1600],
      [2, 0],
    ]) {
      source.start(order, epoch);
      source.seek(from, 8, 0);
      const batch = scope(() => source.batch(8));
      const [images, labels] = await Promise.all(batch.map((tensor) => tensor.read()));
      assert.equal([...labels], [...gatherLabels(many, order.subarray(from, from + 8))]);
      found.push(bitsOf(images));
      if (device !== other) for (const tensor of batch) tensor.dispose();
    }
    assert.is(new Set(found).size, 3, 'each epoch and place is another');
    seen.push(found.join());
    source.dispose();
    assert.is(device.counters.live, live, 'all memory is given back');
  }
  assert.is(new Set(seen).size, 1);
});

test('a limit that the data set just fits keeps it on the device', async () => {
  const few = subset(
    many,
    Int32Array.from({ length: 75 }, (_, i) => i),
  );
  const bytes = 75 * IMAGE;
  const { live } = other.counters;
  const held = (limit: number) => {
    const source = openBatchSource(narrow(other, limit), few, recipe);
    const storages = other.counters.live - live;
    source.dispose();
    return storages;
  };
  assert.is(held(bytes), 5, 'cursor, images, labels, levels and order');
  assert.is(held(bytes - 1), 1, 'the cursor');
  await refusesSaying(
    () => Tensor.from(narrow(other, bytes), new Float32Array(bytes / 4 + 64)),
    /this adapter binds at most 3900/,
  );
});

test('a part that fits is kept on the device where the set that it is read from does not', async () => {
  const few = subset(
    many,
    Int32Array.from({ length: 80 }, (_, i) => i),
  );
  const part = partOf(
    few,
    Int32Array.from({ length: 75 }, (_, i) => 79 - i),
  );
  const { live } = other.counters;
  for (const [limit, storages] of [
    [80 * IMAGE, 5],
    [80 * IMAGE - 1, 5],
    [75 * IMAGE, 5],
    [75 * IMAGE - 1, 1],
  ]) {
    const source = openBatchSource(narrow(other, limit), part, recipe);
    assert.is(other.counters.live - live, storages, `${limit} bytes`);
    source.dispose();
    await assertBatch(other, part, epochOrder(75, 2, 1), 60, 8);
  }
});

type Prepare = (rig: ReturnType<typeof rigOn>) => Promise<void>;

/** Two epochs, each with a smaller last batch, and an evaluation after them. */
async function session(device: Device, prepare?: Prepare) {
  const rig = rigOn(device, many, { batch: 80 });
  await prepare?.(rig);
  const records = await trained(rig, 2);
  assert.is(records.length, 66);
  assert.is(records[65].samples, 40);
  const { weights } = await rig.snapshot();
  const { loss, accuracy } = await evaluate(rig.model, device, many, recipe);
  rig.dispose();
  return {
    records,
    weights: [...weights].map(([name, { data }]) => `${name} ${bitsOf(data as TypedArray)}`),
    scores: { loss, accuracy },
  };
}

/** With the data set on the device: what the others are held to. */
const resident = await session(wide);

test('batches from the host train and evaluate to the same bits as those on the device', async () => {
  assert.ok(2600 * IMAGE > LIMIT);
  assert.ok(resident.scores.accuracy > 0.5, 'it learns');
  const hosted = await session(narrow(other, LIMIT));
  assert.equal(hosted, resident);
});

test('the same when steps were captured and given up before: batches outlive them', async () => {
  const captureTwice: Prepare = async (rig) => {
    for (let i = 0; i < 2; i++) (await rig.trainer.capture()).dispose();
  };
  assert.equal(await session(narrow(other, LIMIT), captureTwice), resident);
});

test('ten steps on cpu and wasm, where every data set fits, have the losses of webgpu', async () => {
  const few = subset(
    many,
    Int32Array.from({ length: 75 }, (_, i) => i),
  );
  const losses = await Promise.all(
    devices.map(async (device) => {
      const rig = rigOn(device, few);
      const records = await trained(rig);
      rig.dispose();
      return records.map(({ loss }) => loss);
    }),
  );
  assert.is(losses[0].length, 10);
  for (const others of losses.slice(1)) {
    losses[0].slice(0, 3).forEach((loss, i) => {
      assert.ok(Math.abs(loss - others[i]) < 1e-3 * loss, `step ${i + 1}: ${loss} and ${others[i]}`);
    });
  }
});

test.run();

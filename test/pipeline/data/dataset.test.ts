import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { epochOrder, gatherImages, gatherLabels } from '../../../pipeline/data/batches.ts';
import { checkLabels, count, type Dataset, subset } from '../../../pipeline/data/dataset.ts';
import { hashDataset } from '../../../pipeline/node/data/hashDataset.ts';
import { refuses } from '../../support/images.ts';

const three: Dataset = {
  name: 'three',
  classes: ['a', 'b'],
  size: 2,
  images: Uint8Array.of(0, 1, 2, 3, 10, 11, 12, 13, 255, 254, 253, 252),
  labels: Int32Array.of(0, 1, 1),
  paths: ['p', 'q', 'r'],
};

test('subset takes images, labels and paths in the order asked for', () => {
  const part = subset(three, Int32Array.of(2, 0));
  assert.is(count(part), 2);
  assert.equal([...part.images], [255, 254, 253, 252, 0, 1, 2, 3]);
  assert.equal([...part.labels], [1, 0]);
  assert.equal(part.paths, ['r', 'p']);
  assert.is(subset({ ...three, paths: undefined }, Int32Array.of(0)).paths, undefined);
});

test('the hash follows images, labels, classes and size, not names and paths', () => {
  const hash = hashDataset(three);
  assert.match(hash, /^[0-9a-f]{64}$/);
  assert.is(hashDataset({ ...three, name: 'other', paths: undefined }), hash);
  const changed: Dataset[] = [
    { ...three, images: three.images.with(5, 0) },
    { ...three, labels: three.labels.with(0, 1) },
    { ...three, classes: ['a', 'c'] },
    { ...three, classes: ['ab', ''] },
    { ...three, size: 1 },
  ];
  for (const each of changed) assert.is.not(hashDataset(each), hash);
});

test('checkLabels names the row', async () => {
  checkLabels(three);
  const high = { ...three, labels: Int32Array.of(0, 1, 2) };
  await refuses(() => checkLabels(high), 'unknown-class', 'three row 3', 'label 2', '0 to 1');
  await refuses(
    () => checkLabels({ ...three, labels: Int32Array.of(-1) }),
    'unknown-class',
    'three row 1',
    'label -1',
  );
});

test('each epoch has an order of its own that seed and epoch fix', () => {
  const order = epochOrder(100, 3, 5);
  assert.equal(
    [...order].sort((a, b) => a - b),
    [...order.keys()],
  );
  assert.equal(epochOrder(100, 3, 5), order);
  assert.not.equal(epochOrder(100, 3, 6), order);
  assert.not.equal(epochOrder(100, 4, 5), order);
});

test('a batch is (x/255 − mean) / std', () => {
  const indices = Int32Array.of(2, 1);
  assert.equal([...gatherLabels(three, indices)], [1, 1]);
  const batch = gatherImages(three, indices, { mean: 0.5, std: 0.25 });
  const expected = [255, 254, 253, 252, 10, 11, 12, 13].map((x) => Math.fround((x / 255 - 0.5) / 0.25));
  assert.equal([...batch], expected);
  const out = new Float32Array(9).fill(7);
  assert.is(gatherImages(three, indices, { mean: 0.5, std: 0.25 }, out), out);
  assert.equal([...out], [...expected, 7]);
});

test.run();

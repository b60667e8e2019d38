// IDX files under the names and in the folders that archives leave them in.
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadData } from '../../../../pipeline/node/data/load.ts';
import { identifySource } from '../../../../pipeline/node/data/source.ts';
import { idx } from '../../../support/cli.ts';
import { refuses, tempFolder } from '../../../support/images.ts';

const LFS = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 47040016\n';

const images = (count: number) =>
  idx(
    [count, 8, 8],
    Uint8Array.from({ length: 64 * count }, (_, i) => i % 251),
  );
const labels = (count: number) =>
  idx(
    [count],
    Uint8Array.from({ length: count }, (_, i) => i % 3),
  );

/** How many images each part has of a data set in these files. */
async function countsOf(files: Record<string, Uint8Array>, inside = '') {
  const folder = tempFolder(files);
  try {
    assert.is(identifySource(join(folder.path, inside)).kind, 'idx');
    const { train, test: held } = await loadData(join(folder.path, inside), { seed: 1 });
    return [train.labels.length, held.labels.length];
  } finally {
    folder.remove();
  }
}

test('files by their endings', async () => {
  for (const [train, trainLabels, held, heldLabels] of [
    ['train-images.idx', 'train-labels.idx', 't10k-images.idx', 't10k-labels.idx'],
    ['train-images.idx3', 'train-labels.idx1', 'test-images.idx3', 'test-labels.idx1'],
    [
      'train_images.idx3-ubyte',
      'train_labels.idx1-ubyte',
      'test_images.idx3-ubyte',
      'test_labels.idx1-ubyte',
    ],
    [
      'train-images-idx3.ubyte',
      'train-labels-idx1.ubyte',
      't10k-images-idx3.ubyte',
      't10k-labels-idx1.ubyte',
    ],
    ['train-images.bin', 'train-labels.bin', 't10k-images.bin', 't10k-labels.bin'],
    ['a-train-images.idx', 'a-train-labels.idx', 'a-test-images.idx', 'a-test-labels.idx'],
  ]) {
    const files = {
      [train]: images(6),
      [trainLabels]: labels(6),
      [held]: images(3),
      [heldLabels]: labels(3),
    };
    assert.equal(await countsOf(files), [6, 3]);
    assert.equal(await countsOf(files, train), [6, 3]);
  }
  assert.equal(await countsOf({ 'images.idx': images(15), 'labels.idx': labels(15) }), [12, 3]);
});

test('files in folders of their own name', async () => {
  const own = (name: string) => `${name}/${name}`;
  const files = {
    [own('train-images-idx3-ubyte')]: images(6),
    [own('train-labels-idx1-ubyte')]: labels(6),
    [own('t10k-images-idx3-ubyte')]: images(3),
    [own('t10k-labels-idx1-ubyte')]: labels(3),
  };
  assert.equal(await countsOf(files), [6, 3]);
  assert.equal(await countsOf(files, 'train-images-idx3-ubyte'), [6, 3]);
  assert.equal(await countsOf(files, own('train-images-idx3-ubyte')), [6, 3]);
  // Beside copies under another name, as Kaggle has MNIST.
  const both = { ...files, 'train-images.idx3-ubyte': images(6), 'train-labels.idx1-ubyte': labels(6) };
  assert.equal(await countsOf(both), [6, 3]);
});

test('a pointer of Git LFS is named as one, whatever it stands for', async () => {
  const folder = tempFolder({
    'a.csv': LFS,
    'b.bin': LFS,
    'c/train-images-idx3-ubyte': LFS,
    'c/train-labels-idx1-ubyte': labels(6),
  });
  for (const name of ['a.csv', 'b.bin', 'c']) {
    await refuses(
      () => loadData(join(folder.path, name), { seed: 1 }),
      'not-a-dataset',
      name,
      'Git LFS pointer; run git lfs pull',
    );
  }
  folder.remove();
});

test.run();

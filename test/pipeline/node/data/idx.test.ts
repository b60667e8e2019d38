import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { count } from '../../../../pipeline/data/dataset.ts';
import type { Fault } from '../../../../pipeline/faults.ts';
import { readIdxPair } from '../../../../pipeline/node/data/idx.ts';
import { findIdxFiles } from '../../../../pipeline/node/data/idxFiles.ts';
import { readMapping } from '../../../../pipeline/node/data/mapping.ts';
import { loadMnist } from '../../../../pipeline/node/data/mnist.ts';
import { named, transposeEach } from '../../../../pipeline/node/data/numbered.ts';
import { idx as idxFile } from '../../../support/cli.ts';
import { refuses, tempFolder } from '../../../support/images.ts';

/** An IDX file by hand: `0 0 8 n`, n big-endian sizes, then the values. */
const idx = (shape: number[], values: ArrayLike<number>) => idxFile(shape, Uint8Array.from(values));

const IMAGES = idx([3, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
const LABELS = idx([3], [2, 0, 1]);

interface PairOptions {
  readonly name?: string;
  readonly mapping?: Map<number, string>;
  readonly transposed?: boolean;
}

/** Loads two files that are written for it. */
async function pair(images: Uint8Array, labels: Uint8Array, options: PairOptions = {}) {
  const { name = 'images-idx3-ubyte', mapping, transposed } = options;
  const folder = tempFolder({ [name]: images, labels });
  try {
    const paths = { images: join(folder.path, name), labels: join(folder.path, 'labels') };
    const read = readIdxPair(paths, transposed);
    return named(read, mapping, read);
  } finally {
    folder.remove();
  }
}

test('reads a pair, gzipped or not whatever the name says', async () => {
  for (const images of [IMAGES, gzipSync(IMAGES)]) {
    const dataset = await pair(images, gzipSync(LABELS));
    assert.is(dataset.size, 2);
    assert.equal([...dataset.images], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    assert.equal([...dataset.labels], [2, 0, 1]);
    assert.equal(dataset.classes, ['0', '1', '2']);
  }
});

test('EMNIST is turned upright, by its name or when asked', async () => {
  const [upright, stored] = [
    [1, 3, 2, 4, 5, 7, 6, 8, 9, 11, 10, 12],
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  ];
  const emnist = 'emnist-letters-train-images-idx3-ubyte';
  const images = async (options: PairOptions) => [...(await pair(IMAGES, LABELS, options)).images];
  assert.equal(await images({ name: emnist }), upright);
  assert.equal(await images({ name: emnist, transposed: false }), stored);
  assert.equal(await images({ name: 'az-images-idx3-ubyte' }), stored);
  assert.equal(await images({ transposed: true }), upright);
});

test('colours lie before rows and columns or behind, with opacity on white paper, and one channel is grey', async () => {
  const planar = [...[1, 2, 3, 4], ...[5, 6, 7, 8], ...[9, 10, 11, 12]];
  const packed = [0, 1, 2, 3].flatMap((pixel) => [planar[pixel], planar[4 + pixel], planar[8 + pixel]]);
  const clear = [0, 1, 2, 3].flatMap((pixel) => [...packed.slice(3 * pixel, 3 * pixel + 3), 255]);
  const one = idx([1], [0]);
  const named = { name: 'images-idx4-ubyte' };
  for (const [shape, values] of [
    [[1, 3, 2, 2], planar],
    [[1, 2, 2, 3], packed],
    [[1, 2, 2, 4], clear],
    [
      [1, 4, 2, 2],
      [...planar, 255, 255, 255, 255],
    ],
  ] as const) {
    const { channels, size, images } = await pair(idx([...shape], values), one, named);
    assert.equal([channels, size, [...images]], [3, 2, planar], shape.join('×'));
  }
  const half = await pair(idx([1, 1, 1, 4], [100, 0, 255, 102]), one, named);
  assert.equal([...half.images], [193, 153, 255]);
  const grey = await pair(idx([3, 2, 2, 1], [...IMAGES.subarray(16)]), LABELS, named);
  assert.equal([grey.channels, grey.size, grey.images.length], [undefined, 2, 12]);
  const turned = await pair(idx([1, 3, 2, 2], planar), one, { ...named, transposed: true });
  assert.equal([...turned.images], [...[1, 3, 2, 4], ...[5, 7, 6, 8], ...[9, 11, 10, 12]]);
  for (const shape of [
    [1, 2, 2, 2],
    [1, 3, 2, 4],
    [1, 5, 2, 2],
  ]) {
    const values = new Uint8Array(shape.reduce((a, b) => a * b));
    await refuses(
      () => pair(idx(shape, values), one, named),
      'wrong-size',
      shape.slice(1).join('×'),
      'channels',
    );
  }
});

test('turning upright is done twice to no effect, for any size', () => {
  for (const size of [1, 2, 3, 28]) {
    const images = Uint8Array.from({ length: 3 * size * size }, (_, i) => (i * 37) % 251);
    const turned = transposeEach(images, size);
    assert.equal(transposeEach(turned, size), images);
    for (const [y, x] of [
      [0, size - 1],
      [size - 1, 0],
    ]) {
      assert.is(turned[size * size + y * size + x], images[size * size + x * size + y]);
    }
  }
});

test('the labels that occur are the classes, by number or as a mapping names them', async () => {
  const seven = await pair(IMAGES, idx([3], [7, 1, 3]));
  assert.equal(
    [seven.classes, [...seven.labels]],
    [
      ['1', '3', '7'],
      [2, 0, 1],
    ],
  );
  const mapping = new Map([
    [7, 'c'],
    [1, 'a'],
    [3, 'b'],
    [9, 'never seen'],
  ]);
  const named = await pair(IMAGES, idx([3], [7, 1, 3]), { mapping });
  assert.equal(
    [named.classes, [...named.labels]],
    [
      ['a', 'b', 'c'],
      [2, 0, 1],
    ],
  );
  await refuses(
    () => pair(IMAGES, idx([3], [7, 1, 4]), { mapping }),
    'unknown-class',
    'labels row 3',
    'label 4',
    '7, 1, 3, 9',
  );
  const merged = await pair(IMAGES, idx([3], [7, 1, 3]), {
    mapping: new Map([
      [1, 'o'],
      [3, 'x'],
      [7, 'o'],
    ]),
  });
  assert.equal(
    [merged.classes, [...merged.labels]],
    [
      ['o', 'x'],
      [0, 0, 1],
    ],
  );
});

/** A header that claims these sizes, and as many zeros as are given. */
const zeros = (shape: number[], count: number) =>
  gzipSync(Buffer.concat([idx(shape, []), Buffer.alloc(count)]));

test('a gzip file is inflated no further than its header says', async () => {
  const bomb = zeros([1, 2, 2], 200_000_000);
  assert.ok(bomb.length < 200_000);
  const before = process.memoryUsage.rss();
  await refuses(() => pair(bomb, idx([1], [0])), 'damaged', 'images-idx3-ubyte', '1×2×2 = 20', 'more');
  assert.ok(process.memoryUsage.rss() - before < 50_000_000, 'it was inflated');
  await refuses(
    () => pair(zeros([60_000, 28, 28], 100), LABELS),
    'damaged',
    'images-idx3-ubyte',
    '60000×28×28 = 47040016',
    'fewer',
  );
  await refuses(
    () => pair(zeros([3, 2, 2], 11), LABELS),
    'damaged',
    'images-idx3-ubyte',
    '3×2×2 = 28',
    '27;',
  );
});

const bad: [string, Buffer, Buffer, Fault, ...string[]][] = [
  [
    'magic',
    Buffer.from('image,label\n'),
    LABELS,
    'not-a-dataset',
    'images-idx3-ubyte',
    '696d6167',
    '00000803',
  ],
  ['empty', Buffer.alloc(0), LABELS, 'not-a-dataset', 'images-idx3-ubyte', 'nothing'],
  [
    'floats',
    Buffer.concat([Buffer.of(0, 0, 0x0d, 3), IMAGES.subarray(4)]),
    LABELS,
    'not-a-dataset',
    'images-idx3-ubyte',
    '32-bit floats',
  ],
  [
    'an odd type',
    Buffer.concat([Buffer.of(0, 0, 7, 3), IMAGES.subarray(4)]),
    LABELS,
    'not-a-dataset',
    'images-idx3-ubyte',
    'type 7',
  ],
  [
    'magic in gzip',
    gzipSync('image,label\n'),
    LABELS,
    'not-a-dataset',
    'images-idx3-ubyte',
    '696d6167',
    '00000803',
  ],
  ['labels as images', LABELS, LABELS, 'not-a-dataset', 'images-idx3-ubyte', '1 dimensions', '3,'],
  ['images as labels', IMAGES, IMAGES, 'not-a-dataset', 'labels:', '3 dimensions', '1,'],
  ['cut header', IMAGES.subarray(0, 10), LABELS, 'damaged', 'images-idx3-ubyte', 'header'],
  ['cut data', IMAGES.subarray(0, -1), LABELS, 'damaged', 'images-idx3-ubyte', '3×2×2 = 28', '27;'],
  [
    'trailing',
    Buffer.concat([IMAGES, Buffer.of(0)]),
    LABELS,
    'damaged',
    'images-idx3-ubyte',
    '3×2×2 = 28',
    '29;',
  ],
  [
    'huge',
    idx([2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1], [1]),
    LABELS,
    'damaged',
    'images-idx3-ubyte',
    '4294967295×4294967295',
  ],
  ['counts', IMAGES, idx([2], [0, 1]), 'not-a-dataset', 'images-idx3-ubyte: 3', 'labels has 2'],
  ['no images', idx([0, 2, 2], []), idx([0], []), 'wrong-size', 'images-idx3-ubyte', '0 images of 2×2'],
  [
    'not square',
    idx([3, 1, 4], new Array(12).fill(0)),
    LABELS,
    'wrong-size',
    'images-idx3-ubyte',
    '3 images of 1×4',
  ],
  [
    'gzip cut in its header',
    Buffer.of(0x1f, 0x8b, 8, 0, 0, 0),
    LABELS,
    'damaged',
    'images-idx3-ubyte',
    'gzip',
  ],
  ['nothing in gzip', gzipSync(''), LABELS, 'not-a-dataset', 'images-idx3-ubyte', 'nothing'],
  ['cut gzip', gzipSync(IMAGES).subarray(0, -9), LABELS, 'damaged', 'images-idx3-ubyte', 'gzip'],
];
for (const [name, images, labels, code, ...names] of bad) {
  test(`refuses: ${name}`, async () => {
    await refuses(() => pair(images, labels), code, ...names);
  });
}

/** What is found in a folder of these names, with the folder's own path taken away. */
function found(names: string[], file?: string) {
  const folder = tempFolder(Object.fromEntries(names.map((name) => [name, ''])));
  try {
    const files = findIdxFiles(folder.path, file);
    return files && JSON.parse(JSON.stringify(files).replaceAll(`${folder.path}/`, ''));
  } finally {
    folder.remove();
  }
}

test('finds the files of a data set by their usual names', () => {
  const mnist = ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte', 't10k-images-idx3-ubyte'];
  const t10k = 't10k-labels-idx1-ubyte';
  assert.equal(found([...mnist, t10k]), {
    train: { images: mnist[0], labels: mnist[1] },
    test: { images: mnist[2], labels: t10k },
  });
  assert.equal(found(['train-images.idx3-ubyte', 'train-labels.idx1-ubyte.gz', 'readme.txt']), {
    train: { images: 'train-images.idx3-ubyte', labels: 'train-labels.idx1-ubyte.gz' },
  });
  assert.equal(found(['az-images-idx3-ubyte.gz', 'az-labels-idx1-ubyte.gz', 'az-mapping.txt']), {
    train: { images: 'az-images-idx3-ubyte.gz', labels: 'az-labels-idx1-ubyte.gz' },
    mapping: 'az-mapping.txt',
  });
  assert.equal(found(['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz', 'kmnist_classmap.csv']), {
    train: { images: 'train-images-idx3-ubyte.gz', labels: 'train-labels-idx1-ubyte.gz' },
    mapping: 'kmnist_classmap.csv',
  });
  assert.is(found(['images.png', 'labels.csv', 'labels']), undefined);
});

test('a plain file goes before its gzipped copy', () => {
  const names = ['a-images-idx3-ubyte', 'a-labels-idx1-ubyte'];
  assert.equal(found([...names, ...names.map((name) => `${name}.gz`)]), {
    train: { images: names[0], labels: names[1] },
  });
});

test('several data sets need a choice, which takes its test part along', async () => {
  const files = ['emnist-digits', 'emnist-letters'].flatMap((set) => [
    ...['train', 'test'].flatMap((part) => [
      `${set}-${part}-images-idx3-ubyte`,
      `${set}-${part}-labels-idx1-ubyte`,
    ]),
    `${set}-mapping.txt`,
  ]);
  await refuses(
    () => found(files),
    'not-a-dataset',
    '(emnist-digits, emnist-letters)',
    '/emnist-digits-train-images-idx3-ubyte',
  );
  assert.equal(found(files, 'emnist-letters-train-images-idx3-ubyte'), {
    train: { images: files[5], labels: files[6] },
    test: { images: files[7], labels: files[8] },
    mapping: 'emnist-letters-mapping.txt',
  });
  assert.equal(found(files, 'emnist-letters-test-images-idx3-ubyte'), {
    train: { images: files[7], labels: files[8] },
    mapping: 'emnist-letters-mapping.txt',
  });
});

test('images without labels, and names that are not for images', async () => {
  await refuses(
    () => found(['t10k-images-idx3-ubyte.gz']),
    'missing',
    't10k-images-idx3-ubyte.gz',
    't10k-labels-idx1-ubyte.gz',
  );
  await refuses(
    () => found(['a-labels-idx1-ubyte'], 'a-labels-idx1-ubyte'),
    'not-a-dataset',
    'a-labels-idx1-ubyte',
  );
});

test('MNIST has the counts that its authors give', () => {
  const { train, test: held } = loadMnist();
  assert.equal([count(train), count(held)], [60000, 10000]);
  assert.equal([train.size, held.size], [28, 28]);
  assert.equal(train.classes, ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  const histogram = new Array<number>(10).fill(0);
  for (const label of train.labels) histogram[label]++;
  assert.equal(histogram, [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
  assert.equal([...train.labels.subarray(0, 5)], [5, 0, 4, 1, 9]);
  const mean = train.images.reduce((sum, byte) => sum + byte, 0) / train.images.length / 255;
  assert.ok(Math.abs(mean - 0.1307) < 5e-5, `mean ${mean}`);
});

const CAPITALS = '../shared/data/nist-az';
if (existsSync(CAPITALS)) {
  test('the capitals of NIST, with their mapping', () => {
    const files = findIdxFiles(CAPITALS)!;
    const read = readIdxPair(files.train);
    const dataset = named(read, readMapping(files.mapping!), read);
    assert.is(count(dataset), 5934);
    assert.is(dataset.classes.join(''), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ');
    assert.is(dataset.labels.filter((label) => dataset.classes[label] === 'O').length, 1094);
  });
} else {
  console.log(`The capitals of NIST are not tested: there is no folder ${CAPITALS}`);
}

test.run();

import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Random } from '../../../../engine/random.ts';
import { count } from '../../../../pipeline/data/dataset.ts';
import type { Fault } from '../../../../pipeline/faults.ts';
import { loadData } from '../../../../pipeline/node/data/load.ts';
import { findPixelFiles, readPixelCsv } from '../../../../pipeline/node/data/pixelCsv.ts';
import { identifySource } from '../../../../pipeline/node/data/source.ts';
import { refuses, tempFolder } from '../../../support/images.ts';

/** Random images with a label each, as rows of numbers. */
function rowsOf(count: number, size: number, seed = 1): number[][] {
  const random = new Random(seed, 0x91);
  return Array.from({ length: count }, (_, i) => [
    i % 3,
    ...Array.from({ length: size * size }, () => random.integer(256)),
  ]);
}

const header = (size: number) =>
  ['label', ...Array.from({ length: size * size }, (_, i) => `pixel${i}`)].join(',');

const csv = (rows: number[][], end = '\n') => rows.map((row) => row.join(',')).join(end) + end;

/** Does something with files in a folder. */
async function within<T>(files: Record<string, string>, use: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = tempFolder(files);
  try {
    return await use(folder.path);
  } finally {
    folder.remove();
  }
}

test('rows with a header, without, quoted, with CRLF, and with the label last', async () => {
  const rows = rowsOf(5, 9);
  const variants = [
    `${header(9)}\n${csv(rows)}`,
    csv(rows),
    csv(rows).trimEnd(),
    `${header(9)}\r\n${csv(rows, '\r\n')}\r\n`,
    // Kaggle's capitals have the first row of a table as their header.
    `0,${Array.from({ length: 81 }, (_, i) => `0.${i + 1}`).join(',')}\n${csv(rows)}`,
    `${header(9)}\n${rows.map((row) => row.map((n) => `"${n}"`).join(',')).join('\n')}`,
    `${header(9).replace('label,', '')},Class\n${csv(rows.map(([label, ...pixels]) => [...pixels, label]))}`,
  ];
  for (const text of variants) {
    await within({ 'a.csv': text }, (folder) => {
      const { size, images, labels } = readPixelCsv(join(folder, 'a.csv')).train;
      assert.is(size, 9);
      assert.equal([...labels], [0, 1, 2, 0, 1]);
      assert.equal(
        [...images],
        rows.flatMap((row) => row.slice(1)),
      );
    });
  }
});

test('numbers that lie across two pieces of the file', async () => {
  // 3 MB, read a megabyte at a time.
  const rows = rowsOf(1100, 28);
  await within({ 'a.csv': csv(rows) }, (folder) => {
    const { images } = readPixelCsv(join(folder, 'a.csv')).train;
    assert.equal(Buffer.from(images), Buffer.from(rows.flatMap((row) => row.slice(1))));
  });
});

test('EMNIST is turned upright here too, and a mapping names its labels', async () => {
  const rows = rowsOf(6, 8);
  const files = {
    'emnist-letters-train.csv': csv(rows),
    'emnist-letters-mapping.txt': '0 65 97\n1 66 98\n2 67 99\n',
  };
  await within(files, async (folder) => {
    const { train, test: held, remarks } = await loadData(folder, { seed: 1 });
    assert.equal(train.classes, ['A', 'B', 'C']);
    assert.is(count(train) + count(held), 6);
    assert.equal(remarks, [
      'images are stored transposed and turned upright; `transpose` false leaves them',
      'emnist-letters-mapping.txt names the classes',
    ]);
    const { images } = readPixelCsv(join(folder, 'emnist-letters-train.csv')).train;
    const pixel = (y: number, x: number) => rows[0][1 + 8 * y + x];
    for (const [y, x] of [
      [0, 7],
      [3, 5],
      [7, 7],
    ])
      assert.is(images[8 * y + x], pixel(x, y));
  });
});

test('a test part comes along with the file of the train part; MNIST by the recipe mnist', async () => {
  const files = { 'mnist_train.csv': csv(rowsOf(7, 8)), 'mnist_test.csv': csv(rowsOf(2, 8, 2)) };
  await within(files, async (folder) => {
    const data = await loadData(join(folder, 'mnist_train.csv'), { seed: 1 });
    assert.equal([count(data.train), count(data.test), data.recipe.name], [7, 2, 'mnist']);
    const alone = await loadData(join(folder, 'mnist_test.csv'), { seed: 1, split: false });
    assert.is(count(alone.test), 2);
    await refuses(() => loadData(folder, { seed: 1 }), 'not-a-dataset', '2 CSV files', 'mnist_train.csv');
  });
});

test('a test file without labels, as Kaggle has it, is left aside', async () => {
  const bare = `${header(8).replace('label,', '')}\n${csv(rowsOf(3, 8).map((row) => row.slice(1)))}`;
  await within({ 'train.csv': csv(rowsOf(9, 8)), 'test.csv': bare }, async (folder) => {
    const [trained, unlabelled] = ['train.csv', 'test.csv'].map((name) => join(folder, name));
    assert.equal(findPixelFiles(trained), { train: trained, test: unlabelled });
    const { train, test: held, remarks } = await loadData(trained, { seed: 1 });
    assert.is(count(train) + count(held), 9);
    assert.equal(remarks, ['test.csv has no labels, so it is left aside']);
    const load = () => loadData(unlabelled, { seed: 1 });
    await refuses(load, 'invalid-table', 'test.csv', 'has no labels', '64 columns', 'evaluate need them');
  });
});

test('tables of images, and of other numbers, are none of pixels', async () => {
  const tables = [
    'image,label\na.png,1\n',
    '',
    '1,2,3,4,5\n',
    `${header(8)}\n`,
    csv([rowsOf(1, 8)[0].map((n) => n + 1000)]),
  ];
  for (const text of tables) {
    await within({ 'a.csv': text }, (folder) => {
      assert.is(identifySource(join(folder, 'a.csv')).kind, 'csv');
    });
  }
});

test('a wrong row is named', async () => {
  const good = rowsOf(3, 8);
  const change = (at: number, row: string) =>
    [...csv(good).trimEnd().split('\n').slice(0, at), row].join('\n');
  const row = good[0].join(',');
  const bad: [string, Fault, ...string[]][] = [
    [change(2, row.replace(/,\d+$/, '')), 'invalid-table', 'a.csv row 3', '64 fields'],
    [change(1, `${row},7`), 'invalid-table', 'a.csv row 2', '65 fields'],
    [change(1, row.replace(/,\d+$/, ',256')), 'invalid-table', 'a.csv row 2', 'field 65'],
    [change(1, row.replace(/,\d+$/, ',x')), 'invalid-table', 'a.csv row 2', 'field 65'],
    [change(1, row.replace(/,\d+$/, ',-1')), 'invalid-table', 'a.csv row 2', 'field 65'],
    [change(1, row.replace(/^\d+,/, ',')), 'invalid-table', 'a.csv row 2', 'field 1 '],
    [`${header(8)}\r\n${change(1, 'x')}`, 'invalid-table', 'a.csv row 3', '1 field'],
    [
      `${header(8)}\n${change(1, row.replace(/,\d+,/, ',a,'))}`,
      'invalid-table',
      'row 3',
      'field 2 (pixel0) is a',
    ],
  ];
  for (const [text, code, ...names] of bad) {
    await within({ 'a.csv': text }, (folder) =>
      refuses(() => readPixelCsv(join(folder, 'a.csv')), code, ...names),
    );
  }
});

test.run();

// What a column of parts says is heeded in every row, or a person is told: test rows are never trained on unseen.
import { join, relative } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { partOf } from '../../../../pipeline/data/parts.ts';
import type { CsvColumns } from '../../../../pipeline/node/data/columns.ts';
import { listCsv } from '../../../../pipeline/node/data/csv.ts';
import type { LabelledFile } from '../../../../pipeline/node/data/imageFiles.ts';
import { listImages } from '../../../../pipeline/node/inspect/list.ts';
import { refuses, tempFolder } from '../../../support/images.ts';

/** Lists a table of these lines: each part as `label file`, and the remarks. */
function list(lines: readonly string[], columns: CsvColumns = {}) {
  const folder = tempFolder({ 'data.csv': lines.join('\n') });
  try {
    const { remarks, ...parts } = listCsv(join(folder.path, 'data.csv'), columns);
    const entries = Object.entries(parts).map(([part, files]) => [
      part,
      (files as LabelledFile[]).map(({ label, path }) => `${label} ${relative(folder.path, path)}`),
    ]);
    return { ...Object.fromEntries(entries), remarks };
  } finally {
    folder.remove();
  }
}

/** A table with a column of parts, an image a row. */
const parted = (column: string, parts: readonly string[]) => [
  `image,label,${column}`,
  ...parts.map((part, i) => `${i}.png,a,${part}`),
];

test('the words for the parts, in any case', () => {
  for (const [part, words] of Object.entries({
    train: [
      'train',
      'Training',
      'TRAIN',
      'train_set',
      'trainSet',
      'trainval',
      'training data',
      'Train-Images',
    ],
    validation: ['val', 'valid', 'Validation', 'dev', 'eval', 'EVALUATION', 'PublicTest', 'val_set'],
    test: ['test', 'Testing', 't10k', 'PrivateTest', 'testdata'],
  })) {
    for (const word of words) assert.is(partOf(word), part, word);
  }
  for (const word of [
    '',
    'a',
    '2',
    'train test',
    'trainer',
    'contest',
    'testament',
    'mnist_train',
    'training day',
  ])
    assert.is(partOf(word), undefined, word);
});

test('eval is validation, and what has no test part is tested on it', () => {
  assert.equal(list(parted('split', ['train', 'eval', 'test'])), {
    train: ['a 0.png'],
    validation: ['a 1.png'],
    test: ['a 2.png'],
    remarks: [],
  });
  assert.equal(list(parted('Partition', ['train', 'Evaluation'])).test, ['a 1.png']);
});

test('one cell that names no part is an error of its row', async () => {
  for (const column of ['split', 'Usage', 'subset', 'part', 'partition', 'set', 'phase']) {
    await refuses(
      () => list(parted(column, ['train', 'test', '', 'train'])),
      'invalid-table',
      'data.csv row 4',
      'part is nothing',
    );
  }
  await refuses(() => list(parted('split', ['train', 'holdout2'])), 'invalid-table', 'row 3', 'holdout2');
  await refuses(
    () => list(['image,label,split', '0.png,a,train', '1.png,a']),
    'invalid-table',
    'row 3',
    'nothing',
  );
});

test('inspecting lists such rows as faults', () => {
  const folder = tempFolder({ 'data.csv': parted('split', ['train', 'x', 'test', '']).join('\n') });
  const { faults, images } = listImages(join(folder.path, 'data.csv'));
  folder.remove();
  assert.equal(
    faults.map((fault) => fault.replace(/;.*/, '')),
    ['data.csv row 3: its part is x', 'data.csv row 5: its part is nothing'],
  );
  assert.is(images.length, 2);
});

test('a column that is called so and names no part is ignored with a remark', () => {
  const { train, remarks } = list(parted('set', ['1', '2', '3']));
  assert.is(train.length, 3);
  assert.equal(remarks, [
    'column set says 1, which names no part, so it is ignored; parts are train, validation and test',
  ]);
  assert.match(list(parted('split', ['', ''])).remarks[0], /^column split is empty, which names no part/);
  const both = ['image,label,set,subset', '0.png,a,7,train', '1.png,a,7,test'];
  assert.equal([list(both).train, list(both).test, list(both).remarks], [['a 0.png'], ['a 1.png'], []]);
});

test('a column of another name that says parts is heeded, with a remark', async () => {
  const listed = list(parted('where', ['train', 'test', 'train']));
  assert.equal([listed.train, listed.test], [['a 0.png', 'a 2.png'], ['a 1.png']]);
  assert.equal(listed.remarks, ['column where says train and test, so it parts the set']);
  await refuses(
    () => list(parted('where', ['train', 'test', 'train', ''])),
    'invalid-table',
    'row 5',
    'nothing',
  );
  // Words of a text, and a label that is called so.
  assert.is(list(parted('note', ['train', 'odd', 'even'])).test, undefined);
  assert.is(list(['image,label', '0.png,train', '1.png,test']).test, undefined);
});

test('0 and 0.0 are one class, with a remark', () => {
  const { train, remarks } = list([
    'image,label',
    '0.png,0',
    '1.png,0.0',
    '2.png,3.',
    '3.png,A',
    '4.png,1.5',
  ]);
  assert.equal(train, ['0 0.png', '0 1.png', '3 2.png', 'A 3.png', '1.5 4.png']);
  assert.equal(remarks, ['labels that are whole numbers with a point are read without it, like 0.0 as 0']);
});

test('a first line that only names the delimiter is none of the table', async () => {
  for (const first of ['sep=;', '"sep=;"', 'SEP=;\r']) {
    const { train } = list([first, 'image;label;note', '0.png;a;x,y']);
    assert.equal(train, ['a 0.png']);
  }
  await refuses(() => list(['sep=;', 'image;label', '0.png;']), 'invalid-table', 'row 3', 'label');
});

test.run();

import { dirname, join, relative } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Fault } from '../../../../pipeline/faults.ts';
import type { CsvColumns } from '../../../../pipeline/node/data/columns.ts';
import { listCsv } from '../../../../pipeline/node/data/csv.ts';
import type { LabelledFile } from '../../../../pipeline/node/data/imageFiles.ts';
import { loadListed } from '../../../../pipeline/node/data/listed.ts';
import { parseCsv } from '../../../../pipeline/node/data/parseCsv.ts';
import { encodePng } from '../../../../pipeline/node/decode/decode.ts';
import { recipes } from '../../../../pipeline/preprocess/recipe.ts';
import { drawBox, refuses, tempFolder } from '../../../support/images.ts';

const fieldsOf = (text: string) => parseCsv(text, 'a.csv').map(({ fields }) => fields);

test('RFC 4180: quotes, commas, line breaks, doubled quotes, any line ending', () => {
  assert.equal(fieldsOf('a,b\r\n"x,1","say ""hi"""\n"two\nlines",\r,z'), [
    ['a', 'b'],
    ['x,1', 'say "hi"'],
    ['two\nlines', ''],
    ['', 'z'],
  ]);
  assert.equal(fieldsOf('a,'), [['a', '']]);
  assert.equal(fieldsOf('a\n'), [['a']]);
  assert.equal(fieldsOf(''), []);
  assert.equal(
    parseCsv('a\n\nb', 'a.csv').map(({ row }) => row),
    [1, 3],
  );
});

test('a quote out of place names its row', async () => {
  for (const text of ['a\nb\n"c', 'a\nb\n"c"d', 'a\nb\nc"d"']) {
    await refuses(() => parseCsv(text, 'a.csv'), 'invalid-table', 'a.csv row 3', 'quote');
  }
});

const PICTURE = encodePng(drawBox(40, 30, [5, 5, 12, 20]));
const images = { 'img/x.png': PICTURE, 'img/y.png': PICTURE, 'img/a, "b".png': PICTURE };

/** Does something with a CSV of this text beside three images. */
async function withCsv<T>(text: string | Uint8Array, use: (path: string) => T | Promise<T>): Promise<T> {
  const folder = tempFolder({ ...images, 'broken.png': PICTURE.subarray(0, 60), 'data.csv': text });
  try {
    return await use(join(folder.path, 'data.csv'));
  } finally {
    folder.remove();
  }
}

const load = (text: string, columns: CsvColumns = {}) =>
  withCsv(text, async (path) => {
    const { train } = await loadListed('data.csv', listCsv(path, columns), { recipe: recipes.handwriting });
    return train;
  });

/** What is listed in each part, as `label file`, and the remarks. */
const list = (text: string | Uint8Array, columns: CsvColumns = {}) =>
  withCsv(text, (path) => {
    const { remarks, ...parts } = listCsv(path, columns);
    const name = (file: string) => relative(dirname(path), file);
    const entries = Object.entries(parts).map(([part, files]) => [
      part,
      (files as LabelledFile[]).map((file) => `${file.label} ${name(file.path)}`),
    ]);
    return { ...Object.fromEntries(entries), remarks };
  });

test('loads images by paths relative to the CSV, with BOM, CRLF and quotes', async () => {
  const dataset = await load('\ufeffimage,label\r\nimg/x.png,b\r\n"img/a, ""b"".png",B\r\nimg/y.png,10\r\n');
  assert.equal(dataset.classes, ['10', 'B', 'b']);
  assert.equal([...dataset.labels], [2, 1, 0]);
  assert.is(dataset.images.length, 3 * 784);
  assert.match(dataset.paths![1], /img\/a, "b"\.png$/);
});

test('finds columns by their usual names, or by those that are given', async () => {
  for (const header of ['Path,Class', 'file,label', ' filename , class ', 'image,label']) {
    assert.equal((await load(`${header}\nimg/x.png,q`)).classes, ['q']);
  }
  const chosen = await load('id,label,letter,where\n1,wrong,q,img/x.png', {
    image: 'where',
    label: 'letter',
  });
  assert.equal(chosen.classes, ['q']);
});

test('semicolons and tabs part fields where the header has them', async () => {
  for (const sign of [',', ';', '\t']) {
    const text = [
      ['image', '"a;label, it is"', 'label'],
      ['img/x.png', '"a,b;\tc"', 'q r'],
    ].map((row) => row.join(sign));
    assert.equal(await list(text.join('\n')), { train: ['q r img/x.png'], remarks: [] });
  }
});

test('labels are what is between the blanks, composed', async () => {
  const { train } = await list('image,label\nimg/x.png,  the letter e\u0301 \nimg/y.png,"two\nlines 😀"');
  assert.equal(train, ['the letter é img/x.png', 'two\nlines 😀 img/y.png']);
});

test('absolute paths, and backslashes of Windows', async () => {
  const folder = tempFolder({ 'a/x.png': PICTURE, 'a\\y.png': PICTURE });
  const text = `image,label\n${join(folder.path, 'a/x.png')},1\n.\\img\\x.png,2\n${join(folder.path, 'a\\y.png')},3\n`;
  await withCsv(text, (path) => {
    const { train } = listCsv(path, {});
    assert.equal(
      train.map((file) => file.path),
      [join(folder.path, 'a/x.png'), join(dirname(path), 'img/x.png'), join(folder.path, 'a\\y.png')],
    );
  });
  folder.remove();
});

test('a column that names the part of every row parts the set', async () => {
  const rows = 'img/x.png,a,Train\nimg/y.png,a,TEST\n"img/a, ""b"".png",a,Training\n';
  const parted = { train: ['a img/x.png', 'a img/a, "b".png'], test: ['a img/y.png'], remarks: [] };
  assert.equal(await list(`image,label,split\n${rows}`), parted);
  assert.equal(await list(`image,label,Usage\n${rows}`), parted);
  assert.equal(await list(`image,label,fold\n${rows}`, { split: 'fold' }), parted);
  const three = await list('image,label,usage\nimg/x.png,a,train\nimg/y.png,a,val\nimg/z.png,a,test');
  assert.equal(
    [three.train, three.validation, three.test],
    [['a img/x.png'], ['a img/y.png'], ['a img/z.png']],
  );
  const two = await list('image,label,usage\nimg/x.png,a,train\nimg/y.png,a,validation');
  assert.equal([two.validation, two.test], [undefined, ['a img/y.png']]);
});

test('a row that is there twice counts once, and rows must not contradict each other', async () => {
  assert.equal(await list('image,label\nimg/x.png,a\nimg/../img/x.png,a\nimg/y.png,b\n'), {
    train: ['a img/x.png', 'b img/y.png'],
    remarks: ['rows that are there twice count once: 1'],
  });
  await refuses(
    () => list('image,label\nimg/x.png,a\nimg/y.png,b\nimg/x.png,b\n'),
    'invalid-table',
    'data.csv row 4',
    'img/x.png is b',
    'a in row 2',
  );
  await refuses(
    () => list('image,label,split\nimg/x.png,a,train\nimg/x.png,a,test\n'),
    'invalid-table',
    'data.csv row 3',
    'img/x.png is test',
    'train in row 2',
  );
});

test('other encodings are refused, with the line where that shows', async () => {
  for (const encoding of ['utf16le', 'latin1'] as const) {
    const bytes = Buffer.from('image,label\nimg/x.png,a\nimg/y.png,é\n', encoding);
    const where = encoding === 'latin1' ? ['data.csv line 3', 'UTF-8'] : ['data.csv', 'UTF-16'];
    await refuses(() => list(bytes), 'invalid-table', ...where);
    await refuses(
      () => list(Buffer.concat([Buffer.of(0xff, 0xfe), bytes])),
      'invalid-table',
      'data.csv',
      'UTF-16',
    );
  }
});

const bad: [string, Fault, ...string[]][] = [
  ['', 'invalid-table', 'data.csv:'],
  ['image,label\n', 'invalid-table', 'data.csv:', 'header'],
  [
    'drawing,label\nimg/x.png,a',
    'invalid-table',
    'data.csv',
    'image, path, file, filename',
    'drawing, label',
    '`columns.image`',
  ],
  ['image,meaning\nimg/x.png,a', 'invalid-table', 'label, class', 'image, meaning', '`columns.label`'],
  ['img/x.png,a\nimg/y.png,b', 'invalid-table', 'data.csv', '(img/x.png, a)'],
  ['image,label,split\nimg/x.png,a,test\nimg/y.png,b,test', 'invalid-table', 'column split'],
  ['image,label,split\nimg/x.png,a,train\nimg/y.png,A,test', 'unknown-class', 'test ', 'class A', 'it is a;'],
  [`${'pixel,'.repeat(900)}x\n1`, 'invalid-table', `are ${'pixel, '.repeat(10)}…;`],
  ['image,label\nimg/x.png,a\nimg/x.png,\n', 'invalid-table', 'data.csv row 3', 'label'],
  ['image,label\nimg/x.png,a\nimg/x.png\n', 'invalid-table', 'data.csv row 3', 'label'],
  ['image,label\n\n,a\n', 'invalid-table', 'data.csv row 3', 'image'],
  ['image,label\nimg/z.png,a', 'missing', 'data.csv row 2', 'img/z.png'],
  ['image,label\nimg,a', 'unreadable', 'data.csv row 2', 'image img:'],
  ['image,label\nimg/x.png,a\nbroken.png,a', 'damaged', 'data.csv row 3', 'broken.png'],
  [
    'image,label\nno.png,a\nbroken.png,a\nimg/x.png,b',
    'broken-images',
    'data.csv:',
    '2 of 3',
    'data.csv row 2',
  ],
];
for (const [text, code, ...names] of bad) {
  test(`refuses ${JSON.stringify(text)}`, async () => {
    await refuses(() => load(text), code, ...names);
  });
}

test('a column that is asked for and missing lists the columns there are', async () => {
  await refuses(
    () => load('image,label\nimg/x.png,a', { label: 'letter' }),
    'invalid-table',
    'named letter',
    'image, label',
  );
});

test('a column of parts that is asked for must say one in every row', async () => {
  const text = 'image,label,fold\nimg/x.png,a,train\nimg/y.png,a,';
  await refuses(() => list(`${text}7`, { split: 'fold' }), 'invalid-table', 'data.csv row 3', 'is 7;');
  await refuses(() => list(text, { split: 'fold' }), 'invalid-table', 'data.csv row 3', 'nothing');
  await refuses(() => list(text, { split: 'part' }), 'invalid-table', 'column named part');
});

test.run();

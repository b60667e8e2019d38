import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CsvColumns, loadCsv } from '../../pipeline/data/csv.ts';
import { parseCsv } from '../../pipeline/data/parseCsv.ts';
import { encodePng } from '../../pipeline/decode.ts';
import { recipes } from '../../pipeline/preprocess/recipe.ts';
import { drawBox, refuses, tempFolder } from '../support/images.ts';

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
    await refuses(() => parseCsv(text, 'a.csv'), /^a\.csv row 3: a quote is out of place; /);
  }
});

const PICTURE = encodePng(drawBox(40, 30, [5, 5, 12, 20]));
const images = { 'img/x.png': PICTURE, 'img/a, "b".png': PICTURE };

/** Loads a CSV of this text beside two images. */
async function load(text: string, columns: CsvColumns = {}) {
  const folder = tempFolder({ ...images, 'broken.png': PICTURE.subarray(0, 60), 'data.csv': text });
  try {
    return await loadCsv(join(folder.path, 'data.csv'), columns, { recipe: recipes.handwriting });
  } finally {
    folder.remove();
  }
}

test('loads images by paths relative to the CSV, with BOM, CRLF and quotes', async () => {
  const dataset = await load('\ufeffimage,label\r\nimg/x.png,b\r\n"img/a, ""b"".png",B\r\nimg/x.png,10\r\n');
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

const bad: [string, RegExp][] = [
  ['', /^data\.csv: the file is empty; expected a header row like image,label$/],
  ['image,label\n', /^data\.csv: has no rows after its header; /],
  [
    'picture,label\nimg/x.png,a',
    /^data\.csv: no column named image, path, file, filename .* columns are picture, label$/,
  ],
  ['image,letter\nimg/x.png,a', /no column named label, class for the label; its columns are image, letter$/],
  ['image,label\nimg/x.png,a\nimg/x.png,\n', /^data\.csv row 3: has no label; fill it in/],
  ['image,label\nimg/x.png,a\nimg/x.png\n', /^data\.csv row 3: has no label; /],
  ['image,label\n\n,a\n', /^data\.csv row 3: has no image; /],
  ['image,label\nimg/y.png,a', /^data\.csv row 2: image img\/y\.png does not exist; correct/],
  ['image,label\nimg,a', /^data\.csv row 2: image img cannot be read \(EISDIR\); /],
  ['image,label\nimg/x.png,a\nbroken.png,a', /^data\.csv row 3: image broken\.png: the PNG ends in .*; save/],
  [
    'image,label\nno.png,a\nbroken.png,a\nimg/x.png,b',
    /^data\.csv: 2 of 3 images are broken, the first: data\.csv row 2: /,
  ],
];
for (const [text, pattern] of bad) {
  test(`refuses ${JSON.stringify(text)}`, async () => {
    await refuses(() => load(text), pattern);
  });
}

test('a column that is asked for and missing lists the columns there are', async () => {
  await refuses(
    () => load('image,label\nimg/x.png,a', { label: 'letter' }),
    /named letter for the label; its columns/,
  );
});

test.run();

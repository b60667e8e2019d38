// Tables of pixels as programs write them: where the label is, what numbers pixels are, and what lies beside them.
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Fault } from '../../../../pipeline/faults.ts';
import { loadData } from '../../../../pipeline/node/data/load.ts';
import type { Reading } from '../../../../pipeline/node/data/reading.ts';
import { listImages } from '../../../../pipeline/node/inspect/list.ts';
import { refuses, tempFolder } from '../../../support/images.ts';

const SIDE = 8;
const PIXELS = SIDE * SIDE;

/** An image whose edge is paper, and whose other pixels tell it from all others. */
const image = (i: number): number[] =>
  Array.from({ length: PIXELS }, (_, at) => {
    const [x, y] = [at % SIDE, Math.floor(at / SIDE)];
    return x === 0 || y === 0 || x === 7 || y === 7 ? 0 : (37 * i + 11 * at) % 256;
  });

const COUNT = 12;
const images = Array.from({ length: COUNT }, (_, i) => image(i));
const labels = images.map((_, i) => String(i % 4));
const names = Array.from({ length: PIXELS }, (_, i) => `pixel${i}`);

const csv = (rows: readonly (readonly (string | number)[])[], delimiter = ',') =>
  `${rows.map((row) => row.join(delimiter)).join('\n')}\n`;

/** A table whose columns are these: a name and what is in each row; the pixels lie at the place of `…`. */
function table(
  columns: readonly (readonly [string, readonly (string | number)[]] | '…')[],
  pixels: readonly (readonly (string | number)[])[] = images,
  titles: readonly string[] = names,
) {
  const header = columns.flatMap((column) => (column === '…' ? titles : [column[0]]));
  const rows = pixels.map((row, i) => columns.flatMap((column) => (column === '…' ? row : [column[1][i]])));
  return [header, ...rows];
}

/** Loads a table as a whole: its images by rows, its labels by name, and the remarks. */
async function load(text: string | Uint8Array, reading: Reading = {}, file = 'a.csv') {
  const folder = tempFolder({ [file]: text });
  try {
    const path = join(folder.path, file);
    assert.is(listImages(path, reading).kind, 'pixels');
    const {
      train,
      test: tested,
      validation,
      remarks,
    } = await loadData(path, { seed: 1, reading, split: false });
    return {
      images: [...train.images],
      labels: Array.from(train.labels, (label) => train.classes[label]),
      classes: train.classes,
      tested: tested.labels.length,
      validated: validation?.labels.length,
      remarks,
    };
  } finally {
    folder.remove();
  }
}

const refused = async (text: string, code: Fault, ...said: string[]) =>
  void (await refuses(() => load(text), code, ...said));

/** Expects the images and labels as they are. */
async function reads(text: string | Uint8Array, remarks: readonly string[] = [], reading: Reading = {}) {
  const found = await load(text, reading);
  assert.equal(found.images, images.flat());
  assert.equal(found.labels, labels);
  assert.equal(found.remarks, remarks);
}

test('the label by its name, wherever it is', async () => {
  for (const name of ['label', 'Class', 'character', 'target', 'y', 'digit', 'Letter', 'Category']) {
    await reads(csv(table(['…', [name, labels]])));
    await reads(csv(table([[name, labels], '…'])));
  }
});

test('the label by the name or number that is asked for', async () => {
  const other = labels.map((_, i) => i);
  const text = csv(table(['…', ['kind', labels], ['note', other]]));
  await refused(text, 'invalid-table', 'kind, note', '`columns.label`');
  const beside = ['columns beside the pixels are passed over: note'];
  await reads(text, beside, { columns: { label: 'kind' } });
  await reads(csv(table(['…', ['p', labels]]).slice(1)), [], { columns: { label: String(PIXELS + 1) } });
  await refuses(
    () => load(text, { columns: { label: 'knd' } }),
    'invalid-table',
    'a.csv',
    'no column named knd',
    'did you mean kind?',
  );
  // One of a series.
  const series = csv(table(['…', ['pixel64', labels]]));
  await reads(series, [], { columns: { label: 'pixel64' } });
});

test('the label is what is left beside pixels that are numbered', async () => {
  await reads(csv(table(['…', ['what it is', labels]])), ['the labels are taken from column what it is']);
  const square = Array.from({ length: PIXELS }, (_, i) => `${1 + Math.floor(i / 8)}x${1 + (i % 8)}`);
  await reads(csv(table([['it', labels], '…'], images, square)), ['the labels are taken from column it']);
});

test('the label by its values where no name tells: first, last, or neither', async () => {
  const rows = images.map((row, i) => ({ row, label: labels[i] }));
  await reads(csv(rows.map(({ row, label }) => [label, ...row])));
  await reads(csv(rows.map(({ row, label }) => [...row, label])), [
    'the labels are taken from column number 65',
  ]);
  // As pandas writes a table without names.
  const numbered = Array.from({ length: PIXELS + 1 }, (_, i) => i);
  await reads(csv([numbered, ...rows.map(({ row, label }) => [...row, label])]), [
    'the labels are taken from column 64',
  ]);
  const doubtful = rows.map(({ row, label }) => [label, ...row.slice(1), label]);
  await refused(csv(doubtful), 'invalid-table', '`columns.label`', '1 or 65');
});

test('a table in order of its labels is looked at as a whole', async () => {
  // Two megabytes, of which the start has one label.
  const rows = Array.from({ length: 9000 }, (_, i) => [...image(i % 50), Math.floor(i / 900)]);
  const { classes } = await load(csv(rows));
  assert.equal(classes, ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
});

test('columns of pixels in the order of text are put in that of their numbers', async () => {
  const order = [...names.keys()].sort((a, b) => (names[a] < names[b] ? -1 : 1));
  const sorted = images.map((row) => order.map((at) => row[at]));
  await reads(
    csv(
      table(
        [['label', labels], '…'],
        sorted,
        order.map((at) => names[at]),
      ),
    ),
    ['columns of pixels are put in the order of their numbers'],
  );
});

test('columns that count rows are passed over', async () => {
  const count = labels.map((_, i) => i);
  const remark = (name: string) => [`columns that count the rows are passed over: ${name}`];
  await reads(csv(table([['', count], ['label', labels], '…'])), remark('number 1'));
  await reads(csv(table([['Unnamed: 0.1', count], ['label', labels], '…'])), remark('Unnamed: 0.1'));
  await reads(csv(table([['Unnamed: 0', count], ['label', labels], '…'])), remark('Unnamed: 0'));
  await reads(csv(table([['id', count.map((i) => i + 1)], '…', ['label', labels]])), remark('id'));
  await reads(csv(table([['', count], ['label', labels], '…']).slice(1)), remark('number 1'));
  const shuffled = count.map((i) => (7 * i) % COUNT);
  await reads(csv(table([['', shuffled], ['label', labels], '…'])), remark('number 1'));
  await refused(csv(table([['', shuffled], '…'])), 'invalid-table', 'has no labels', 'evaluate need them');
  // Without a name, and no count.
  await reads(csv(table([['', labels], '…'])), ['the labels are taken from column number 1']);
  await reads(csv(table([['label', labels], '…', ['', labels.map(() => '')]])), [
    'columns beside the pixels are passed over: number 66',
  ]);
});

test('other delimiters, a line that names them, marks of the encoding, and quotes', async () => {
  const rows = table([['label', labels], '…']);
  for (const delimiter of [';', '\t', '|']) await reads(csv(rows, delimiter));
  await reads(`sep=;\n${csv(rows, ';')}`);
  await reads(`\ufeff${csv(rows)}`);
  // Without names the first image is not lost to the mark.
  await reads(`\ufeff${csv(rows.slice(1))}`);
  await reads(`\n${csv(rows)}\n\n`);
  await reads(csv(rows.map((row) => row.map((field) => `"${field}"`))));
  const folder = tempFolder({ 'a.csv': Buffer.from(`\ufeff${csv(rows)}`, 'utf16le') });
  await refuses(() => listImages(join(folder.path, 'a.csv')), 'invalid-table', 'UTF-16');
  folder.remove();
});

test('pixels as floats, and from 0 to 1', async () => {
  const between = ['pixels lie between 0 and 1, so they are taken times 255'];
  const written = (write: (pixel: number) => string) =>
    csv(
      table(
        [['label', labels], '…'],
        images.map((row) => row.map(write)),
      ),
    );
  await reads(written((pixel) => pixel.toFixed(1)));
  await reads(
    written((pixel) => (pixel / 255).toFixed(4)),
    between,
  );
  await reads(
    written((pixel) => String(pixel / 255)),
    between,
  );
  await reads(
    written((pixel) => (pixel / 255).toExponential(6)),
    between,
  );
  // A comma for the point.
  const german = csv(
    table(
      [['label', labels], '…'],
      images.map((row) => row.map((pixel) => (pixel / 255).toFixed(4).replace('.', ','))),
    ),
    ';',
  );
  await reads(german, between);

  const binary = images.map((row) => row.map((pixel) => Number(pixel > 99)));
  const found = await load(csv(table([['label', labels], '…'], binary)));
  assert.equal([found.images, found.remarks], [binary.flat().map((bit) => 255 * bit), between]);
  const dim = images.map((row) => row.map((pixel) => pixel >> 4));
  assert.equal((await load(csv(table([['label', labels], '…'], dim)))).remarks, [
    'the brightest pixel is 15 of 255',
  ]);
});

test('a fraction among whole numbers, and a pixel outside, name their row and column', async () => {
  const changed = (value: string, row = 3) => {
    const rows = table([['label', labels], '…']).map((fields) => [...fields]);
    rows[row][20] = value;
    return csv(rows);
  };
  await refused(changed('12.5'), 'invalid-table', 'a.csv row 4', 'field 21 (pixel19) is 12.5');
  for (const wrong of ['256', '-1', 'x', '1e3', 'NaN', '#'])
    await refused(changed(wrong), 'invalid-table', 'a.csv row 4', `field 21 (pixel19) is ${wrong},`);
  await refused(changed('x', 1), 'invalid-table', 'a.csv row 2', 'field 21 (pixel19) is x,');
  await refused(changed(''), 'invalid-table', 'row 4', 'field 21 (pixel19) is empty');
  const units = table(
    [['label', labels], '…'],
    images.map((row) => row.map((pixel) => pixel / 255)),
  );
  await refused(csv(units).replace(/,0\n$/, ',48\n'), 'invalid-table', 'row 13', 'is 48');
});

test('labels as letters, words and floats', async () => {
  const letters = [...'ABCabc0é","'];
  const written = labels.map((_, i) => letters[i % letters.length]);
  const quoted = written.map((label) => (/[",]/.test(label) ? `"${label.replace('"', '""')}"` : label));
  const found = await load(csv(table([['label', quoted], '…'])));
  assert.equal(found.labels, written);
  assert.equal(found.images, images.flat());
  assert.equal((await load(csv(table([['', quoted], '…']).slice(1)))).labels, written);
  assert.equal((await load(csv(table(['…', ['', quoted]]).slice(1)))).labels, written);
  // An image whose label is a word that columns are called by.
  const signs = written.map((_, i) => ['y', '#', 'id'][i % 3]);
  assert.equal((await load(csv(table([['', signs], '…']).slice(1)))).labels, signs);
  await reads(csv(table([['label', labels.map((label, i) => (i % 2 ? `${label}.0` : label))], '…'])), [
    'labels that are whole numbers with a point are read without it, like 1.0 as 1',
  ]);
  await refused(
    csv(table([['label', ['', ...labels]], '…'])),
    'invalid-table',
    'row 2',
    'field 1 (label) is empty',
  );
  await refuses(
    () => load(csv(table([['label', quoted], '…'])), { mapping: 'capitals' }),
    'unknown-class',
    'label A',
  );
});

test('a column of parts', async () => {
  const parts = labels.map((_, i) => ['train', 'Train', 'eval', 'test'][i % 4]);
  const rows = table([['label', labels.map(() => '7')], ['Usage', parts], '…']);
  const { tested, validated, images: trained } = await load(csv(rows));
  assert.equal([tested, validated], [3, 3]);
  assert.equal(trained, images.filter((_, i) => i % 4 < 2).flat());
  const wrong = csv(rows).replace('eval', 'other');
  await refused(wrong, 'invalid-table', 'row 4', 'field 2 (Usage)', 'other');
});

/** Rows with all pixels in one cell, as FER2013 has them. */
const cells = images.map((row) => row.join(' '));

test('all pixels in one cell: with names or without, quoted, with blanks around, of any place and delimiter', async () => {
  const rows = cells.map((cell, i) => [labels[i], cell]);
  const named = [['emotion', 'pixels'], ...rows];
  await reads(csv(named));
  await reads(csv(rows));
  await reads(csv(named, ';'));
  await reads(csv(named, '\t'));
  await reads(csv(named.map(([label, cell]) => [` ${cell} `, ` ${label}`])));
  await reads(
    csv(named.map(([label, cell], i) => [label, i === 0 ? cell : `" ${cell.replaceAll(' ', '  ')}"`])),
  );
  const unit = cells.map((cell) => cell.replace(/\d+/g, (value) => String(Number(value) / 255)));
  await reads(csv([['emotion', 'pixels'], ...unit.map((cell, i) => [labels[i], cell])]), [
    'pixels lie between 0 and 1, so they are taken times 255',
  ]);
});

test('all pixels in one cell beside a column of parts', async () => {
  const usage = labels.map((_, i) => ['Training', 'Training', 'PublicTest', 'PrivateTest'][i % 4]);
  const rows = cells.map((cell, i) => ['7', cell, usage[i]]);
  const { tested, validated, images: trained } = await load(csv([['emotion', 'pixels', 'Usage'], ...rows]));
  assert.equal([tested, validated], [3, 3]);
  assert.equal(trained, images.filter((_, i) => i % 4 < 2).flat());
});

test('what is wrong with a cell of pixels is named by its row, its column and its number', async () => {
  const text = csv([
    ['emotion', 'pixels', 'Usage'],
    ...cells.map((cell, i) => [labels[i], cell, 'Training']),
  ]);
  const spoilt = (change: (line: string) => string) =>
    text
      .split('\n')
      .map((line, i) => (i === 4 ? change(line) : line))
      .join('\n');
  const wrong = (change: (line: string) => string, ...said: string[]) =>
    refused(spoilt(change), 'invalid-table', 'a.csv row 5', 'pixels', ...said);
  await wrong((line) => line.replace(',Training', ' 9,Training'), 'has more than 64 numbers');
  await wrong((line) => line.replace(/ \d+,Training/, ',Training'), 'has 63 numbers');
  await wrong((line) => line.replace(/,\d+ \d+ /, ',0 300 '), 'number 2 of column pixels is 300');
  await wrong((line) => line.replace(/,\d+ \d+ /, ',0 x '), 'number 2 of column pixels is x');
  await wrong((line) => line.replace(',Training', ''), '2 fields; expected 3 fields');
  await wrong((line) => line.replace('Training', 'other'), 'field 3 (Usage)', 'other');
  const colours = cells.map((cell) => `${cell} ${cell} ${cell}`);
  await refused(
    csv([['emotion', 'pixels'], ...colours.map((cell, i) => [labels[i], cell])]),
    'wrong-size',
    '192 numbers in column pixels',
  );
});

test('two numbers in the field of one pixel are refused', async () => {
  await refused(csv(table([['label', labels], '…'])).replace(/(\n0,0,)0,/, '$11 2,'), 'invalid-table', '1 2');
});

test('tables of pixels that make no square are named as such', async () => {
  const colours = Array.from({ length: 3 * PIXELS }, (_, i) => `pixel${i}`);
  const rows = [
    ['label', ...colours],
    ['0', ...colours.map(() => 1)],
  ];
  await refused(csv(rows), 'wrong-size', 'a.csv', '192 columns', 'pixel0', 'pixel191');
});

test('options that say nothing of a set are told of', async () => {
  const { remarks } = await loadData('mnist', {
    seed: 1,
    reading: { mapping: 'capitals', columns: { label: 'x' } },
  });
  assert.equal(remarks, [
    '`columns.label` says nothing of this data set: it is about CSV files',
    '`mapping` says nothing of this data set: it is about IDX files and CSV files of pixels',
  ]);
});

test.run();

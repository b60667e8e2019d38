import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { count } from '../../../../pipeline/data/dataset.ts';
import type { Fault } from '../../../../pipeline/faults.ts';
import { preparePicture } from '../../../../pipeline/front/preparePicture.ts';
import { type LoadOptions, loadData } from '../../../../pipeline/node/data/load.ts';
import { decodeImage, encodePng } from '../../../../pipeline/node/decode/decode.ts';
import { recipes } from '../../../../pipeline/preprocess/recipe.ts';
import { idx as idxFile } from '../../../support/cli.ts';
import { drawBox, refuses, tempFolder } from '../../../support/images.ts';

const tall = encodePng(drawBox(40, 40, [10, 5, 14, 30]));
const wide = encodePng(drawBox(40, 40, [5, 10, 30, 14]));

/** `many` images of each of two classes under a prefix. */
const classes = (prefix = '', many = 5): Record<string, Uint8Array> =>
  Object.fromEntries(
    Array.from({ length: many }, (_, i) => [
      [`${prefix}tall/${i}.png`, tall],
      [`${prefix}wide/${i}.PNG`, wide],
    ]).flat(),
  );

/** Loads a folder of these files, or a file in it. */
async function load(
  files: Record<string, string | Uint8Array>,
  inside = '',
  options: Partial<LoadOptions> = {},
) {
  const folder = tempFolder(files);
  try {
    return await loadData(join(folder.path, inside), { seed: 1, ...options });
  } finally {
    folder.remove();
  }
}

test('a folder of classes is split 80 to 20 by class', async () => {
  const hidden = { '.DS_Store': '', 'tall/.hidden.png': 'x', '.git/a.png': 'x', 'tall/notes.txt': 'x' };
  const progress: number[] = [];
  const data = await load({ ...classes(), ...hidden }, '', { onProgress: (done) => progress.push(done) });
  assert.equal(data.train.classes, ['tall', 'wide']);
  assert.equal([...data.train.labels], [0, 0, 0, 0, 1, 1, 1, 1]);
  assert.equal([...data.test.labels], [0, 1]);
  assert.equal([data.recipe, data.train.size], [recipes.scan, 28]);
  assert.equal(data.test.images.subarray(0, 784), preparePicture(decodeImage(tall, ''), recipes.scan).image);
  assert.equal(data.test.images.subarray(784), preparePicture(decodeImage(wide, ''), recipes.scan).image);
  assert.equal(progress, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assert.is(data.source, resolve(data.source));
});

test('pictures without ink are told of, the first by name', async () => {
  const white = encodePng(drawBox(30, 20, [0, 0, 0, 0]));
  const one = await load({ ...classes(), 'wide/blank.png': white });
  assert.is(one.remarks!.length, 1);
  assert.match(one.remarks![0], /wide\/blank\.png holds no ink; it is blank to the model$/);
  const rows = ['a.png,x', 'b.png,x', 'c.png,y', 'd.png,y'].join('\n');
  const three = await load(
    { 'a.png': tall, 'b.png': white, 'c.png': white, 'd.png': tall, 't.csv': `image,label\n${rows}` },
    't.csv',
    { split: false },
  );
  assert.match(
    three.remarks![0],
    /^2 images hold no ink, the first: t\.csv row 3.*; they are blank to the model$/,
  );
  const found = [0, 1, 2, 3].map((i) => three.train.images.subarray(784 * i, 784 * (i + 1)).some(Boolean));
  assert.equal(found, [true, false, false, true]);
});

test('a folder with train and test keeps them', async () => {
  const data = await load({ ...classes('train/', 3), ...classes('test/', 1) });
  assert.equal([count(data.train), count(data.test)], [6, 2]);
  assert.ok(data.test.paths!.every((path) => path.includes('/test/')));
  assert.equal([...data.test.labels], [0, 1]);
});

test('the share that is tested on is what is asked for, of each class', async () => {
  for (const [testShare, kept] of [
    [0.1, 9],
    [0.5, 5],
  ] as const) {
    const data = await load(classes('', 10), '', { reading: { testShare } });
    assert.equal([count(data.train), count(data.test)], [2 * kept, 20 - 2 * kept]);
    assert.is(data.train.labels.filter((label) => label === 0).length, kept);
  }
});

/** Images of two classes as IDX files: a bar across or down, of some grey on another. */
function bars(part: string, many: number, ink: number, ground: number): Record<string, Uint8Array> {
  const images = Uint8Array.from({ length: many * 100 }, (_, at) => {
    const [i, x, y] = [Math.floor(at / 100), at % 10, Math.floor(at / 10) % 10];
    return (i % 2 === 0 ? x : y) === 4 && (i % 2 === 0 ? y : x) % 9 > 0 ? ink : ground;
  });
  return {
    [`${part}-images-idx3-ubyte`]: idxFile([many, 10, 10], images),
    [`${part}-labels-idx1-ubyte`]: idxFile(
      [many],
      Uint8Array.from({ length: many }, (_, i) => i % 2),
    ),
  };
}

test('prepared images of dark ink are turned to bright ink, the test part too, and that is said', async () => {
  const light = await load({ ...bars('train', 10, 255, 0), ...bars('t10k', 4, 255, 0) });
  const dark = await load({ ...bars('train', 10, 0, 255), ...bars('t10k', 4, 0, 255) });
  assert.equal(light.remarks, []);
  assert.equal(dark.remarks, ['dark ink on white: turned to bright ink on black, as models take it']);
  for (const part of ['train', 'test'] as const) assert.equal(dark[part].images, light[part].images);
  const unscaled = { ...recipes.none, size: 10 };
  const same = await load({ ...bars('train', 10, 0, 255) }, '', { recipe: unscaled, split: false });
  assert.equal(same.train.images, light.train.images);
  // A recipe with steps finds the ink of each picture by itself.
  const found = await load({ ...bars('train', 10, 0, 255) }, '', { recipe: recipes.scan });
  assert.equal(found.remarks, []);
});

test('pixels in a CSV file and prepared image files are turned alike', async () => {
  const row = (i: number) => Array.from({ length: 64 }, (_, at) => (at === 18 + (i % 2) ? 0 : 255));
  const header = ['label', ...row(0).map((_, at) => `pixel${at}`)];
  const rows = [header, ...Array.from({ length: 12 }, (_, i) => [i % 2, ...row(i)])].join('\n');
  const pixels = await load({ 'digits.csv': rows }, 'digits.csv', { split: false });
  assert.match(pixels.remarks!.join(), 'turned to bright ink');
  assert.equal([...pixels.train.images.subarray(17, 20)], [0, 255, 0]);
  const small = encodePng(drawBox(28, 28, [8, 8, 20, 12]));
  const files = { 'a/1.png': small, 'b/1.png': small };
  const taken = await load(files, '', { recipe: recipes.mnist, split: false });
  assert.match(taken.remarks!.join(), 'turned to bright ink');
  assert.equal([taken.train.images[0], taken.train.images[8 * 28 + 8]], [0, 255]);
});

test('a part for validation is kept, and is tested on where there is no other', async () => {
  const [train, val, held] = [classes('Train/', 3), classes('Valid/', 2), classes('TEST/', 1)];
  const three = await load({ ...train, ...val, ...held });
  assert.equal([three.train, three.validation!, three.test].map(count), [6, 4, 2]);
  assert.ok(three.validation!.paths!.every((path) => path.includes('/Valid/')));
  const two = await load({ ...train, ...val });
  assert.equal([two.validation, count(two.train), count(two.test)], [undefined, 6, 4]);
  assert.equal(two.remarks, ['there is no test folder, so Valid is tested on']);
});

test('one class is enough to be tested on', async () => {
  const files = { 'tall/a.png': tall, 'tall/b.png': tall };
  assert.equal((await load(files, '', { split: false })).test.classes, ['tall']);
});

test('one table beside images is read, class folders go before a table', async () => {
  const table = 'image,label\nimages/a.png,1\nimages/b.png,2\nimages/c.png,1\nimages/d.png,2\n';
  const pictures = { 'images/a.png': tall, 'images/b.png': wide, 'images/c.png': tall, 'images/d.png': wide };
  const files = { 'labels.csv': table, ...pictures };
  assert.equal((await load(files)).train.classes, ['1', '2']);
  assert.equal((await load(files, 'labels.csv')).train.classes, ['1', '2']);
  assert.equal((await load({ ...classes(), 'notes.csv': 'x' })).train.classes, ['tall', 'wide']);
});

/** An IDX file of `count` values of 28×28 pixels, or of labels. */
function idx(shape: number[], value: (i: number) => number): Buffer {
  const header = Uint8Array.from([
    0,
    0,
    8,
    shape.length,
    ...shape.flatMap((side) => [0, 0, side >> 8, side & 255]),
  ]);
  const length = shape.reduce((product, side) => product * side, 1);
  return Buffer.concat([header, Uint8Array.from({ length }, (_, i) => value(i))]);
}

const idxs = (part: string, many: number, size: number) => ({
  [`${part}-images-idx3-ubyte`]: idx([many, size, size], (i) => i % 251),
  [`${part}-labels-idx1-ubyte`]: idx([many], (i) => i % 3),
});

test('IDX files stay as they are, their test part too, and share their classes', async () => {
  const data = await load({ ...idxs('train', 10, 28), ...idxs('t10k', 2, 28) });
  assert.equal([count(data.train), count(data.test)], [10, 2]);
  assert.equal(data.test.classes, ['0', '1', '2']);
  assert.equal(data.recipe, recipes.mnist);
  assert.is(data.train.images[783], 783 % 251);
});

test('an IDX images file without a test part is split; another size is kept in the recipe', async () => {
  const data = await load(idxs('train', 30, 16), 'train-images-idx3-ubyte');
  assert.equal([count(data.train), count(data.test)], [24, 6]);
  assert.equal([data.train.size, data.recipe.size], [16, 16]);
});

test('a recipe that is asked for is run on IDX images too, or must fit', async () => {
  const files = idxs('train', 6, 16);
  const data = await load(files, '', { recipe: recipes.handwriting });
  assert.equal([data.train.size, data.test.images.length % 784], [28, 0]);
  await refuses(
    () => load(files, '', { recipe: recipes.mnist }),
    'wrong-size',
    '16×16',
    'recipe mnist',
    '28×28',
  );
});

test('MNIST by its name', async () => {
  const data = await loadData('mnist', { seed: 0 });
  assert.equal([count(data.train), count(data.test), data.source], [60000, 10000, 'mnist']);
});

const bad: [string, Record<string, string | Uint8Array>, string, Fault, ...string[]][] = [
  ['missing', {}, 'nowhere', 'missing', '/nowhere:'],
  ['empty folder', {}, '', 'too-few-images'],
  ['no class folders', { 'a.png': tall }, '', 'not-a-dataset'],
  ['no images at all', { 'a.txt': '' }, '', 'not-a-dataset'],
  ['class without images', { ...classes(), 'empty/a.gif': '' }, '', 'too-few-images', 'class empty', 'a.gif'],
  ['one class', { 'tall/a.png': tall, 'tall/b.png': tall }, '', 'too-few-images', 'class tall'],
  [
    'stranger in test',
    { ...classes('train/'), 'test/odd/a.png': tall },
    '',
    'unknown-class',
    'test ',
    'class odd',
  ],
  ['too few to split', classes('', 1), '', 'too-few-images', '2 images'],
  ['broken image', { ...classes(), 'tall/x.png': 'x' }, '', 'not-an-image', '/tall/x.png:', 'text'],
  ['two tables', { 'a.csv': '', 'b.csv': '' }, '', 'not-a-dataset', '2 CSV files', '/a.csv'],
  ['an image', { 'a.png': tall }, 'a.png', 'not-a-dataset', '/a.png:', 'one image'],
  [
    'parts of two sizes',
    { ...idxs('train', 6, 16), ...idxs('test', 6, 8) },
    '',
    'wrong-size',
    '/train-images',
    '16×16',
    '8×8 in',
    '/test-images',
  ],
];
for (const [name, files, inside, code, ...names] of bad) {
  test(`refuses: ${name}`, async () => {
    await refuses(() => load(files, inside), code, ...names);
  });
}

test('many broken images are counted on one line', async () => {
  const files = { ...classes(), 'tall/x.png': 'x', 'wide/y.png': '' };
  await refuses(() => load(files), 'broken-images', '2 of 12', '/tall/x.png:');
});

const ENGLISH = '../shared/data/english-hnd';
if (existsSync(ENGLISH)) {
  test('drawn characters come out bright, centred and with grey edges, as MNIST has them', async () => {
    const rows = readFileSync(`${ENGLISH}/english.csv`, 'utf8').trim().split(/\r?\n/).slice(1);
    const few = rows.filter((_, i) => i % 55 < 2).map((row) => `${resolve(ENGLISH)}/${row}`);
    const { train, test: held } = await load({ 'few.csv': ['image,label', ...few].join('\n') }, 'few.csv');
    assert.is(count(train) + count(held), few.length);
    for (let i = 0; i < count(train); i++) {
      const image = train.images.subarray(i * 784, (i + 1) * 784);
      let [mass, x, y, bright, grey] = [0, 0, 0, 0, 0];
      image.forEach((byte, k) => {
        mass += byte;
        x += byte * (k % 28);
        y += byte * Math.floor(k / 28);
        if (byte > 200) bright++;
        else if (byte > 20) grey++;
      });
      const where = train.paths![i];
      assert.ok(mass / 784 / 255 > 0.03 && mass / 784 / 255 < 0.5, `${where}: ink ${mass / 784 / 255}`);
      assert.ok(
        Math.abs(x / mass - 14) < 2 && Math.abs(y / mass - 14) < 2,
        `${where}: ${x / mass}, ${y / mass}`,
      );
      assert.ok(bright > 10 && grey > 10, `${where}: ${bright} bright, ${grey} grey`);
      assert.is(image[0] + image[27] + image[756] + image[783], 0);
    }
  });
} else {
  console.log(`Drawn characters are not tested: there is no folder ${ENGLISH}`);
}

test.run();

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Fault } from '../../../../pipeline/faults.ts';
import { listClassFolders } from '../../../../pipeline/node/data/folder.ts';
import type { LabelledFile } from '../../../../pipeline/node/data/imageFiles.ts';
import { refuses, tempFolder } from '../../../support/images.ts';

// Folders are listed before any image is read, so that empty files will do.

/** Lists a folder with these files and links (path → target): each part as `label file`, and the remarks. */
async function list(files: readonly string[] | Record<string, string>, links: Record<string, string> = {}) {
  const contents = Array.isArray(files) ? Object.fromEntries(files.map((file) => [file, ''])) : files;
  const folder = tempFolder(contents as Record<string, string>);
  try {
    for (const [link, target] of Object.entries(links)) symlinkSync(target, join(folder.path, link));
    const { remarks, passedOver = [], ...parts } = listClassFolders(folder.path);
    const entries = Object.entries(parts).map(([part, listed]) => [
      part,
      (listed as LabelledFile[]).map(({ path, label }) => `${label} ${relative(folder.path, path)}`),
    ]);
    return {
      ...Object.fromEntries(entries),
      remarks: remarks.map((each) => each.replaceAll(`${folder.path}/`, '')),
      passedOver: passedOver.map((each) => each.replaceAll(`${folder.path}/`, '')),
    };
  } finally {
    folder.remove();
  }
}

test('a class for each sub-folder, without what programs leave behind', async () => {
  const junk = [
    'Thumbs.db',
    'b/desktop.ini',
    '.DS_Store',
    '__MACOSX/b/._1.png',
    'b/.ipynb_checkpoints/1.png',
    '@eaDir/1.png',
  ];
  assert.equal(await list(['b/2.png', 'b/1.JPG', 'a/x.jpeg', ...junk]), {
    train: ['a a/x.jpeg', 'b b/1.JPG', 'b b/2.png'],
    remarks: [],
    passedOver: [],
  });
});

test('folders in folders of classes belong to them, and a person is told', async () => {
  const { train, remarks } = await list(['a/ann/1.png', 'a/bob/deep/2.png', 'b/1.png']);
  assert.equal(train, ['a a/ann/1.png', 'a a/bob/deep/2.png', 'b b/1.png']);
  assert.equal(remarks, ['images in folders within those of classes are taken too, like a/ann/1.png']);
});

test('names of any script, with blanks, quotes, line breaks and emoji', async () => {
  const names = ['\'"', 'a b', 'two\nlines', 'é', 'あ', '😀'];
  const { train } = await list(names.map((name) => `${name}/1.png`));
  assert.equal(
    train,
    names.map((name) => `${name} ${name}/1.png`),
  );
});

test('names that read alike are one class, in composed form', async () => {
  const [composed, decomposed] = ['\u00e9', 'e\u0301'];
  const { train } = await list([`${composed}/1.png`, `${decomposed}/2.png`, 'f/1.png']);
  assert.equal(
    train.sort(),
    [`${composed} ${composed}/1.png`, `${composed} ${decomposed}/2.png`, 'f f/1.png'].sort(),
  );
});

test('classes.json names classes, so that a and A need no folders that differ only in case', async () => {
  const files = { 'lower_a/1.png': '', 'upper_a/1.png': '', 'A_too/1.png': '', '7/1.png': '' };
  const names = { lower_a: 'a', upper_a: 'A', A_too: ' A ' };
  const { train } = await list({ ...files, 'classes.json': JSON.stringify(names) });
  assert.equal(train.sort(), ['7 7/1.png', 'A A_too/1.png', 'A upper_a/1.png', 'a lower_a/1.png']);
  const parted = { 'train/x/1.png': '', 'train/y/1.png': '', 'test/x/1.png': '' };
  assert.equal((await list({ ...parted, 'classes.json': '{"x": "X"}' })).test, ['X test/x/1.png']);

  const bad: [string, Fault, ...string[]][] = [
    ['{', 'not-json', 'classes.json'],
    ['[]', 'invalid-table', 'classes.json'],
    ['{"lower_a": 1}', 'invalid-table', 'classes.json'],
    ['{"lower_a": " "}', 'invalid-table', 'classes.json'],
    ['{"lowr_a": "a"}', 'invalid-table', 'classes.json', 'folder lowr_a', 'lower_a?'],
    ['{"somewhere else": "a"}', 'invalid-table', 'classes.json', 'folder somewhere else'],
  ];
  for (const [text, code, ...names] of bad)
    await refuses(() => list({ ...files, 'classes.json': text }), code, ...names);
});

test('parts by their usual names, in any case', async () => {
  for (const [train, held] of [
    ['train', 'test'],
    ['Training', 'TESTING'],
    ['TRAIN', 'Validation'],
    ['train', 'val'],
  ]) {
    const listed = await list([`${train}/a/1.png`, `${train}/b/1.png`, `${held}/b/2.png`]);
    assert.equal(listed.train, [`a ${train}/a/1.png`, `b ${train}/b/1.png`]);
    assert.equal([listed.test, listed.validation], [[`b ${held}/b/2.png`], undefined]);
  }
  const three = await list(['train/a/1.png', 'dev/a/2.png', 'test/a/3.png']);
  assert.equal(
    [three.train, three.validation, three.test],
    [['a train/a/1.png'], ['a dev/a/2.png'], ['a test/a/3.png']],
  );
  await refuses(
    () => list(['train/a/1.png', 'Train/a/1.png', 'test/a/1.png']),
    'not-a-dataset',
    'Train and train',
  );
  await refuses(
    () => list(['train/a/1.png', 'test/A/1.png']),
    'unknown-class',
    'test ',
    'class A',
    'it is a;',
  );
  // A word that happens to be a class.
  assert.equal((await list(['test/1.png', 'exam/1.png'])).train, ['exam exam/1.png', 'test test/1.png']);
});

test('links are followed, of files and of folders', async () => {
  const folder = tempFolder({ 'x/1.png': '', '2.png': '' });
  const { train } = await list(['a/0.png'], {
    b: join(folder.path, 'x'),
    'a/2.png': join(folder.path, '2.png'),
  });
  assert.equal(train, ['a a/0.png', 'a a/2.png', 'b b/1.png']);
  folder.remove();
});

test('links that lead nowhere or round are named', async () => {
  for (const link of ['b', 'a/2.png', 'a/deep']) {
    await refuses(() => list(['a/1.png'], { [link]: 'gone' }), 'missing', `/${link}:`);
    const itself = link.replace(/.*\//, '');
    await refuses(() => list(['a/1.png'], { [link]: itself }), 'missing', `/${link}:`);
  }
  await refuses(() => list(['a/1.png'], { 'a/again': '.' }), 'unreadable', '/a/again:', '/a;');
  await refuses(() => list(['a/x/1.png'], { 'a/x/up': '../..' }), 'unreadable', '/a/x/up');
});

test('two links to one folder are two classes, not a loop', async () => {
  const { train } = await list(['.store/1.png'], { a: '.store', b: '.store' });
  assert.equal(train, ['a a/1.png', 'b b/1.png']);
});

test('a folder of archives says what they are', async () => {
  await refuses(() => list(['gzip.zip']), 'not-a-dataset', 'gzip.zip');
  await refuses(
    () => list(['matlab/emnist-letters.mat']),
    'too-few-images',
    'class matlab',
    'emnist-letters.mat',
  );
});

test('10,000 files are listed in a moment', () => {
  const folder = tempFolder();
  for (let i = 0; i < 10; i++) {
    mkdirSync(join(folder.path, String(i)));
    for (let k = 0; k < 1000; k++) writeFileSync(join(folder.path, String(i), `${k}.png`), '');
  }
  const start = performance.now();
  assert.is(listClassFolders(folder.path).train.length, 10_000);
  const seconds = (performance.now() - start) / 1000;
  folder.remove();
  assert.ok(seconds < 1, `${seconds} s`);
});

test.run();

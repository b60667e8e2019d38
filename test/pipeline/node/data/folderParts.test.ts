// Parts under the names that people give them, folders that only look like classes, and what is passed over.
import { join, relative } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { listClassFolders } from '../../../../pipeline/node/data/folder.ts';
import type { LabelledFile } from '../../../../pipeline/node/data/imageFiles.ts';
import { identifySource } from '../../../../pipeline/node/data/source.ts';
import { encodePng } from '../../../../pipeline/node/decode/decode.ts';
import { listImages } from '../../../../pipeline/node/inspect/list.ts';
import { drawBox, refuses, tempFolder } from '../../../support/images.ts';

type Files = readonly string[] | Record<string, string | Uint8Array>;

/** Lists a folder with these files: each part as `label file`, and the remarks. */
function list(files: Files, inside = '.') {
  const contents = Array.isArray(files) ? Object.fromEntries(files.map((file) => [file, ''])) : files;
  const folder = tempFolder(contents as Record<string, string>);
  const bare = (text: string) => text.replaceAll(`${folder.path}/`, '');
  try {
    const source = identifySource(join(folder.path, inside));
    assert.is(source.kind, 'folder');
    const {
      remarks,
      passedOver = [],
      ...parts
    } = listClassFolders(source.kind === 'folder' ? source.path : '');
    const entries = Object.entries(parts).map(([part, listed]) => [
      part,
      (listed as LabelledFile[]).map(({ path, label }) => `${label} ${relative(folder.path, path)}`),
    ]);
    return {
      ...Object.fromEntries(entries),
      remarks: remarks.map(bare),
      passedOver: passedOver.map(bare),
    };
  } finally {
    folder.remove();
  }
}

test('parts by other names are parts', () => {
  for (const [train, held] of [
    ['training_set', 'test_set'],
    ['trainingSet', 'testSet'],
    ['Train', 'Validation'],
    ['train_images', 'test_images'],
    ['mnist_train', 'mnist_test'],
    ['train data', 'test data'],
    ['TRAINSET', 'EVALSET'],
    ['letters-train-28x28', 'letters-dev-28x28'],
  ]) {
    const { train: trained, test: tested } = list([
      `${train}/a/1.png`,
      `${train}/b/1.png`,
      `${held}/b/2.png`,
    ]);
    assert.equal([trained, tested], [[`a ${train}/a/1.png`, `b ${train}/b/1.png`], [`b ${held}/b/2.png`]]);
  }
  const three = list(['Train/a/1.png', 'Test/a/2.png', 'Valid/a/3.png']);
  assert.equal(
    [three.train, three.validation, three.test],
    [['a Train/a/1.png'], ['a Valid/a/3.png'], ['a Test/a/2.png']],
  );
});

test('words that only sound like parts are classes', () => {
  for (const [one, other] of [
    ['train_station', 'test_drive'],
    ['train', 'tram'],
    ['trainer', 'tester'],
  ]) {
    assert.equal(list([`${one}/1.png`, `${other}/1.png`]).train.length, 2);
  }
});

test('a folder of its own name in between, as archives unpack, is looked through', () => {
  const files = ['trainingSet/trainingSet/0/1.jpg', 'trainingSet/trainingSet/1/2.jpg'];
  const { train, test: tested } = list([...files, 'testSet/testSet/0/3.jpg']);
  assert.equal(train, [`0 ${files[0]}`, `1 ${files[1]}`]);
  assert.equal(tested, ['0 testSet/testSet/0/3.jpg']);
  assert.equal(list(files, 'trainingSet').train, [`0 ${files[0]}`, `1 ${files[1]}`]);
});

test('a test part without classes is left aside, with a remark', () => {
  const listed = list(['train/a/1.png', 'train/b/1.png', 'test/1.png', 'test/2.png']);
  assert.equal(listed.train.length, 2);
  assert.equal([listed.test, listed.validation], [undefined, undefined]);
  assert.equal(listed.remarks, [
    'test has images but no classes, so it is left aside; evaluate needs labels',
  ]);
});

test('folders that hold the same folders and no images are no classes', async () => {
  for (const [one, other] of [
    ['fold1', 'fold2'],
    ['val', 'test'],
    ['training_set', 'extra'],
  ]) {
    await refuses(
      () => list([`${one}/0/1.png`, `${one}/1/1.png`, `${other}/0/1.png`]),
      'not-a-dataset',
      one,
      other,
      '0 1',
    );
  }
  // Folders of writers, and one folder that is called alike in each class.
  assert.is(list(['a/ann/1.png', 'a/bob/2.png', 'b/ann/1.png', 'b/cy/1.png']).train.length, 4);
  assert.is(list(['a/images/1.png', 'b/images/2.png']).train.length, 2);
  assert.is(list(['a/0/1.png', 'a/1/1.png', 'b/0/1.png', 'b/1.png']).train.length, 4);
});

test('a sample of the set beside it is passed over', () => {
  const files = ['trainingSet', 'trainingSample', 'testSet', 'testSample'].map(
    (name) => `${name}/${name}/0/1.jpg`,
  );
  const { train, test: held, passedOver } = list(files);
  assert.equal([train, held], [[`0 ${files[0]}`], [`0 ${files[2]}`]]);
  assert.equal(passedOver, ['folders beside the parts are passed over: testSample trainingSample']);
});

test('the parts of two data sets are told apart', async () => {
  const files = ['a_train', 'a_test', 'b_train', 'b_test'].map((part) => `${part}/0/1.png`);
  await refuses(() => list(files), 'not-a-dataset', '2 data sets', 'a_train, b_train');
  await refuses(
    () => list(['train/0/1.png', 'trainSet/0/1.png', 'test/0/1.png']),
    'not-a-dataset',
    'train and trainSet',
  );
});

test('what is passed over is told', () => {
  const parts = list(['train/a/1.png', 'test/a/1.png', 'extra/a/1.png', 'readme']);
  assert.equal(parts.passedOver, [
    'folders beside the parts are passed over: extra',
    'files passed over: 1, like readme',
  ]);
  const classes = list(['a/1.png', 'a/notes.txt', 'b/1.png', 'outside.png']);
  assert.equal(classes.passedOver, ['files passed over: 2, like outside.png']);
});

test('a picture is one by its usual endings, and without any by its content', () => {
  const png = encodePng(drawBox(4, 4, [1, 1, 2, 2]));
  const jpeg = Buffer.from('\xff\xd8\xff\xe0', 'latin1');
  const names = ['1.jfif', '2.JPE', '3.PNG', '4.apng', '5.pjpeg', '6.Jpg'];
  const listed = list({
    ...Object.fromEntries(names.map((name) => [`a/${name}`, name.endsWith('g') ? png : jpeg])),
    'b/7': png,
    'b/8': jpeg,
    'b/9': 'text',
    'b/10.img': png,
    'b/11.bmp': 'BM',
    'b/12.HEIC': '',
  });
  assert.equal(listed.train, [...names.map((name) => `a a/${name}`), 'b b/7', 'b b/8']);
  assert.equal(listed.remarks, [
    'pictures passed over, for they are not named as PNG or JPEG files: 3, like b/10.img',
  ]);
  assert.equal(listed.passedOver, ['files passed over: 1, like b/9']);
});

test('inspecting takes the same, and lists what it passes over by kind', () => {
  const folder = tempFolder({ 'trainSet/a/1.png': '', 'testSet/a/2.png': '', 'extra/3.png': '' });
  const { images, remarks, passedOver } = listImages(folder.path);
  folder.remove();
  assert.equal(
    images.map(({ part }) => part),
    ['train', 'test'],
  );
  assert.equal(remarks, []);
  assert.equal(passedOver, [{ what: 'images in no class', files: 1, example: 'extra/3.png' }]);
});

test.run();

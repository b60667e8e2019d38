// The page's data is that of the command line: the same images for the same limit and seed, and letters by the same hands.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Letters } from '../../../explorer/lab/data/letters.ts';
import { Mnist } from '../../../explorer/lab/data/mnist.ts';
import { OwnPictures } from '../../../explorer/lab/data/own.ts';
import { Shelf } from '../../../explorer/lab/data/shelf.ts';
import { limited } from '../../../pipeline/data/cuts.ts';
import { rgbaFromBytes } from '../../../pipeline/data/prepareDataset.ts';
import { synthPicture } from '../../../pipeline/data/synth/picture.ts';
import { preparePicture } from '../../../pipeline/front/preparePicture.ts';
import { loadMnist } from '../../../pipeline/node/data/mnist.ts';
import { handwritingFont } from '../../../pipeline/node/draw/handwritingFont.ts';
import { dataFiles } from '../../../pipeline/node/explore/dataFiles.ts';
import { bytesOf } from '../../../pipeline/node/explore/siteFile.ts';
import { recipes } from '../../../pipeline/preprocess/recipe.ts';
import { refuses } from '../../support/images.ts';

const files = dataFiles();
const asked: string[] = [];
const read = async (file: string) => {
  asked.push(file);
  return new Uint8Array(await bytesOf(files.get(file)!));
};
const whole = loadMnist();
const mnist = new Mnist(read);

test('a limit of MNIST has the images of the command line, from the first file alone', async () => {
  const { images, labels, classes } = await mnist.train(1500, 1);
  const expected = limited(whole.train, 1500, 1);
  assert.equal(labels, expected.labels);
  assert.ok(Buffer.compare(images, expected.images) === 0);
  assert.equal(classes, expected.classes);
  assert.equal(asked, ['mnist.json', 'mnist-train-0.bin']);
});

test('so has a limit of several files, of another seed, and all of it', async () => {
  const progress: number[] = [];
  for (const [many, seed] of [
    [3000, 1],
    [500, 7],
    [undefined, 3],
  ] as const) {
    const { images, labels } = await mnist.train(many, seed, (done) => progress.push(done));
    const expected = limited(whole.train, many, seed);
    assert.equal(labels, expected.labels);
    assert.ok(Buffer.compare(images, expected.images) === 0, `${many} of seed ${seed}`);
  }
  assert.is(new Set(asked).size, asked.length, 'no file is read twice');
  assert.equal(progress.slice(0, 2), [2000, 3000]);
});

test('test images are the first ones', async () => {
  const { images, labels } = await mnist.test(300);
  assert.equal(labels, whole.test.labels.slice(0, 300));
  assert.ok(Buffer.compare(images, whole.test.images.subarray(0, 300 * 784)) === 0);
});

test('a file that cannot be had is asked for again', async () => {
  let isThere = false;
  const flaky = new Mnist(async (file) => {
    if (!isThere && file.endsWith('.bin')) throw new Error('offline');
    return read(file);
  });
  await flaky.train(10, 1).then(
    () => assert.unreachable(),
    ({ message }) => assert.is(message, 'offline'),
  );
  isThere = true;
  assert.is((await flaky.train(10, 1)).labels.length, 10);
});

test('letters are written as by the command line', async () => {
  const recipe = recipes.scan;
  const { images, labels, classes } = await new Letters(read).part('test', 1, 5, recipe);
  assert.is(labels.length, 62);
  for (const i of [0, 17, 61]) {
    const expected = preparePicture(synthPicture('test', i, 5, handwritingFont), recipe).image;
    assert.equal(images.slice(i * 784, (i + 1) * 784), expected, classes[labels[i]]);
  }
});

/** A digit of MNIST as a picture of ink on paper. */
const picture = (i: number) =>
  rgbaFromBytes(
    whole.test.images.slice(i * 784, (i + 1) * 784).map((byte) => 255 - byte),
    28,
  );

test('own pictures are a data set of their own classes', async () => {
  const own = new OwnPictures();
  own.add(picture(0), 'seven');
  const two = own.add(picture(1), 'two', 'two.png');
  own.add(picture(1), ' two ');
  own.add(picture(2), 'one');
  own.remove(two.id);
  const { images, labels, classes } = own.dataset();
  assert.equal(classes, ['one', 'seven', 'two']);
  assert.equal([...labels], [0, 1, 2]);
  assert.equal(images.slice(784, 1568), preparePicture(picture(0), recipes.scan).image);
});

test('own pictures that cannot be trained on are refused calmly', async () => {
  const shelf = new Shelf(read);
  await refuses(() => shelf.load({ data: 'own' }, 1), 'too-few-images', 'there are none yet');
  shelf.own.add(picture(0), 'seven');
  await refuses(() => shelf.load({ data: 'own' }, 1), 'too-few-images', 'one class seven');
  await refuses(() => shelf.own.add(picture(0), '  '), 'invalid-setting', 'name');
  await refuses(
    () => shelf.own.add(rgbaFromBytes(new Uint8Array(784).fill(255), 28), 'a', 'a.png'),
    'not-an-image',
    'a.png',
    'no ink',
  );
  shelf.own.add(picture(1), 'two');
  await refuses(() => shelf.load({ data: 'own' }, 1), 'too-few-images', 'two');
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { limited, testSplit, validationSplit } from '../../../pipeline/data/cuts.ts';
import { count, type Dataset } from '../../../pipeline/data/dataset.ts';
import { whereItLies } from '../../../pipeline/data/part.ts';
import { refuses } from '../../support/images.ts';

/** Images of one pixel, each of another brightness: 20 of class a, 10 of b. */
const thirty: Dataset = {
  name: 'thirty',
  classes: ['a', 'b'],
  size: 1,
  images: Uint8Array.from({ length: 30 }, (_, i) => i),
  labels: Int32Array.from({ length: 30 }, (_, i) => (i % 3 === 2 ? 1 : 0)),
};

const ofB = ({ labels }: Dataset) => labels.reduce((sum, label) => sum + label, 0);
const together = (...parts: Dataset[]) => parts.flatMap(({ images }) => [...images]).sort((a, b) => a - b);

test('a test part has its share of each class, and shares no image with the rest', () => {
  const { train, test } = testSplit(thirty, 0.2, 1, 'thirty');
  assert.equal([count(train), count(test), ofB(test)], [24, 6, 2]);
  assert.equal(together(train, test), [...thirty.images]);
  assert.equal(testSplit(thirty, 0.2, 1, 'thirty').test, test);
  assert.not.equal(testSplit(thirty, 0.2, 2, 'thirty').test, test);
});

test('where no class has two images there is no test part', async () => {
  const two: Dataset = { ...thirty, images: Uint8Array.of(0, 1), labels: Int32Array.of(0, 1) };
  await refuses(() => testSplit(two, 0.2, 1, 'two'), 'too-few-images', 'two:', '2 images');
});

test('a validation part is set aside, or the training images validate themselves', async () => {
  const [train, validation] = validationSplit(thirty, { validation: 0.1, seed: 1 });
  assert.equal([count(train), count(validation), ofB(validation)], [27, 3, 1]);
  assert.equal(together(train, validation), [...thirty.images]);
  assert.equal(validationSplit(thirty, { validation: 0, seed: 1 }), [thirty, thirty]);
  const two: Dataset = { ...thirty, images: Uint8Array.of(0, 1), labels: Int32Array.of(0, 1) };
  await refuses(
    () => validationSplit(two, { validation: 0.5, seed: 1 }),
    'too-few-images',
    '`validation` 0.5',
    'of 2 images',
  );
});

test('what was cut and what it was cut from are whoever cuts to change', () => {
  const given: Dataset = { ...thirty, images: thirty.images.slice(), labels: thirty.labels.slice() };
  const [train, validation] = validationSplit(given, { validation: 0.1, seed: 1 });
  given.images.fill(200);
  assert.equal(together(train, validation), [...thirty.images]);
  train.images.fill(100);
  train.labels.fill(1);
  // What a device holds is what was changed.
  assert.equal(whereItLies(train), { whole: train });
  assert.ok(given.images.every((value) => value === 200));
  assert.equal([...given.labels], [...thirty.labels]);
});

test('a limit keeps so many images, drawn from all of them', () => {
  const nine = limited(thirty, 9, 1);
  assert.is(count(nine), 9);
  assert.equal([...nine.images], together(nine));
  assert.ok(Math.max(...nine.images) > 9);
  assert.equal(limited(thirty, 9, 1), nine);
  assert.not.equal(limited(thirty, 9, 2), nine);
  for (const limit of [undefined, 30, 31]) assert.is(limited(thirty, limit, 1), thirty);
});

test.run();

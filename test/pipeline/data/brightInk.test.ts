// Which polarity a set of prepared images has, and that it is turned as models take it.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isDarkInk, withBrightInk } from '../../../pipeline/data/brightInk.ts';
import type { Dataset } from '../../../pipeline/data/dataset.ts';

const SIZE = 12;

/** A stroke on even ground, at another place in each image. */
const stroke = (i: number, ink: number, ground: number): number[] =>
  Array.from({ length: SIZE * SIZE }, (_, at) => {
    const [x, y] = [at % SIZE, Math.floor(at / SIZE)];
    return x === 3 + (i % 5) && y > 1 && y < 10 ? ink : ground;
  });

const setOf = (...images: number[][]): Dataset => ({
  name: 'set',
  classes: ['a'],
  size: SIZE,
  images: Uint8Array.from(images.flat()),
  labels: new Int32Array(images.length),
});

const many = (count: number, ink: number, ground: number): number[][] =>
  Array.from({ length: count }, (_, i) => stroke(i, ink, ground));

/** Bright ink that fills all but a spot in the middle: by its border it looks like dark ink. */
const full = Array.from({ length: SIZE * SIZE }, (_, at) => (at === 6 * SIZE + 6 ? 0 : 255));

test('dark ink is told from bright, at any contrast', () => {
  for (const [ink, ground] of [
    [0, 255],
    [90, 140],
    [200, 230],
  ]) {
    assert.ok(isDarkInk(setOf(...many(20, ink, ground))), `${ink} on ${ground}`);
    assert.not.ok(isDarkInk(setOf(...many(20, ground, ink))), `${ground} on ${ink}`);
  }
});

test('blank images have no vote, and a set of them is left as it is', () => {
  const white = many(30, 255, 255);
  assert.not.ok(isDarkInk(setOf(...white)));
  assert.not.ok(isDarkInk(setOf(...white, ...many(3, 255, 0))));
  assert.ok(isDarkInk(setOf(...many(30, 0, 0), ...many(3, 0, 255))));
});

test('a few images whose border misleads turn nothing, and hold nothing up', () => {
  assert.not.ok(isDarkInk(setOf(...many(10, 255, 0), full, full)));
  const inverted = full.map((byte) => 255 - byte);
  assert.ok(isDarkInk(setOf(...many(10, 0, 255), inverted, inverted)));
});

test('three quarters of the inked are enough, one less is not, whichever come first', () => {
  const [dark, bright] = [(n: number) => many(n, 0, 255), (n: number) => many(n, 255, 0)];
  for (const blank of [0, 5]) {
    const none = many(blank, 0, 0);
    assert.ok(isDarkInk(setOf(...bright(10), ...dark(30), ...none)));
    assert.ok(isDarkInk(setOf(...dark(30), ...bright(10), ...none)));
    assert.not.ok(isDarkInk(setOf(...bright(10), ...dark(29), ...none)));
    assert.not.ok(isDarkInk(setOf(...none, ...dark(29), ...bright(10))));
  }
});

test('a mixed set is left as it is', () => {
  const parts = { train: setOf(...many(10, 0, 255), ...many(10, 255, 0)) };
  assert.is(withBrightInk(parts), parts);
});

test('every part of a dark set is turned, and nothing is written over', () => {
  const train = setOf(...many(9, 10, 250));
  const [validation, held] = [setOf(...many(2, 0, 255)), setOf(stroke(1, 3, 200))];
  const before = train.images.slice();
  const turned = withBrightInk({ train, validation, test: held });
  assert.equal(turned.train.images, setOf(...many(9, 245, 5)).images);
  assert.equal(turned.validation!.images, setOf(...many(2, 255, 0)).images);
  assert.equal(turned.test!.images, setOf(stroke(1, 252, 55)).images);
  assert.equal(train.images, before);
  assert.equal(Object.keys(withBrightInk({ train })), ['train']);
});

test('a large set is judged by images from all over it', () => {
  // Sorted by class: the first hundreds say nothing of the rest.
  const images = [...many(500, 255, 0), ...many(4500, 0, 255)];
  assert.ok(isDarkInk(setOf(...images)));
});

test.run();

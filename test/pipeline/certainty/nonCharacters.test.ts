import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Random } from '../../../engine/random.ts';
import { beside, mirrored, turned } from '../../../pipeline/certainty/collages.ts';
import { gateImages } from '../../../pipeline/certainty/gateImages.ts';
import {
  areCharacters,
  strangeMirrored,
  strangers,
  strangeTurned,
} from '../../../pipeline/certainty/lookAlikes.ts';
import { nonCharacters } from '../../../pipeline/certainty/nonCharacters.ts';
import { count } from '../../../pipeline/data/dataset.ts';
import { canvasOf } from '../../../pipeline/data/drawn/canvas.ts';
import { drawn, fitted } from '../../../pipeline/draw/strokes.ts';
import { labelTypeface } from '../../../pipeline/node/draw/labelTypeface.ts';

const SIDE = 28;

/** Upright bars of 20 pixels, called by digits. */
const digits = {
  name: 'bars',
  classes: [...'0123456789'],
  size: SIDE,
  images: Uint8Array.from({ length: 30 * SIDE * SIDE }, (_, i) => {
    const [x, y] = [i % SIDE, Math.floor(i / SIDE) % SIDE];
    return x >= 12 && x < 15 && y >= 4 && y < 24 ? 255 : 0;
  }),
  labels: Int32Array.from({ length: 30 }, (_, i) => i % 10),
};

test('what looks like a class is no stranger to it', () => {
  const { latin, others } = strangers(digits.classes);
  for (const each of '0123456789OolI|SZsz') assert.not.ok(latin.includes(each), each);
  for (const each of 'AEHKMNRWXBT#%') assert.ok(latin.includes(each), each);
  assert.ok(others.includes('Ж') && !others.includes('З'));
  const letters = strangers([...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']).latin;
  for (const each of 'acoszOSZ0125l') assert.not.ok(letters.includes(each), each);
  for (const each of '34#%&') assert.ok(letters.includes(each), each);
});

test('of classes called by words nothing is known that they do not look like', () => {
  assert.equal(strangers(['bar', 'dash']), { latin: [], others: [] });
  assert.equal(strangeTurned(['bar', '4', '3', 'E']), [false, true, false, false]);
  assert.equal(strangeMirrored(['0', '4', '7']), [false, true, true]);
  assert.is(areCharacters(['a', '字', '😀']), true);
  assert.is(areCharacters(['a', 'bc']), false);
});

test('pictures are a function of the seed, and few are blank', () => {
  const options = { total: 300, typefaces: [labelTypeface()] };
  const one = nonCharacters(digits, { ...options, seed: 1 });
  assert.is(one.length, 300 * SIDE * SIDE);
  assert.equal(nonCharacters(digits, { ...options, seed: 1 }), one);
  assert.not.equal(nonCharacters(digits, { ...options, seed: 2 }), one);
  const blank = Array.from({ length: 300 }, (_, i) =>
    one.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE).every((byte) => byte < 32),
  ).filter(Boolean).length;
  assert.ok(blank < 15, `${blank} of 300 are blank`);
});

test('without fonts, and for any classes, pictures are drawn all the same', () => {
  const words = { ...digits, classes: digits.classes.map((name) => `class ${name}`) };
  assert.is(nonCharacters(words, { total: 50, seed: 1, typefaces: [] }).length, 50 * SIDE * SIDE);
});

test('a gate is taught with a class more, in which nothing else is', () => {
  const images = gateImages(digits, 1000, 1, [labelTypeface()]);
  assert.equal(images.classes, [...digits.classes, '']);
  const none = images.labels.filter((label) => label === 10).length;
  assert.equal([none, count(images)], [333, 30 + 4 + 333]);
  assert.is(images.images.length, count(images) * SIDE * SIDE);
  assert.ok(count(gateImages(digits, 20, 1, [])) <= 22);
});

test('the canvas has the extent of the ink', () => {
  assert.equal(new Set(Array.from(canvasOf(digits).extents)), new Set([20]));
  const blank = { ...digits, images: new Uint8Array(digits.images.length) };
  assert.equal(canvasOf(blank).extents, [SIDE]);
});

test('a line is as long and as wide as it should be', () => {
  const fit = { size: 20, extent: 12, radius: 1 };
  const ink = drawn(fitted([[5, 5, 105, 5]], fit), fit);
  const total = ink.reduce((sum, value) => sum + value, 0);
  assert.ok(Math.abs(total - (10 * 2 + Math.PI)) < 0.6, `ink ${total}`);
  const rows = Array.from({ length: 20 }, (_, y) =>
    ink.subarray(20 * y, 20 * y + 20).some((value) => value > 0.5),
  );
  assert.equal(
    rows.flatMap((on, y) => (on ? [y] : [])),
    [9, 10],
  );
});

test('collages: turned four times and mirrored twice is the picture itself; two bars stand beside each other', () => {
  const random = new Random(4);
  const image = Uint8Array.from({ length: 25 }, () => random.integer(256));
  let round: Uint8Array = image;
  for (let i = 0; i < 4; i++) round = turned(round, 5, true);
  assert.equal(round, image);
  assert.equal(turned(turned(image, 5, true), 5, false), image);
  assert.equal(mirrored(mirrored(image, 5), 5), image);
  const bar = digits.images.subarray(0, SIDE * SIDE);
  const row = beside([bar, bar], SIDE, 20, new Random(5)).subarray(14 * SIDE, 15 * SIDE);
  const edges = row.filter((byte, x) => byte >= 128 && row[x - 1] < 128).length;
  assert.is(edges, 2);
});

test.run();

// The cut that goes into the recipe, hairlines in it, and whether a picture holds several characters.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { cutOut } from '../../../pipeline/front/cut.ts';
import { findInk } from '../../../pipeline/front/front.ts';
import { penned } from '../../../pipeline/front/hairline.ts';
import { preparePicture } from '../../../pipeline/front/preparePicture.ts';
import { singleOf } from '../../../pipeline/front/single.ts';
import type { RgbaImage } from '../../../pipeline/image/image.ts';
import { recipes } from '../../../pipeline/preprocess/recipe.ts';
import { BLACK, fromLine, isSeven, likeness, painted, seven, WHITE } from '../../support/drawn.ts';

const { handwriting, scan } = recipes;
const SIDE = 140;
const isInk = isSeven(SIDE);

test('the cut is black on white, without the light on the paper and what is not the character', () => {
  const picture = painted(SIDE, SIDE, (x, y) => {
    const value = Math.round((isInk(x, y) ? 60 : 220) * (1 - (0.6 * y) / SIDE));
    return x < 3 ? BLACK : [value, value, value];
  });
  const found = findInk(picture);
  const cut = cutOut(picture, found, singleOf(found));
  const values = Array.from({ length: cut.width * cut.height }, (_, i) => cut.data[4 * i]);
  const share = (low: number, high: number) =>
    values.filter((value) => value >= low && value <= high).length / values.length;
  assert.ok(share(250, 255) > 0.7, `white ${share(250, 255)}`);
  assert.ok(share(0, 30) > 0.05, `black ${share(0, 30)}`);
  assert.ok(share(80, 200) < 0.06, `grey ${share(80, 200)}`);
  for (let i = 0; i < values.length; i++) {
    const [x, y] = [i % cut.width, Math.floor(i / cut.width)];
    assert.is(cut.data[4 * i + 3], 255);
    assert.is(cut.data[4 * i + 1], values[i]);
    if (Math.min(x, y, cut.width - 1 - x, cut.height - 1 - y) < 5)
      assert.is(values[i], 255, 'a margin of paper');
  }
});

test('a cut is square and of bounded size, and ink keeps its proportions in it', () => {
  for (const side of [40, 300, 1000, 1700]) {
    const picture = seven(side);
    const found = findInk(picture);
    const { width, height, data } = cutOut(picture, found, singleOf(found));
    assert.is(width, height);
    assert.ok(width <= 600, `${side}: ${width}×${height}`);
    const inked = Array.from({ length: width * height }, (_, i) => i).filter((i) => data[4 * i] < 128);
    const extent = (values: number[]) =>
      values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b)) + 1;
    const [wide, high] = [
      extent(inked.map((i) => i % width)),
      extent(inked.map((i) => Math.floor(i / width))),
    ];
    // The strokes lie 0.44 and 0.62 apart, and are a twelfth wide.
    assert.ok(Math.abs(wide / high - 0.523 / 0.703) < 0.04, `${side}: ${wide}×${high}`);
    const room = (width - high) / 2 / high;
    assert.ok(room > 0.15 && room < 0.3, `${side}: room ${room}`);
  }
});

const two = (shapes: ((x: number, y: number) => boolean)[]): RgbaImage =>
  painted(240, 120, (x, y) => (shapes.some((shape) => shape(x, y)) ? BLACK : WHITE));
const narrow = isSeven(120);

test('characters side by side are several; one that is in pieces is not', () => {
  assert.is(preparePicture(two([narrow, (x, y) => narrow(x - 110, y)]), scan).holds, 'several');
  assert.is(preparePicture(two([(x, y) => narrow(x - 60, y)]), scan).holds, 'one');
  const bars = [40, 70].map((at) => (x: number, y: number) => Math.abs(y - at) < 5 && x > 80 && x < 150);
  assert.is(preparePicture(two(bars), scan).holds, 'one', 'two bars of =');
  const dotted = [
    (x: number, y: number) => Math.abs(x - 120) < 5 && y > 45 && y < 110,
    (x: number, y: number) => Math.hypot(x - 120, y - 28) < 7,
  ];
  assert.is(preparePicture(two(dotted), scan).holds, 'one', 'an i with its dot');
});

test('a speck beside a character is neither read nor several', () => {
  const clean = preparePicture(two([(x, y) => narrow(x - 60, y)]), handwriting).image;
  const speck = two([(x, y) => narrow(x - 60, y), (x, y) => x > 20 && x < 23 && y > 60 && y < 63]);
  const { image, holds } = preparePicture(speck, handwriting);
  assert.is(holds, 'one');
  assert.ok(likeness(image, clean) > 0.99);
});

test('a hairline gets the width of a pen, and broad strokes stay as they are', () => {
  const line = (width: number) => ({
    width: 200,
    height: 200,
    data: Float32Array.from(
      { length: 40_000 },
      (_, i) => +(fromLine((i % 200) + 0.5, Math.floor(i / 200) + 0.5, [50, 20, 150, 180]) <= width / 2),
    ),
  });
  const broad = line(20);
  assert.is(penned(broad, 160), broad);
  const fine = line(2);
  const inked = penned(fine, 160);
  const ink = (data: Float32Array) => data.reduce((sum, value) => sum + value, 0);
  assert.ok(ink(inked.data) > 3 * ink(fine.data));
  assert.ok(inked.data.every((value, i) => value >= fine.data[i]));
  const blank = { width: 9, height: 9, data: new Float32Array(81) };
  assert.equal(penned(blank, 9), blank);
});

test('a hairline in a large picture is as much ink as a pen writes', () => {
  const pen = preparePicture(seven(SIDE), handwriting).image;
  const fine = preparePicture(seven(1500, BLACK, WHITE, 4), handwriting).image;
  assert.ok(likeness(fine, pen) > 0.7, String(likeness(fine, pen)));
  assert.ok(Math.max(...fine) > 180);
});

test('48 megapixels need little memory beside the picture', () => {
  const [width, height] = [8000, 6000];
  const picture = { width, height, data: new Uint8Array(4 * width * height).fill(255) };
  const ink = Uint8Array.from({ length: 4 * 200 }, (_, i) => (i % 4 === 3 ? 255 : 0));
  for (let y = 2000; y < 4000; y++) picture.data.set(ink, 4 * (y * width + 3900));
  const before = process.memoryUsage().arrayBuffers;
  const { holds } = preparePicture(picture, handwriting);
  const grown = process.memoryUsage().arrayBuffers - before;
  assert.is(holds, 'one');
  assert.ok(grown < 64e6, `${Math.round(grown / 1e6)} MB more`);
});

test.run();

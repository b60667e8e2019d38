// Whole pictures: the ink is found whatever its polarity, shade and surroundings, or none where there is none.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findInk } from '../../../pipeline/front/front.ts';
import { preparePicture } from '../../../pipeline/front/preparePicture.ts';
import { singleOf } from '../../../pipeline/front/single.ts';
import { isWhiteNoise } from '../../../pipeline/front/whiteNoise.ts';
import type { RgbaImage } from '../../../pipeline/image/image.ts';
import { prepare } from '../../../pipeline/preprocess/prepare.ts';
import { recipes } from '../../../pipeline/preprocess/recipe.ts';
import { BLACK, CLEAR, type Colour, isSeven, likeness, painted, seven, WHITE } from '../../support/drawn.ts';
import { numbers } from '../../support/makePng.ts';

const { handwriting, scan } = recipes;

const SIDE = 140;
const expected = preparePicture(seven(SIDE), handwriting).image;
const isInk = isSeven(SIDE);

/** A 7 whose ink and paper are told for each pixel. */
const drawn = (
  ink: Colour,
  paper: Colour,
  more: (x: number, y: number) => Colour | undefined = () => undefined,
) => painted(SIDE, SIDE, (x, y) => more(x, y) ?? (isInk(x, y) ? ink : paper));

const lit = (light: (x: number, y: number) => number, [dark, bright] = [50, 235]): RgbaImage =>
  painted(SIDE, SIDE, (x, y) => {
    const value = Math.round((isInk(x, y) ? dark : bright) * light(x, y));
    return [value, value, value];
  });

const random = numbers(12);
const border = (x: number, y: number): number => Math.min(x, y, SIDE - 1 - x, SIDE - 1 - y);

const sevens: Readonly<Record<string, RgbaImage>> = {
  'black on white': drawn(BLACK, WHITE),
  'white on black': drawn(WHITE, BLACK),
  'grey on grey': drawn([120, 120, 120], [140, 140, 140]),
  'bright grey on grey': drawn([150, 150, 150], [120, 120, 120]),
  'red on green': drawn([200, 40, 40], [40, 119, 40]),
  'red on blue': drawn([230, 0, 0], [0, 0, 230]),
  'yellow on white': drawn([255, 225, 0], WHITE),
  'black ink on nothing': drawn([0, 0, 0, 255], CLEAR),
  'white ink on nothing': drawn([255, 255, 255, 255], [255, 255, 255, 0]),
  'in a frame': drawn(BLACK, WHITE, (x, y) => (border(x, y) < 3 ? BLACK : undefined)),
  'in a box inside': drawn(BLACK, WHITE, (x, y) => (Math.abs(border(x, y) - 6) < 2 ? BLACK : undefined)),
  'beside a line': drawn(BLACK, WHITE, (x) => (x < 2 ? BLACK : undefined)),
  'on paper on a dark table': drawn([40, 40, 60], [240, 238, 230], (x, y) =>
    border(x, y) < 12 ? [60, 40, 30] : undefined,
  ),
  'on a dark tile on white': drawn(WHITE, BLACK, (x, y) => (border(x, y) < 12 ? WHITE : undefined)),
  'in a soft shadow': lit((x, y) => 0.35 + 0.65 * Math.min(1, Math.hypot(x - 20, y - 120) / 90)),
  'across a hard edge of light': lit((x, y) => (x + y > 150 ? 0.5 : 1)),
  'in a gradient': lit((x) => 1 - (0.7 * x) / SIDE),
  'with noise': painted(SIDE, SIDE, (x, y) => {
    const value = (isInk(x, y) ? 60 : 215) + random(30) - 15;
    return [value, value, value];
  }),
  'in a corner of much paper': painted(900, 700, (x, y) => (isInk(x - 20, y - 10) ? BLACK : WHITE)),
};

for (const [name, picture] of Object.entries(sevens)) {
  test(`a 7 is found: ${name}`, () => {
    const { image, holds } = preparePicture(picture, handwriting);
    assert.is(holds, 'one');
    const alike = likeness(image, expected);
    assert.ok(alike > 0.9, `alike to ${alike}`);
  });
}

test('a 7 of 28×28 pixels is found in either polarity and in a corner', () => {
  for (const [ink, paper] of [
    [BLACK, WHITE],
    [WHITE, BLACK],
  ]) {
    for (const [side, size] of [
      [28, 28],
      [24, 32],
    ]) {
      const small = isSeven(side, side / 9);
      const { image, holds } = preparePicture(
        painted(size, size, (x, y) => (small(x, y) ? ink : paper)),
        handwriting,
      );
      assert.is(holds, 'one');
      assert.ok(likeness(image, expected) > 0.85, `${likeness(image, expected)}`);
    }
  }
});

test('a picture turned by a quarter has its prepared image turned so', () => {
  const turned = painted(SIDE, SIDE, (x, y) => (isInk(y, SIDE - 1 - x) ? BLACK : WHITE));
  const { image } = preparePicture(turned, handwriting);
  const back = Uint8Array.from({ length: 784 }, (_, i) => {
    const [x, y] = [i % 28, Math.floor(i / 28)];
    return image[x * 28 + 27 - y];
  });
  assert.ok(likeness(back, expected) > 0.95, String(likeness(back, expected)));
});

const grey = (value: number): Colour => [value, value, value];

const nothing: Readonly<Record<string, RgbaImage>> = {
  'a white pixel': painted(1, 1, () => WHITE),
  'a black pixel': painted(1, 1, () => BLACK),
  'a clear pixel': painted(1, 1, () => CLEAR),
  'a row': painted(50, 1, () => WHITE),
  'a column': painted(1, 50, () => [90, 20, 10]),
  white: painted(60, 40, () => WHITE),
  black: painted(60, 40, () => BLACK),
  colour: painted(33, 44, () => [10, 200, 90]),
  'all clear': painted(40, 40, () => CLEAR),
  'clear, with colours that nobody sees': painted(40, 40, (x, y) => [x * 6, y * 6, 99, 0]),
  'a soft gradient': painted(120, 90, (x) => [130 + x / 2, 130 + x / 2, 130 + x / 2]),
  grain: painted(120, 120, () => {
    const value = 200 + random(6) + random(6) + random(6);
    return [value, value, value];
  }),
  'noise of all greys': painted(28, 28, () => grey(random(256))),
  'faint noise': painted(90, 60, () => grey(140 + random(40))),
  'noise in black and white': painted(64, 64, () => grey(255 * random(2))),
  'noise in colour': painted(300, 40, () => [random(256), random(256), random(256)]),
  'noise of 700×600': painted(700, 600, () => grey(random(256))),
};

for (const [name, picture] of Object.entries(nothing)) {
  test(`no ink is found: ${name}`, () => {
    const { image, holds } = preparePicture(picture, scan);
    assert.is(holds, 'none');
    assert.equal(image, new Uint8Array(784));
    assert.equal(singleOf(findInk(picture)), []);
  });
}

test('what is drawn is no noise, nor is a pattern, however much of either there is', () => {
  const planeOf = (side: number, valueAt: (x: number, y: number) => number) => ({
    width: side,
    height: side,
    data: Float32Array.from({ length: side * side }, (_, i) => valueAt(i % side, Math.floor(i / side))),
  });
  const noise = planeOf(28, () => random(256));
  assert.ok(isWhiteNoise(noise));
  assert.not.ok(isWhiteNoise(planeOf(28, () => 7)));
  assert.not.ok(isWhiteNoise(planeOf(10, () => random(256))), 'too few pixels to tell');
  const ink = isSeven(28);
  // Its contrast is half of the range of the noise.
  assert.not.ok(isWhiteNoise(planeOf(28, (x, y) => random(256) + (ink(x, y) ? 128 : 0))));
  assert.not.ok(isWhiteNoise(planeOf(28, (x, y) => 255 * ((x + y) % 2))));
  assert.not.ok(isWhiteNoise(planeOf(28, (x) => 255 * (x % 2) + random(256))));
});

test('pictures of any odd size come to an image, and are left as they were', () => {
  for (const [width, height] of [
    [1, 2],
    [2, 1],
    [3, 3],
    [1, 300],
    [300, 1],
    [5, 400],
    [257, 2],
    [511, 513],
  ]) {
    const picture = painted(width, height, (x, y) => ((x * 7 + y * 3) % 11 < 3 ? BLACK : WHITE));
    const before = picture.data.slice();
    const first = preparePicture(picture, scan);
    assert.is(first.image.length, 784);
    assert.is(first.image.some(Boolean), first.holds !== 'none', `${width}×${height}`);
    assert.equal(picture.data, before);
    assert.equal(preparePicture(picture, scan), first);
  }
});

test('a recipe without steps takes pictures as they are', () => {
  const picture = seven(28);
  assert.equal(preparePicture(picture, recipes.mnist), {
    image: prepare(picture, recipes.mnist),
    holds: 'one',
  });
  assert.equal(
    preparePicture(
      painted(28, 28, () => BLACK),
      recipes.none,
    ).holds,
    'one',
  );
});

test.run();

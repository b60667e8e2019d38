// Pictures as programs have them, and each step of their preparation as a function.

import {
  centre,
  clean,
  colour,
  crop,
  cut,
  denoise,
  deskew,
  fit,
  grayscale,
  type ImageLike,
  imageFrom,
  parseRecipe,
  polarity,
  prepare,
  recipes,
  resize,
  rowsOf,
  segment,
  stages,
  steps,
  stroke,
  threshold,
} from 'inkgrad/vision';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { preparePicture } from '../../pipeline/front/preparePicture.ts';
import { pictureStages } from '../../pipeline/front/stages.ts';
import { toPicture } from '../../pipeline/image/image.ts';
import { decodeImage, encodePng } from '../../pipeline/node/decode/decode.ts';
import { segment as segmentPage } from '../../pipeline/segment/segment.ts';
import { isSeven, painted, seven } from '../support/drawn.ts';
import { refuses } from '../support/images.ts';

const rgba = (...bytes: number[]) => Array.from(imageFrom({ width: 1, height: 1, data: bytes }).data);

test('an image is what has a width, a height and numbers for its pixels', () => {
  const grey = [...Array(6).keys()].map((i) => 40 * i);
  const expected = grey.flatMap((byte) => [byte, byte, byte, 255]);
  const rows = [grey.slice(0, 3), grey.slice(3)];
  const ways: Record<string, ImageLike> = {
    bytes: { width: 3, height: 2, data: Uint8Array.from(grey) },
    clamped: { width: 3, height: 2, data: Uint8ClampedArray.from(grey) },
    numbers: { width: 3, height: 2, data: grey },
    shares: { width: 3, height: 2, data: Float32Array.from(grey, (byte) => byte / 255) },
    doubles: { width: 3, height: 2, data: grey.map((byte) => byte / 255) },
    colours: { width: 3, height: 2, data: grey.flatMap((byte) => [byte, byte, byte]) },
    opaque: { width: 3, height: 2, data: Uint8ClampedArray.from(expected) },
    planes: { width: 3, height: 2, channels: 3, data: [...grey, ...grey, ...grey] },
    rows,
    'rows of bytes': rows.map((row) => Uint8Array.from(row)),
    'rows of shares': rows.map((row) => row.map((byte) => byte / 255)),
  };
  for (const [name, image] of Object.entries(ways)) {
    const { width, height, data } = imageFrom(image);
    assert.equal([width, height, Array.from(data)], [3, 2, expected], name);
  }
  assert.equal(rgba(10, 20, 30), [10, 20, 30, 255]);
  assert.equal(rgba(10, 20, 30, 40), [10, 20, 30, 40]);
  assert.equal(rgba(0.5, 0, 1), [128, 0, 255, 255]);
  const planar = imageFrom({ width: 2, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3, 4, 5, 6) });
  assert.equal(Array.from(planar.data), [1, 3, 5, 255, 2, 4, 6, 255]);
});

test('bytes of a canvas and of a PNG decoder stay where they are', () => {
  const canvas = new Uint8ClampedArray(16);
  assert.is(imageFrom({ width: 2, height: 2, data: canvas }).data.buffer, canvas.buffer);
  const png = decodeImage(encodePng(seven(20)), 'seven');
  assert.is(imageFrom(png).data, png.data);
});

test('what is no image is refused in a line', async () => {
  const bad = (image: unknown, ...names: string[]) =>
    refuses(() => imageFrom(image as ImageLike), 'not-an-image', ...names);
  await bad({ width: 28, height: 28, data: new Uint8Array(12) }, '12 values for 28×28', '784 (grey), 2352');
  await bad(
    { width: 2, height: 2, channels: 3, data: new Uint8Array(4) },
    'expected 12 (red, green and blue)',
  );
  await bad({ width: 0, height: 2, data: [] }, '0×2 pixels');
  await bad({ width: 2.5, height: 2, data: [1] }, '2.5×2');
  await bad({ width: 30, height: 15 }, 'getImageData');
  await bad(new Uint8Array(784), 'expected { width, height, data }');
  await bad(null, 'expected {');
  await bad('a.png', 'expected {');
  await bad([[1, 2], [3]], 'row 1 has 1 values, and row 0 has 2');
  await bad([[0, 1.5]], 'number 1 is 1.5');
  await bad([[0, -1]], 'number 1 is -1');
  await bad([[0, Number.NaN]], 'number 1 is NaN');
  await bad([[0, '7']], 'number 1 is 7');
  await bad([[0, 256]], 'number 1 is 256');
  assert.equal(
    rowsOf([[1.00001, -0.00001]])
      .flat()
      .map(Math.round),
    [1, -0],
    'rounding of floats is none',
  );
});

test('a picture is prepared as the pipeline does it, by each recipe', () => {
  const picture = seven(90, [30, 30, 120], [240, 235, 220]);
  for (const [name, recipe] of Object.entries(recipes)) {
    if (recipe.steps.length === 0) continue;
    const { data, holds, channels, width } = prepare(picture, name);
    const expected = preparePicture(picture, recipe);
    assert.equal([data, holds], [expected.image, expected.holds], name);
    assert.equal([channels, width], [recipe.channels ?? 1, recipe.size]);
    assert.equal(stages(picture, recipe), pictureStages(picture, recipe));
  }
  const { data } = prepare(picture);
  assert.equal(data, prepare(picture, 'handwriting').data);
  assert.equal(prepare(prepare(picture), 'mnist').data, data, 'prepared images stay as they are');
  assert.is(
    prepare([
      [255, 255],
      [255, 255],
    ]).holds,
    'none',
  );
});

test('the steps of a recipe as functions, one after the other, come to what prepare makes', () => {
  const { image } = cut(seven(90));
  for (const name of ['handwriting', 'scan', 'photo'] as const) {
    const last = recipes[name].steps.reduce<ImageLike>(
      (image, step) => (steps[step.step] as (image: ImageLike, how: object) => ImageLike)(image, step),
      image,
    );
    assert.equal(imageFrom(last).data, imageFrom(prepare(seven(90), name)).data, name);
  }
  const small = resize(denoise(threshold(grayscale(image))), { box: 20 });
  const byHand = centre(crop(polarity(small)));
  assert.equal([byHand.width, byHand.height], [28, 28]);
  assert.ok(stroke(crop(deskew(clean(polarity(threshold(image)))))).width > 28);
  const bright = colour(seven(40, [0, 0, 255]));
  assert.equal(fit(bright).channels, 3);
  assert.equal([fit(bright).width, fit([[1]], { size: 5, how: 'cover' }).width], [32, 5]);
  assert.equal(denoise(bright, { method: 'gaussian', sigma: 1 }).data.length, bright.data.length);
});

test('parameters that are wrong are refused with what belongs there', async () => {
  const image = [[0, 1]];
  const bad = (action: () => unknown, ...names: string[]) => refuses(action, 'invalid-setting', ...names);
  await bad(() => threshold(image, { method: 'otzu' } as never), 'threshold: {"method":"otzu"}', '"sauvola"');
  await bad(
    () => denoise(image, { method: 'median', windows: 3 } as never),
    '"windows"; did you mean "window"?',
  );
  await bad(() => denoise(image, { method: 'median', window: 4 }), 'an odd window');
  await bad(() => denoise(image, { method: 'none', sigma: 3 } as never), 'no option "sigma"');
  await bad(() => resize(image, { box: 0 }), 'resize: {"box":0}; expected box');
  await bad(() => grayscale(image, { weight: 'rec601' } as never), 'did you mean "weights"?');
  await refuses(() => grayscale(image, { weights: 'rec602' as never }), 'missing', 'did you mean rec601?');
  await refuses(() => threshold(colour(image)), 'not-an-image', 'is for grey images');
  await refuses(() => centre(new Array(30).fill([1]), { size: 28 }), 'wrong-size', '1×30');
  await refuses(() => prepare(image, 'handwritting'), 'missing', 'recipe "handwritting"', 'handwriting?');
  await refuses(() => prepare(image, { ...recipes.mnist, std: 0 }), 'invalid-recipe', 'std of the recipe');
  await refuses(() => prepare(image, 'mnist'), 'wrong-size', '2×1');
  await refuses(() => parseRecipe({ name: 'a' }), 'invalid-recipe', 'recipe: ');
  await refuses(
    () =>
      cut([
        [255, 255],
        [255, 255],
      ]),
    'no-writing',
    'no ink found',
  );
});

test('the characters of a page come with their boxes, and can be cut out', () => {
  const page = painted(320, 160, (x, y) =>
    isSeven(120)(x % 160, y - 20) && x % 160 < 120 ? [0, 0, 0] : [255, 255, 255],
  );
  const [line, ...others] = segment(page);
  assert.is(others.length, 0);
  const found = line.words.flatMap(({ characters }) => characters);
  const expected = segmentPage(page).lines.flat(2);
  assert.equal(
    found.map(({ box }) => box),
    expected.map(({ box }) => box),
  );
  const [first] = found;
  assert.equal(
    first.cut(),
    cut(painted(160, 160, (x, y) => (isSeven(120)(x, y - 20) ? [0, 0, 0] : [255, 255, 255]))).image,
  );
  assert.ok(line.box.width > first.box.width);
  assert.equal(
    segment([
      [255, 255],
      [255, 255],
    ]),
    [],
  );
  assert.is(cut(page).several, true);
  assert.is(toPicture(grayscale(page)).width, 320);
});

test.run();

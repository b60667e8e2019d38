// Recipes in colour: what they are, what they refuse, and what their steps make of each channel.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { gatherImages, levelsOf } from '../../../pipeline/data/batches.ts';
import type { Dataset } from '../../../pipeline/data/dataset.ts';
import { prepareDataset } from '../../../pipeline/data/prepareDataset.ts';
import { preparePicture } from '../../../pipeline/front/preparePicture.ts';
import { pictureStages } from '../../../pipeline/front/stages.ts';
import type { RgbaImage } from '../../../pipeline/image/image.ts';
import { fit } from '../../../pipeline/preprocess/fit.ts';
import { parseRecipe } from '../../../pipeline/preprocess/parseRecipe.ts';
import { prepare } from '../../../pipeline/preprocess/prepare.ts';
import { recipes, type Step } from '../../../pipeline/preprocess/recipe.ts';
import { preparedRecipe, sized, usualRecipe } from '../../../pipeline/preprocess/sized.ts';
import { gray, refuses, rowsOf } from '../../support/images.ts';

const { colour, scan, mnist } = recipes;

/** A picture of these pixels, [red, green, blue, alpha] each. */
const picture = (width: number, ...pixels: number[][]): RgbaImage => ({
  width,
  height: pixels.length / width,
  data: Uint8Array.from(pixels.flat()),
});

const quarters = picture(2, [255, 0, 10, 255], [0, 200, 20, 255], [1, 2, 3, 255], [9, 9, 9, 0]);

test('channels come one after the other, and what is clear is white paper', () => {
  assert.equal(
    [...prepare(quarters, sized(colour, 2))],
    [...[255, 0, 1, 255], ...[0, 200, 2, 255], ...[10, 20, 3, 255]],
  );
});

test('the whole picture is kept, though a character stands on it', () => {
  // A dark bar on white, far from the middle: in grey it is cut out and put there.
  const pixels = Array.from({ length: 64 * 64 }, (_, i) =>
    i % 64 > 4 && i % 64 < 9 && i > 640 && i < 2560 ? [20, 20, 30, 255] : [250, 250, 250, 255],
  );
  const bar = picture(64, ...pixels);
  const { image, holds } = preparePicture(bar, sized(colour, 64));
  assert.is(holds, 'one');
  assert.equal([...image], [...prepare(bar, sized(colour, 64))]);
  assert.equal([image[0], image[20 * 64 + 6]], [250, 20]);
  const stages = pictureStages(bar, colour);
  assert.equal(
    stages.map(({ name, image: { channels } }) => [name, channels]),
    [
      ['colour', 3],
      ['fit', 3],
      ['prepared', 3],
    ],
  );
});

test('fit: contain, cover and stretch, worked by hand', () => {
  const wide = gray([0.1, 0.2, 0.3, 0.4], [0.5, 0.6, 0.7, 0.8]);
  assert.equal(rowsOf(fit.apply(wide, { size: 4 })), [
    [0, 0, 0, 0],
    [0.1, 0.2, 0.3, 0.4],
    [0.5, 0.6, 0.7, 0.8],
    [0, 0, 0, 0],
  ]);
  assert.equal(rowsOf(fit.apply(wide, { size: 2, how: 'cover' })), [
    [0.2, 0.3],
    [0.6, 0.7],
  ]);
  assert.equal(rowsOf(fit.apply(wide, { size: 2, how: 'stretch' })), [
    [0.15, 0.35],
    [0.55, 0.75],
  ]);
});

test('each channel is normalised by its own mean and deviation', () => {
  const recipe = { channels: 3, mean: [0, 0.2, 0.4], std: [1, 0.5, 0.25] } as const;
  const data: Dataset = {
    ...{ name: 'one', classes: ['a'], size: 1, channels: 3 },
    ...{ images: Uint8Array.of(255, 51, 0), labels: Int32Array.of(0) },
  };
  const near = (values: ArrayLike<number>) =>
    Array.from(values, (value) => Math.round(value * 1e5) / 1e5 + 0);
  assert.equal(near(gatherImages(data, Int32Array.of(0), recipe)), [1, 0, -1.6]);
  assert.is(levelsOf(recipe).length, 768);
  assert.is(levelsOf(mnist).length, 256);
});

const [mean, std] = [0.5, 0.25];
const file = (more: object, ...steps: Step[]) => ({ name: 'own', size: 8, mean, std, steps, ...more });
const end = { step: 'fit', size: 8 } as const;

test('a recipe from a file is in colour by its first step, or by its channels where it has none', () => {
  assert.equal(parseRecipe(file({}, { step: 'colour' }, end), 'f').channels, 3);
  assert.equal(parseRecipe(file({ channels: 3 }), 'f').channels, 3);
  const gray = parseRecipe(file({}, { step: 'grayscale', weights: 'rec709' }, end), 'f');
  assert.not.ok('channels' in gray);
  for (const recipe of Object.values(recipes))
    assert.equal(parseRecipe(JSON.parse(JSON.stringify(recipe)), 'f'), recipe);
});

const colourFirst: Step = { step: 'colour' };
const grayFirst: Step = { step: 'grayscale', weights: 'rec709' };
const refusals: Record<string, [object, string[]]> = {
  ...Object.fromEntries(
    (
      [
        { step: 'threshold', method: 'otsu' },
        { step: 'polarity', ink: 'auto' },
        { step: 'clean', specks: 0.05, edge: 0.1 },
        { step: 'deskew', limit: 1 },
        { step: 'crop', inkAbove: 0.5 },
        { step: 'stroke', width: 0.1 },
        { step: 'centre', size: 8 },
      ] as Step[]
    ).map((step) => [
      `${step.step} in colour`,
      [
        file({}, colourFirst, { step: 'resize', box: 20 }, step, end),
        ['step 3', step.step, 'grayscale comes first'],
      ],
    ]),
  ),
  'one channel of colours': [file({ channels: 1 }, colourFirst, end), ['channels', 'colour']],
  'three channels of grey': [file({ channels: 3 }, grayFirst, end), ['channels', 'grayscale']],
  'two channels': [file({ channels: 2 }), ['channels', '2']],
  'three means in grey': [file({ mean: [0, 0, 0] }, grayFirst, end), ['mean', '[0,0,0]']],
  'two means': [file({ mean: [0, 0] }, colourFirst, end), ['mean', '[0,0]']],
  'a deviation of 0': [file({ std: [1, 0, 1] }, colourFirst, end), ['std']],
  'an end of another size': [file({}, colourFirst, { step: 'fit', size: 9 }), ['ends with', '"size":8']],
  'no end': [file({}, colourFirst, { step: 'resize', box: 8 }), ['ends with', '"step":"fit"']],
  'a whole picture that is not shrunk first': [
    file({}, colourFirst, { step: 'denoise', method: 'median', window: 3 }, end),
    ['step 2', 'resize'],
  ],
  'colours later on': [file({}, colourFirst, colourFirst, end), ['step 2']],
};

for (const [name, [json, words]] of Object.entries(refusals)) {
  test(`refused: ${name}`, async () => {
    await refuses(() => parseRecipe(json, 'f'), 'invalid-recipe', 'f: ', ...words);
  });
}

test('recipes follow the size and the channels of a model', () => {
  assert.equal(usualRecipe(), scan);
  assert.equal(usualRecipe([1, 28, 28]), scan);
  const large = usualRecipe([1, 56, 56]);
  assert.equal(large.steps.slice(-2), [
    { step: 'resize', box: 40 },
    { step: 'centre', size: 56 },
  ]);
  assert.equal(large.steps[1], { step: 'resize', box: 192 });
  for (const size of [1, 14, 28, 300]) {
    for (const channels of [1, 3]) {
      const recipe = usualRecipe([channels, size, size]);
      assert.equal(parseRecipe(JSON.parse(JSON.stringify(recipe)), 'f'), recipe);
      assert.is(prepare(quarters, recipe).length, channels * size * size);
    }
  }
});

test('prepared images go through a recipe of other channels, and are refused where it has no steps', async () => {
  const images = Uint8Array.of(...[255, 0, 1, 255], ...[0, 200, 2, 255], ...[10, 20, 3, 255]);
  const data: Dataset = {
    name: 'rgb',
    classes: ['a'],
    size: 2,
    channels: 3,
    images,
    labels: Int32Array.of(0),
  };
  const same = await prepareDataset(data, { recipe: preparedRecipe(data) });
  assert.is(same, data);
  assert.equal((await prepareDataset(data, { recipe: sized(colour, 2) })).images, images);
  const steps: Step[] = [grayFirst, { step: 'fit', size: 2 }];
  const inGray = await prepareDataset(data, { recipe: { name: 'grey', size: 2, steps, mean, std } });
  assert.equal([inGray.channels, inGray.images.length], [undefined, 4]);
  await refuses(
    () => prepareDataset(data, { recipe: { ...mnist, size: 2 } }),
    'wrong-size',
    '3×2×2',
    '1×2×2',
  );
});

test.run();

import { createRequire } from 'node:module';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { count, type Dataset, sortedClasses } from '../../../../pipeline/data/dataset.ts';
import { boundsOf } from '../../../../pipeline/data/synth/deform.ts';
import { testFonts, trainingFonts } from '../../../../pipeline/data/synth/fonts.ts';
import { synthClasses, synthPicture } from '../../../../pipeline/data/synth/picture.ts';
import { fill } from '../../../../pipeline/draw/fill.ts';
import { type Contour, placed } from '../../../../pipeline/draw/outline.ts';
import { preparePicture } from '../../../../pipeline/front/preparePicture.ts';
import { loadData } from '../../../../pipeline/node/data/load.ts';
import { synthExample } from '../../../../pipeline/node/data/synth.ts';
import { handwritingFont } from '../../../../pipeline/node/draw/handwritingFont.ts';
import { type Recipe, recipes } from '../../../../pipeline/preprocess/recipe.ts';
import { refuses } from '../../../support/images.ts';

const fonts = [...trainingFonts, ...testFonts];

const imageOf = ({ images, size }: Dataset, index: number): Uint8Array =>
  images.subarray(index * size ** 2, (index + 1) * size ** 2);

/** The ink of a glyph from its left edge on, 32 pixels an em or with its longer side as long. */
function inkOf(contours: readonly Contour[], fitted: boolean): Float32Array {
  const { left, top, width, height } = boundsOf(contours);
  const scale = fitted ? 32 / Math.max(width, height) : 32;
  return fill(placed(contours, scale, -scale * left, fitted ? -scale * top : 28), 48, 40).data;
}

/** The ink that two glyphs do not share, as a share of the larger one's. */
function apart(a: Float32Array, b: Float32Array): number {
  let [different, ofA, ofB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    different += Math.abs(a[i] - b[i]);
    ofA += a[i];
    ofB += b[i];
  }
  return different / Math.max(ofA, ofB);
}

test('every font has 62 characters, of which no two have one outline', () => {
  for (const font of fonts) {
    const inks = synthClasses.map((name) => {
      const glyph = handwritingFont(font).glyph(name);
      assert.ok(glyph !== undefined && glyph.contours.length > 0, `${font} lacks ${name}`);
      return inkOf(glyph.contours, false);
    });
    inks.forEach((ink, i) => {
      inks.slice(0, i).forEach((other, j) => {
        const share = apart(ink, other);
        assert.ok(share > 0.1, `${font}: ${synthClasses[i]} and ${synthClasses[j]} are ${share} apart`);
      });
    });
  }
});

test('no font has capitals in place of small letters', () => {
  for (const font of fonts) {
    for (const small of 'abdeghnqr') {
      const [a, b] = [small, small.toUpperCase()].map((name) => handwritingFont(font).glyph(name)!.contours);
      const share = apart(inkOf(a, true), inkOf(b, true));
      assert.ok(share > 0.4, `${font}: ${small} is a capital, ${share} apart`);
    }
  }
});

test('no font writes both parts, and each is installed under an open licence', () => {
  assert.is(new Set(fonts).size, fonts.length);
  const require = createRequire(import.meta.url);
  for (const font of fonts) {
    assert.ok(['OFL-1.1', 'Apache-2.0'].includes(require(`@fontsource/${font}/package.json`).license), font);
  }
});

test('the classes are 0…9, A…Z, a…z, in the order of every other data set', () => {
  assert.is(synthClasses.join(''), '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz');
  assert.equal(synthClasses, sortedClasses([...synthClasses].reverse()));
});

test('a picture is dark ink on light paper, whole within its frame', () => {
  for (let index = 0; index < 62 * 4; index += 7) {
    const { width, height, data } = synthPicture(
      index % 2 === 0 ? 'train' : 'test',
      index,
      3,
      handwritingFont,
    );
    assert.equal([width, height, data.length], [96, 96, 4 * 96 * 96]);
    const levels = Array.from({ length: width * height }, (_, i) => data[4 * i + 1]).sort((a, b) => a - b);
    assert.ok(levels[0] < 100, `the darkest of ${index} is ${levels[0]}`);
    assert.ok(levels[Math.floor(0.6 * levels.length)] > 130, `most of ${index} is paper`);
    assert.ok(data.every((value, i) => i % 4 !== 3 || value === 255));
    // After the recipe the ink is bright, and lies in the middle.
    const prepared = preparePicture({ width, height, data }, recipes.scan).image;
    const mass = prepared.reduce((sum, value) => sum + value, 0) / 255;
    assert.ok(mass > 15 && mass < 350, `the ink of ${index} covers ${mass} pixels`);
    const middle = prepared.reduce((sum, value, i) => sum + value * (i % 28), 0) / 255 / mass;
    assert.ok(Math.abs(middle - 13.5) < 1, `the ink of ${index} lies at ${middle}`);
  }
});

test('the same seed writes the same picture, another seed, number or part another', () => {
  const bytes = (...args: [part: 'train' | 'test', index: number, seed: number]) =>
    Buffer.from(synthPicture(...args, handwritingFont).data).toString('hex');
  const first = bytes('train', 40, 1);
  // In any order: a picture depends on its number alone.
  bytes('train', 41, 1);
  assert.is(bytes('train', 40, 1), first);
  const others = [
    bytes('train', 40, 2),
    bytes('train', 40 + 62 * trainingFonts.length, 1),
    bytes('test', 40, 1),
  ];
  assert.is(new Set([first, ...others]).size, 4);
});

/** A recipe that costs next to nothing. */
const quick: Recipe = {
  ...recipes.handwriting,
  name: 'quick',
  steps: [
    { step: 'grayscale', weights: 'rec709' },
    { step: 'resize', box: 28 },
    { step: 'centre', size: 28 },
  ],
};

test('synth is a data set like any other: classes balanced, fonts named, the test part always the same', async () => {
  const steps: string[] = [];
  const data = await loadData('synth', {
    seed: 5,
    synthCount: 2,
    recipe: quick,
    onProgress: (done, total) => steps.push(`${done}/${total}`),
  });
  assert.equal([count(data.train), count(data.test)], [2 * 62, 15 * 62]);
  assert.equal([data.source, data.recipe], ['synth', quick]);
  assert.equal([data.train.fonts, data.test.fonts], [trainingFonts, testFonts]);
  assert.equal([steps[0], steps.at(-1), steps.length], ['1/1054', '1054/1054', 1054]);
  for (const [part, each] of [
    [data.train, 2],
    [data.test, 15],
  ] as const) {
    assert.equal(part.classes, synthClasses);
    const counts = new Int32Array(62);
    for (const label of part.labels) counts[label]++;
    assert.ok(counts.every((n) => n === each));
  }
  const at = 62 + 11;
  assert.is(data.train.labels[at], 11);
  assert.equal(
    imageOf(data.train, at),
    preparePicture(synthPicture('train', at, 5, handwritingFont), quick).image,
  );

  const testOnly = await loadData('synth', { seed: 5, synthCount: 0, recipe: quick });
  assert.is(count(testOnly.train), 0);
  assert.equal(testOnly.test.images, data.test.images);
  const example = preparePicture(synthExample(20, 5), quick).image;
  const equal = [...data.test.labels.keys()].filter(
    (i) => Buffer.compare(example, imageOf(data.test, i)) === 0,
  );
  assert.equal(
    equal.map((i) => data.test.labels[i]),
    [20],
    'an example is a test picture',
  );
});

test('a recipe for prepared images is refused', async () => {
  for (const threads of [1, 2]) {
    const loading = () => loadData('synth', { seed: 1, recipe: recipes.mnist, threads });
    await refuses(loading, 'wrong-size', '96×96', 'recipe mnist', '28×28');
  }
});

test.run();

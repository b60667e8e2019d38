import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { subset } from '../../../pipeline/data/dataset.ts';
import type { Fault } from '../../../pipeline/faults.ts';
import { grayFromBytes } from '../../../pipeline/image/image.ts';
import { loadMnist } from '../../../pipeline/node/data/mnist.ts';
import { parseRecipe } from '../../../pipeline/preprocess/parseRecipe.ts';
import { prepare, prepareStages } from '../../../pipeline/preprocess/prepare.ts';
import { type Recipe, recipes } from '../../../pipeline/preprocess/recipe.ts';
import { drawBox, refuses, toRgba } from '../../support/images.ts';

const { handwriting, mnist, photo, scan } = recipes;

test('handwriting: a box in a corner of white paper becomes 20 bright pixels in the middle', () => {
  const prepared = prepare(drawBox(300, 200, [10, 10, 70, 70]), handwriting);
  const ink = [...prepared].flatMap((byte, i) => (byte > 127 ? [[i % 28, Math.floor(i / 28)]] : []));
  const xs = ink.map(([x]) => x);
  const ys = ink.map(([, y]) => y);
  assert.is(ink.length, 400);
  // 20 pixels around index 14 − ½, whose mean is 13.5: they shift by 14 − 9.5 = 4.5 → 5.
  assert.equal([Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)], [5, 24, 5, 24]);
});

test('handwriting: dark on bright and bright on dark come out alike', () => {
  const image = drawBox(50, 40, [20, 5, 26, 33]);
  const inverted = { ...image, data: image.data.map((byte, i) => (i % 4 === 3 ? byte : 255 - byte)) };
  assert.equal(prepare(image, handwriting), prepare(inverted, handwriting));
});

for (const recipe of [handwriting, scan, photo]) {
  test(`${recipe.name}: blank paper, a single pixel and a thin line are prepared, not refused`, () => {
    assert.is(prepare(drawBox(60, 40, [0, 0, 0, 0]), recipe).some(Boolean), false);
    assert.is(prepare(drawBox(1, 1, [0, 0, 1, 1]), recipe).length, 784);
    assert.ok(prepare(drawBox(2000, 3, [400, 1, 1500, 2]), recipe).some((byte) => byte > 0));
  });
}

for (const recipe of [scan, photo]) {
  test(`${recipe.name}: a thin pen and a thick one, a speck and a ruled line come out more alike`, () => {
    const page = (pen: number, ink: (x: number, y: number) => boolean) =>
      toRgba({
        width: 120,
        height: 120,
        data: Float32Array.from({ length: 120 * 120 }, (_, i) => {
          const [x, y] = [i % 120, Math.floor(i / 120)];
          const bar = Math.abs(x - 60) < pen && y > 25 && y < 90;
          const foot = Math.abs(y - 90) < pen && x > 45 && x < 75;
          return bar || foot || ink(x, y) ? 0.2 : 0.9;
        }),
      });
    const difference = (by: Recipe): number => {
      const clean = prepare(
        page(4, () => false),
        by,
      );
      const dirty = prepare(
        page(2, (x, y) => y > 116 || (x > 95 && x < 99 && y > 40 && y < 44)),
        by,
      );
      const apart = clean.reduce((sum, byte, i) => sum + Math.abs(byte - dirty[i]), 0);
      return apart / clean.reduce((sum, byte) => sum + byte, 0);
    };
    const [own, plain] = [difference(recipe), difference(handwriting)];
    assert.ok(own < 0.5 && own < plain / 2, `differs by ${own} of the ink, by handwriting ${plain}`);
  });
}

test('handwriting: a prepared digit of MNIST prepared again stays itself', () => {
  const { train } = loadMnist();
  let ink = 0;
  let difference = 0;
  for (let i = 0; i < 50; i++) {
    const bytes = subset(train, Int32Array.of(i)).images;
    prepare(toRgba(grayFromBytes(bytes, 28, 28)), handwriting).forEach((byte, k) => {
      ink += bytes[k];
      difference += Math.abs(byte - bytes[k]);
    });
  }
  assert.ok(difference < 0.3 * ink, `differs by ${(100 * difference) / ink} % of the ink`);
});

test('the stages are the steps in order, and the last is what prepare gives', () => {
  const image = drawBox(90, 60, [30, 20, 50, 45]);
  const stages = prepareStages(image, handwriting);
  assert.equal(
    stages.map((stage) => stage.name),
    [...handwriting.steps.map((step) => step.step), 'prepared'],
  );
  const last = stages[stages.length - 1].image;
  assert.equal([...last.data.map((value) => value * 255)].map(Math.round), [...prepare(image, handwriting)]);
  assert.equal([stages[0].image.width, stages[0].image.height], [90, 60]);
});

test('mnist: a prepared image goes through byte by byte, any other size is refused', async () => {
  const bytes = Uint8Array.from({ length: 784 }, (_, i) => i % 256);
  const image = toRgba(grayFromBytes(bytes, 28, 28));
  assert.equal(prepare(image, mnist), bytes);
  assert.equal(
    prepareStages(image, mnist).map(({ name }) => name),
    ['grayscale', 'prepared'],
  );
  await refuses(
    () => prepare(drawBox(30, 28, [0, 0, 1, 1]), mnist),
    'wrong-size',
    '30×28',
    'recipe mnist',
    'recipe handwriting',
  );
});

test('a recipe survives JSON', () => {
  for (const recipe of Object.values(recipes)) {
    assert.equal(parseRecipe(JSON.parse(JSON.stringify(recipe)), 'run'), recipe);
  }
});

const broken: [string, object, Fault, ...string[]][] = [
  ['no name', { name: '' }, 'invalid-recipe', 'name'],
  ['size', { size: 28.5 }, 'invalid-recipe', 'size of', '1 to 4096'],
  ['mean', { mean: '0.1' }, 'invalid-recipe', 'mean of'],
  ['std', { std: 0 }, 'invalid-recipe', 'std of', 'above 0'],
  ['steps', { steps: {} }, 'invalid-recipe', 'steps of'],
  [
    'no grayscale',
    { steps: [{ step: 'centre', size: 28 }] },
    'invalid-recipe',
    'step 1 ',
    '{"step":"grayscale"}',
  ],
  [
    'weights',
    { steps: [{ step: 'grayscale', weights: 'toString' }] },
    'invalid-recipe',
    'step 1 ',
    '"toString"',
    '"rec709"',
  ],
  [
    'unknown step',
    { steps: [handwriting.steps[0], { step: 'blur' }] },
    'invalid-recipe',
    'step 2 ',
    'blur',
    'denoise, threshold',
  ],
  [
    'parameters',
    { steps: [handwriting.steps[0], { step: 'denoise', method: 'median', window: 4 }] },
    'invalid-recipe',
    'step 2 ',
    '"window":4',
    'odd window',
  ],
  [
    'second grayscale',
    { steps: [handwriting.steps[0], handwriting.steps[0]] },
    'invalid-recipe',
    'step 2 ',
    '"grayscale"',
  ],
  [
    'no centre',
    { steps: handwriting.steps.slice(0, 3) },
    'invalid-recipe',
    '"median"',
    '{"step":"centre","size":28}',
  ],
  ['other size', { size: 32 }, 'invalid-recipe', '{"step":"centre","size":32}'],
];
for (const [name, change, code, ...names] of broken) {
  test(`parseRecipe refuses: ${name}`, async () => {
    await refuses(() => parseRecipe({ ...handwriting, ...change }, 'run'), code, 'run:', ...names);
  });
}

test('parseRecipe refuses what is no object', async () => {
  for (const value of [null, 3, [], 'handwriting', undefined]) {
    await refuses(() => parseRecipe(value, 'run'), 'invalid-recipe', 'run:', 'object');
  }
});

test.run();

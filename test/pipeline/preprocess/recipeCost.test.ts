// What a recipe may cost as a whole, though each of its steps is in its range.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseRecipe } from '../../../pipeline/preprocess/parseRecipe.ts';
import {
  applyStep,
  costOf,
  type GrayStep,
  type Recipe,
  recipes,
  type Step,
} from '../../../pipeline/preprocess/recipe.ts';
import { refuses } from '../../support/images.ts';

const recipe = (...steps: GrayStep[]): Recipe => ({
  ...recipes.handwriting,
  steps: [
    { step: 'grayscale', weights: 'rec709' },
    ...steps,
    { step: 'resize', box: 20 },
    { step: 'centre', size: 28 },
  ],
});

const times = (count: number, step: GrayStep): GrayStep[] => Array.from({ length: count }, () => step);
const [wide, narrow]: GrayStep[] = [4096, 192].map((box) => ({ step: 'resize', box }));
const bilateral: GrayStep = { step: 'denoise', method: 'bilateral', sigma: 10, range: 1 };
const median: GrayStep = { step: 'denoise', method: 'median', window: 15 };

const refused: [string, Recipe, ...string[]][] = [
  ['one slow step on many pixels', recipe(wide, bilateral), 'step 3 ', 's a picture', 'at most 10 s'],
  ['the same without any resize before it', recipe(bilateral), 'step 2 ', 's a picture'],
  ['steps that are slow together', recipe(narrow, ...times(30, median)), 'step 10 ', '"window":15'],
  [
    'images that grow by each shear',
    recipe({ step: 'resize', box: 1000 }, ...times(9, { step: 'deskew', limit: 2 })),
    'step 10 ',
  ],
  [
    'one shear of a large image',
    recipe(wide, { step: 'deskew', limit: 1 }),
    'step 3 ',
    '8192×4096',
    '16777216',
  ],
  ['images that grow by each stroke', recipe(narrow, ...times(40, { step: 'stroke', width: 0.5 })), 'step '],
  ['more steps than a list may have', recipe(...times(98, { step: 'crop', inkAbove: 0.5 })), 'at most 100'],
];

for (const [name, steps, ...names] of refused) {
  test(`parseRecipe refuses ${name}`, async () => {
    await refuses(() => parseRecipe(steps, 'run'), 'invalid-recipe', 'run: ', ...names);
  });
}

test('a recipe that takes a few seconds at the most is not refused', () => {
  for (const steps of [
    [wide, { step: 'threshold', method: 'otsu' } as const],
    [narrow, bilateral],
    times(97, narrow),
  ])
    assert.is(parseRecipe(recipe(...steps), 'run').steps.length, steps.length + 3);
});

test('levels of pixels that float32 cannot compute with are refused', async () => {
  for (const [change, name] of [
    [{ mean: 1e300 }, 'mean'],
    [{ mean: Number.NaN }, 'mean'],
    [{ mean: -1e5 }, 'mean'],
    [{ std: 5e-324 }, 'std'],
    [{ std: -0.3 }, 'std'],
    [{ std: Number.POSITIVE_INFINITY }, 'std'],
    [{ std: null }, 'std'],
  ] as const) {
    await refuses(() => parseRecipe({ ...recipes.mnist, ...change }, 'run'), 'invalid-recipe', `${name} of`);
  }
});

test('no step makes more pixels than its cost says', () => {
  const steps: readonly Step[] = [
    ...Object.values(recipes).flatMap((each) => each.steps),
    { step: 'deskew', limit: 2 },
    { step: 'stroke', width: 0.5 },
    { step: 'resize', box: 90 },
  ];
  for (const [width, height, slope] of [
    [41, 60, 0.9],
    [60, 33, 1.9],
    [9, 80, 0],
  ]) {
    const data = Float32Array.from({ length: width * height }, (_, i) => {
      const y = Math.floor(i / width);
      return +(Math.abs((i % width) - slope * y) < 3);
    });
    for (const step of steps) {
      if (step.step === 'grayscale' || step.step === 'colour' || step.step === 'centre') continue;
      const [most, work] = costOf({ width, height }, step);
      const made = applyStep({ width, height, data }, step);
      const text = `${JSON.stringify(step)}: ${made.width}×${made.height}, at most ${most.width}×${most.height}`;
      assert.ok(made.width <= most.width && made.height <= most.height, text);
      assert.ok(work > 0, text);
    }
  }
});

test.run();

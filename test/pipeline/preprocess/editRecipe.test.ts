import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findRecipe } from '../../../pipeline/node/model/findRecipe.ts';
import { editRecipe } from '../../../pipeline/preprocess/editRecipe.ts';
import { recipes } from '../../../pipeline/preprocess/recipe.ts';
import { refuses, tempFolder } from '../../support/images.ts';

const { handwriting, none } = recipes;
const namesOf = ({ steps }: typeof handwriting) => steps.map(({ step }) => step).join(' ');

test('a step is replaced where it is', () => {
  const edited = editRecipe(handwriting, 'threshold:method=sauvola,window=25,k=0.3');
  assert.is(namesOf(edited), namesOf(handwriting));
  assert.equal(edited.steps[3], { step: 'threshold', method: 'sauvola', window: 25, k: 0.3 });
  assert.equal(editRecipe(handwriting, 'grayscale:weights=rec601').steps[0], {
    step: 'grayscale',
    weights: 'rec601',
  });
});

test('a new step goes behind what comes before it', () => {
  const [before, after] = ['grayscale resize denoise threshold polarity', 'crop resize centre'];
  assert.is(namesOf(editRecipe(handwriting, 'clean:specks=0.1,edge=0')), `${before} clean ${after}`);
  const both = editRecipe(editRecipe(handwriting, 'deskew:limit=1'), 'clean:specks=0.1,edge=0');
  assert.is(namesOf(both), `${before} clean deskew ${after}`);
  assert.is(namesOf(editRecipe(handwriting, 'stroke:width=0.1')), `${before} crop stroke resize centre`);
});

test('off takes a step out; a number says which of two; the size follows centre', () => {
  assert.not.match(namesOf(editRecipe(handwriting, 'denoise:off')), 'denoise');
  assert.equal(editRecipe(handwriting, 'resize.2:box=18').steps[6], { step: 'resize', box: 18 });
  assert.is(namesOf(editRecipe(handwriting, 'resize.1:off')).match(/resize/g)?.length, 1);
  assert.is(editRecipe(handwriting, 'centre:size=32').size, 32);
});

test('normalise sets mean and std, also where there are no steps', () => {
  const { mean, std } = editRecipe(none, 'normalise:mean=0.5,std=0.25');
  assert.equal([mean, std], [0.5, 0.25]);
  const plain = editRecipe(handwriting, 'normalise:off');
  assert.equal([plain.mean, plain.std], [0, 1]);
  assert.is(editRecipe(handwriting, 'normalise:std=0.5').mean, handwriting.mean);
});

const wrong: [string, RegExp][] = [
  ['threshold', /^threshold: expected NAME:FIELD=VALUE/],
  ['', /expected NAME:FIELD=VALUE/],
  ['blur:sigma=1', /no step blur; expected grayscale, denoise/],
  ['threshold:sauvola', /sauvola is not FIELD=VALUE/],
  ['threshold:method=sauvola,window=24,k=0.3', /step 4 .*expected threshold with .*odd window/],
  ['threshold:method=sauvola,window=25,k=x', /a k of 0 to 1/],
  ['denoise:method=gaussian,sigma=0', /sigma of 0.1 to 10/],
  ['denoise:method=bilateral,sigma=1', /a range of 0.001 to 1/],
  ['deskew:limit=-1', /deskew with limit/],
  ['clean:specks=2,edge=0', /clean with specks/],
  ['stroke:width=1', /stroke with width/],
  ['stroke:off', /handwriting has no such step; it has grayscale, resize/],
  ['resize:box=20', /has 2 steps resize; write resize.1 or resize.2/],
  ['resize.3:box=20', /has no such step/],
  ['centre:off', /expected {"step":"centre","size":28}/],
  ['grayscale:off', /to come first/],
  ['normalise:std=0', /std of the recipe; expected a number above 0/],
];
for (const [text, pattern] of wrong) {
  test(`refused: ${text}`, async () => {
    await refuses(() => editRecipe(handwriting, text), pattern);
  });
}

test('a recipe without steps has none to change', async () => {
  await refuses(() => editRecipe(none, 'deskew:limit=1'), /none has no steps.*start from handwriting/);
});

test('a recipe by name and from a file', async () => {
  const own = { ...handwriting, name: 'own', size: 32, steps: [] };
  const { path, remove } = tempFolder({
    'own.json': JSON.stringify(own),
    'bad.json': '{',
    'empty.json': '{}',
  });
  try {
    assert.is(findRecipe('photo'), recipes.photo);
    assert.equal(findRecipe(join(path, 'own.json')), own);
    await refuses(
      () => findRecipe('scam'),
      /scam: expected handwriting, .* or a JSON file; did you mean scan\?/,
    );
    await refuses(() => findRecipe('toString'), /toString: expected/);
    await refuses(() => findRecipe(join(path, 'bad.json')), /bad.json: cannot be read as JSON/);
    await refuses(() => findRecipe(join(path, 'none.json')), /none.json: cannot be read as JSON/);
    await refuses(() => findRecipe(join(path, 'empty.json')), /empty.json: the recipe has no name/);
  } finally {
    remove();
  }
});

test.run();

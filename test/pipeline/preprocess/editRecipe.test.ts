import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Fault } from '../../../pipeline/faults.ts';
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

const wrong: [string, Fault, ...string[]][] = [
  ['threshold', 'invalid-setting', 'threshold: '],
  ['', 'invalid-setting', 'NAME:FIELD=VALUE'],
  ['blur:sigma=1', 'invalid-setting', 'step blur', 'grayscale, denoise'],
  ['threshold:sauvola', 'invalid-setting', 'threshold:sauvola: sauvola '],
  ['threshold:method=sauvola,window=24,k=0.3', 'invalid-recipe', 'step 4 ', '"window":24', 'odd window'],
  ['threshold:method=sauvola,window=25,k=x', 'invalid-recipe', '"k":"x"', 'k of 0 to 1'],
  ['denoise:method=gaussian,sigma=0', 'invalid-recipe', '"sigma":0}', 'sigma of 0.1 to 10'],
  [
    'denoise:method=bilateral,sigma=1',
    'invalid-recipe',
    'denoise:method=bilateral,sigma=1:',
    'range of 0.001 to 1',
  ],
  ['deskew:limit=-1', 'invalid-recipe', '"limit":-1', '0 to 2'],
  ['clean:specks=2,edge=0', 'invalid-recipe', '"specks":2', '0 to 0.5'],
  ['stroke:width=1', 'invalid-recipe', '"width":1}', '0.01 to 0.5'],
  ['stroke:off', 'invalid-recipe', 'stroke:off:', 'handwriting', 'grayscale, resize'],
  ['resize:box=20', 'invalid-setting', '2 steps resize', 'resize.1', 'resize.2'],
  ['resize.3:box=20', 'invalid-recipe', 'resize.3:box=20:', 'grayscale, resize'],
  ['centre:off', 'invalid-recipe', 'centre:off:', '{"step":"centre","size":28}'],
  ['grayscale:off', 'invalid-recipe', 'grayscale:off:', 'step 1 ', '{"step":"grayscale"}'],
  ['normalise:std=0', 'invalid-recipe', 'normalise:std=0:', 'std of', 'above 0'],
];
for (const [text, code, ...names] of wrong) {
  test(`refused: ${text}`, async () => {
    await refuses(() => editRecipe(handwriting, text), code, ...names);
  });
}

test('a recipe without steps has none to change', async () => {
  await refuses(
    () => editRecipe(none, 'deskew:limit=1'),
    'invalid-recipe',
    'deskew:limit=1:',
    'recipe none',
    'handwriting',
  );
});

test('a recipe by name and from a file', async () => {
  const own = { ...handwriting, name: 'own', size: 32, steps: [] };
  const { path, remove } = tempFolder({
    'own.json': JSON.stringify(own),
    'bad.json': '{',
    'empty.json': '{}',
    'folder.json/file': '',
  });
  try {
    assert.is(findRecipe('photo'), recipes.photo);
    assert.equal(findRecipe(join(path, 'own.json')), own);
    await refuses(() => findRecipe('scam'), 'missing', 'scam:', 'handwriting, scan', 'scan?');
    await refuses(() => findRecipe('toString'), 'missing', 'toString:');
    await refuses(() => findRecipe(join(path, 'bad.json')), 'not-json', 'bad.json:');
    await refuses(() => findRecipe(join(path, 'none.json')), 'missing', 'none.json:', 'no such file');
    await refuses(() => findRecipe(join(path, 'folder.json')), 'unreadable', 'folder.json:');
    await refuses(() => findRecipe(join(path, 'empty.json')), 'invalid-recipe', 'empty.json:', 'name');
  } finally {
    remove();
  }
});

test.run();

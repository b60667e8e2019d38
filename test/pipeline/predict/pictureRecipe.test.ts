import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pictureRecipe } from '../../../pipeline/predict/pictureRecipe.ts';
import { recipes } from '../../../pipeline/preprocess/recipe.ts';

test('pictures go through the recipe of the training, where that had steps', () => {
  assert.equal(pictureRecipe(recipes.scan, 'run'), { recipe: recipes.scan });
});

test('a model of prepared images gets pictures through handwriting, with its own mean and deviation', () => {
  assert.equal(pictureRecipe(recipes.none, 'runs/lenet-1'), {
    recipe: { ...recipes.handwriting, mean: 0, std: 1 },
    remark: 'prepared with the recipe handwriting: runs/lenet-1 was trained on images that came prepared',
  });
});

test('one of prepared images of another size gets no pictures', () => {
  assert.is(pictureRecipe({ ...recipes.mnist, size: 32 }, 'run'), undefined);
});

test.run();

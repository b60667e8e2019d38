import { sameShape } from '../../../engine/shape.ts';
import { PipelineError } from '../../faults.ts';
import { shapeOf } from '../../image/image.ts';
import type { PerChannel, Recipe } from '../../preprocess/recipe.ts';
import type { Foreign } from '../foreign.ts';

/** Numbers that are the same but for having been float32. */
const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-5 * Math.max(1, Math.abs(b));

/** The temperature of a file's own softmax, or what inkgrad says beside it, where that is the same or there is none. */
export function temperatureOf({ temperature, origin }: Foreign): number {
  const said = origin.temperature ?? temperature;
  return temperature === 1 || isNear(temperature, said) ? said : temperature;
}

/**
 * How images of an imported network are prepared.
 *
 * @throws PipelineError where nobody says so, or another size or another mean and deviation than the network's is said
 */
export function recipeFor(
  { origin, model, before }: Foreign,
  given: Recipe | undefined,
  file: string,
): Recipe {
  const fail = (what: string): never => {
    throw new PipelineError(`${file}: ${what}`, 'invalid-recipe');
  };
  const recipe = given ?? origin.recipe;
  if (recipe === undefined) return fail('does not say how its images are prepared; give its `recipe`');
  const makes = shapeOf(recipe);
  if (!sameShape(model.input, makes)) {
    fail(
      `takes images of ${model.input.join('×')}, and the recipe ${recipe.name} makes ${makes.join('×')}; give another \`recipe\``,
    );
  }
  if (before.scale === 1 && before.shift === 0) return recipe;
  // pixel·scale + shift = (pixel/255 − mean)/std
  const std = 1 / (255 * before.scale);
  const mean = -before.shift * std;
  const isOwn = (values: PerChannel, own: number): boolean =>
    [values].flat().every((each) => isNear(own, each));
  if (!isOwn(recipe.mean, mean) || !isOwn(recipe.std, std)) {
    fail(
      `normalises pixels by mean ${mean.toPrecision(4)} and std ${std.toPrecision(4)}, and the recipe ${recipe.name} by ${recipe.mean} and ${recipe.std}; give a \`recipe\` with those of the file`,
    );
  }
  return recipe;
}

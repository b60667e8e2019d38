import { sameShape } from '../../../engine/shape.ts';
import { PipelineError } from '../../faults.ts';
import { shapeOf } from '../../image/image.ts';
import { ofChannel, type PerChannel, type Recipe } from '../../preprocess/recipe.ts';
import { type Foreign, isUntouched } from '../foreign.ts';

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
  if (isUntouched(before)) return recipe;
  // pixel·scale + shift = (pixel/255 − mean)/std
  const std = before.scale.map((scale) => 1 / (255 * scale));
  const mean = before.shift.map((shift, k) => -shift * std[k]);
  const isOwn = (values: PerChannel, own: readonly number[]): boolean =>
    [0, 1, 2].every((k) => isNear(own[own.length === 1 ? 0 : k], ofChannel(values, k)));
  if (!isOwn(recipe.mean, mean) || !isOwn(recipe.std, std)) {
    const told = (values: readonly number[]) => values.map((value) => value.toPrecision(4)).join(', ');
    fail(
      `normalises pixels by mean ${told(mean)} and std ${told(std)}, and the recipe ${recipe.name} by ${recipe.mean} and ${recipe.std}; give a \`recipe\` with those of the file`,
    );
  }
  return recipe;
}

import { channelsOf, formOf, type ImageForm } from '../image/image.ts';
import { type Recipe, recipes, type Step } from './recipe.ts';

/**
 * A recipe that makes images of another size, for a model that takes such: the canvas at its end grows, and what is put on
 * it grows alike. What comes before works at the size that it had, or at that of the canvas where it is larger.
 *
 * @param size side in pixels, ≥ 1
 * @category Recipes
 * @example
 * import { recipes, sized } from 'inkgrad/vision';
 *
 * const { size, steps } = sized(recipes.handwriting, 56);
 * console.log(size, steps.at(-1), steps.at(-2));
 * // 56 { step: 'centre', size: 56 } { step: 'resize', box: 40 }
 */
export function sized(recipe: Recipe, size: number): Recipe {
  if (size === recipe.size) return recipe;
  const last = recipe.steps.length - 1;
  const steps = recipe.steps.map((step, i): Step => {
    if (step.step === 'centre' || step.step === 'fit') return { ...step, size };
    if (step.step !== 'resize') return step;
    const box = Math.max(1, Math.round((step.box * size) / recipe.size));
    return { ...step, box: i === last - 1 ? box : Math.max(step.box, size) };
  });
  return { ...recipe, size, steps };
}

/**
 * The recipe for pictures where none is asked for.
 *
 * @param input [channels, height, width] that the model takes; what most models take when left out
 */
export function usualRecipe(input?: readonly number[]): Recipe {
  if (input === undefined) return recipes.scan;
  const [channels, height] = input;
  return sized(channels === 3 ? recipes.colour : recipes.scan, height);
}

/** The recipe for images that come prepared: nothing is left to do but to normalise. */
export const preparedRecipe = (form: ImageForm): Recipe => ({
  ...(channelsOf(form) === 3 ? { ...recipes.colour, steps: [] } : recipes.mnist),
  ...formOf(form),
});

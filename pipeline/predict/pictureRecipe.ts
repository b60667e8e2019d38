import { type Recipe, recipes } from '../preprocess/recipe.ts';

/** How images are prepared for a model. */
export interface PictureRecipe {
  readonly recipe: Recipe;
  /** what a person should know of it; absent where they are prepared as those of the training were */
  readonly remark?: string;
}

/**
 * How a picture that did not come prepared is prepared for a model. One that was trained on images that did, like
 * MNIST's, gets it through the handwriting recipe, which makes them alike; its own mean and deviation stay.
 *
 * @param trained the recipe of the model
 * @param name what the remark calls the model
 * @returns undefined where that recipe makes another size than the model takes: it takes prepared images alone
 */
export function pictureRecipe(trained: Recipe, name: string): PictureRecipe | undefined {
  if (trained.steps.length > 0) return { recipe: trained };
  const { handwriting } = recipes;
  if (handwriting.size !== trained.size) return undefined;
  return {
    recipe: { ...handwriting, mean: trained.mean, std: trained.std },
    remark: `prepared with the recipe handwriting: ${name} was trained on images that came prepared`,
  };
}

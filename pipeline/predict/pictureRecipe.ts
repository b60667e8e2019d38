import { PipelineError } from '../faults.ts';
import { channelsOf, type RgbaImage } from '../image/image.ts';
import { type Recipe, recipes } from '../preprocess/recipe.ts';
import { sized } from '../preprocess/sized.ts';

/** How images are prepared for a model. */
export interface PictureRecipe {
  readonly recipe: Recipe;
  /** what a person should know of it; absent where they are prepared as those of the training were */
  readonly remark?: string;
}

/**
 * How a picture that did not come prepared is prepared for a model. One that was trained on images that did, like
 * MNIST's, gets it through the handwriting recipe, which makes them alike, and in colour through the recipe of that name;
 * its own mean and deviation stay.
 *
 * @param trained the recipe of the model
 * @param name what the remark calls the model
 * @returns undefined where that recipe makes another size than the model takes: it takes prepared images alone
 */
export function pictureRecipe(trained: Recipe, name: string): PictureRecipe | undefined {
  if (trained.steps.length > 0) return { recipe: trained };
  const usual = channelsOf(trained) === 3 ? sized(recipes.colour, trained.size) : recipes.handwriting;
  if (usual.size !== trained.size) return undefined;
  return {
    recipe: { ...usual, mean: trained.mean, std: trained.std },
    remark: `prepared with the recipe ${usual.name}: ${name} was trained on images that came prepared`,
  };
}

/**
 * The same for one picture. Its size says nothing: one of 28×28 is more often a drawing than an image of MNIST.
 *
 * @param pictures what `pictureRecipe` says of the recipe that the model was trained with
 * @throws PipelineError where the model takes prepared images alone, and this has another size
 */
export function recipeFor(
  pictures: PictureRecipe | undefined,
  trained: Recipe,
  { width, height }: Pick<RgbaImage, 'width' | 'height'>,
): PictureRecipe {
  if (pictures !== undefined) return pictures;
  const { size } = trained;
  if (width === size && height === size) return { recipe: trained };
  throw new PipelineError(
    `an image of ${width}×${height}; this model takes images of ${size}×${size}`,
    'wrong-size',
  );
}

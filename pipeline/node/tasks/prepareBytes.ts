import { faultAt, PipelineError } from '../../faults.ts';
import { preparePicture } from '../../front/preparePicture.ts';
import { NO_INK } from '../../predict/answer.ts';
import { pictureRecipe, recipeFor } from '../../predict/pictureRecipe.ts';
import type { Recipe } from '../../preprocess/recipe.ts';
import { decodePicture } from '../decode/decodePicture.ts';
import { type Budget, within } from '../threads/budget.ts';
import { pictureBytes } from './pictureBytes.ts';

/** How every picture that is sent to a server is prepared. */
export interface BytesPreparation {
  /** the recipe that the model was trained with */
  readonly trained: Recipe;
  /** the largest picture that is read */
  readonly maxPixels: number;
  /** the memory that all threads share */
  readonly budget: Budget;
}

/** A picture as it was sent. */
export interface SentPicture {
  readonly bytes: Uint8Array;
  /** what an error calls it */
  readonly where: string;
}

/**
 * Decodes and prepares a picture, as `Predictor.prepare` does.
 *
 * @returns channels·size² bytes
 * @throws PipelineError where it cannot be read, holds no ink, or does not fit the model
 */
export const prepareBytes = (
  { trained, maxPixels, budget }: BytesPreparation,
  { bytes, where }: SentPicture,
): Promise<Uint8Array> =>
  within(budget, async (take) => {
    const onSize = (width: number, height: number) => take(pictureBytes(bytes, width, height));
    const { image: picture } = await decodePicture(bytes, where, { maxPixels, onSize });
    try {
      const { recipe } = recipeFor(pictureRecipe(trained, where), trained, picture);
      const { image, holds } = preparePicture(picture, recipe);
      if (holds === 'none') throw new PipelineError(NO_INK, 'no-writing');
      return image;
    } catch (error) {
      throw faultAt(where, error, 'wrong-size');
    }
  });

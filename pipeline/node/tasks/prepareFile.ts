import { faultAt } from '../../faults.ts';
import { preparePicture } from '../../front/preparePicture.ts';
import type { Recipe } from '../../preprocess/recipe.ts';
import { type KeptImages, type Prepared, takeOrMake } from '../cache/keptImages.ts';
import { decodePicture } from '../decode/decodePicture.ts';
import { readImageFile } from '../decode/readImageFile.ts';
import { MAX_PIXELS } from '../decode/refusal.ts';
import { type Budget, within } from '../threads/budget.ts';
import { pictureBytes } from './pictureBytes.ts';

/** How every file of a data set is prepared. */
export interface Preparation {
  readonly recipe: Recipe;
  /** the largest original that is read; `MAX_PIXELS` when left out */
  readonly maxPixels?: number | undefined;
  /** images that were prepared before; null where none are wanted, and nothing is hashed */
  readonly kept: KeptImages | null;
  /** the memory that all threads share; without bound when left out */
  readonly budget?: Budget | undefined;
}

export interface ImageFile {
  readonly path: string;
  /** what an error calls the file */
  readonly where: string;
}

/**
 * Reads an image file, and decodes and prepares it unless one of the same content is kept.
 *
 * @throws InkgradError where it is missing or unreadable, or does not fit the recipe
 */
export async function prepareFile(
  { recipe, maxPixels = MAX_PIXELS, kept, budget }: Preparation,
  { path, where }: ImageFile,
): Promise<Prepared> {
  const bytes = readImageFile(path, where, maxPixels);
  return takeOrMake(kept, bytes, () =>
    within(budget, async (take) => {
      const onSize = (width: number, height: number) => take(pictureBytes(bytes, width, height));
      const { image } = await decodePicture(bytes, where, { maxPixels, onSize });
      try {
        return preparePicture(image, recipe).image;
      } catch (error) {
        throw faultAt(where, error, 'wrong-size');
      }
    }),
  );
}

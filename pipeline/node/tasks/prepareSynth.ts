import { type SynthNumber, synthPicture } from '../../data/synth/picture.ts';
import { preparePicture } from '../../front/preparePicture.ts';
import type { Recipe } from '../../preprocess/recipe.ts';
import { type KeptImages, type Prepared, takeOrMake } from '../cache/keptImages.ts';
import { handwritingFont } from '../draw/handwritingFont.ts';

/** How every picture of a synthetic data set is prepared. */
export interface SynthPreparation {
  readonly recipe: Recipe;
  readonly seed: number;
  /** pictures that were prepared before; null where none are wanted */
  readonly kept: KeptImages | null;
}

/**
 * Draws and prepares a synthetic picture, unless it is kept.
 *
 * @throws InkgradError where the package of its font is not installed, or the recipe takes prepared images
 */
export const prepareSynth = (
  { recipe, seed, kept }: SynthPreparation,
  { part, index }: SynthNumber,
): Promise<Prepared> =>
  takeOrMake(
    kept,
    `${part} ${index} ${seed}`,
    () => preparePicture(synthPicture(part, index, seed, handwritingFont), recipe).image,
  );

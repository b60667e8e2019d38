import type { RgbaImage } from '../image/image.ts';
import { prepare } from '../preprocess/prepare.ts';
import type { Recipe } from '../preprocess/recipe.ts';
import { findCharacter, type Holds } from './character.ts';
import { cutOut } from './cut.ts';

/** A picture of one character as a network takes it. */
export interface PreparedPicture {
  /** size² bytes, bright ink on black; all 0 where no ink was found */
  readonly image: Uint8Array;
  readonly holds: Holds;
}

/**
 * Prepares a picture of one character: its ink is found and cut out, and the cut goes through the recipe. Training,
 * evaluation and prediction all do it here, so that the same picture is always read the same way.
 *
 * A recipe without steps is for images that came prepared, which are taken as they are.
 *
 * @throws PipelineError where a recipe for prepared images gets one of another size
 */
export function preparePicture(picture: RgbaImage, recipe: Recipe): PreparedPicture {
  if (recipe.steps.length === 0) return { image: prepare(picture, recipe), holds: 'one' };
  const { found, pieces, holds } = findCharacter(picture);
  if (holds === 'none') return { image: new Uint8Array(recipe.size ** 2), holds };
  return { image: prepare(cutOut(picture, found, pieces), recipe), holds };
}

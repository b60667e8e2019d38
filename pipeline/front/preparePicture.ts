import { bytesOf, type RgbaImage } from '../image/image.ts';
import { prepare } from '../preprocess/prepare.ts';
import { keepsWhole, type Recipe } from '../preprocess/recipe.ts';
import { findCharacter, type Holds } from './character.ts';
import { cutOut } from './cut.ts';

/** A picture as a network takes it. */
export interface PreparedPicture {
  /** channels·size² bytes; of a character bright ink on black, all 0 where no ink was found */
  readonly image: Uint8Array;
  readonly holds: Holds;
}

/**
 * Prepares a picture of one character: its ink is found and cut out, and the cut goes through the recipe. Training,
 * evaluation and prediction all do it here, so that the same picture is always read the same way.
 *
 * A recipe that ends with `fit` is for pictures of anything, and gets them whole: every recipe in colour is. One without
 * steps is for images that came prepared, which are taken as they are.
 *
 * @throws PipelineError where a recipe for prepared images gets one of another size
 */
export function preparePicture(picture: RgbaImage, recipe: Recipe): PreparedPicture {
  if (recipe.steps.length === 0 || keepsWhole(recipe)) {
    return { image: prepare(picture, recipe), holds: 'one' };
  }
  const { found, pieces, holds } = findCharacter(picture);
  if (holds === 'none') return { image: new Uint8Array(bytesOf(recipe)), holds };
  return { image: prepare(cutOut(picture, found, pieces), recipe), holds };
}

/**
 * From a picture to what a network takes: preparation step by step, and the characters of a page.
 *
 * @module inkgrad/vision
 */

import { PipelineError } from '../pipeline/faults.ts';
import { findCharacter } from '../pipeline/front/character.ts';
import { boxOf, cutOut } from '../pipeline/front/cut.ts';
import { type PreparedImage, prepareImage } from '../pipeline/front/preparedImage.ts';
import { pictureStages } from '../pipeline/front/stages.ts';
import type { Box } from '../pipeline/image/box.ts';
import type { RgbaImage } from '../pipeline/image/image.ts';
import { type ImageLike, imageFrom } from '../pipeline/image/imageFrom.ts';
import { NO_INK } from '../pipeline/predict/answer.ts';
import { parseRecipe as parse, recipeOf } from '../pipeline/preprocess/parseRecipe.ts';
import type { Stage } from '../pipeline/preprocess/prepare.ts';
import type { Recipe } from '../pipeline/preprocess/recipe.ts';
import { charactersOf, type FoundLine } from '../pipeline/segment/characters.ts';

export type { Holds } from '../pipeline/front/character.ts';
export type { PreparedImage } from '../pipeline/front/preparedImage.ts';
export type { Box } from '../pipeline/image/box.ts';
export type { Channels, ColourImage, GrayImage, PlanarImage, RgbaImage } from '../pipeline/image/image.ts';
export type { ImageLike, Pixels, Rows } from '../pipeline/image/imageFrom.ts';
export { imageFrom } from '../pipeline/image/imageFrom.ts';
export type { CentreParameters } from '../pipeline/preprocess/centre.ts';
export type { CleanParameters } from '../pipeline/preprocess/clean.ts';
export type { ColourStep } from '../pipeline/preprocess/colour.ts';
export type { CropParameters } from '../pipeline/preprocess/crop.ts';
export type { DenoiseParameters } from '../pipeline/preprocess/denoise.ts';
export type { DeskewParameters } from '../pipeline/preprocess/deskew.ts';
export { editRecipe } from '../pipeline/preprocess/editRecipe.ts';
export type { FitParameters } from '../pipeline/preprocess/fit.ts';
export type { Made } from '../pipeline/preprocess/functions.ts';
export {
  centre,
  clean,
  colour,
  crop,
  denoise,
  deskew,
  fit,
  grayscale,
  polarity,
  resize,
  rowsOf,
  steps,
  stroke,
  threshold,
} from '../pipeline/preprocess/functions.ts';
export type { GrayscaleStep, LumaName } from '../pipeline/preprocess/grayscale.ts';
export type { PolarityParameters } from '../pipeline/preprocess/polarity.ts';
export type { Stage } from '../pipeline/preprocess/prepare.ts';
export type {
  GrayStep,
  PerChannel,
  Recipe,
  Step,
  StepName,
  StepParameters,
} from '../pipeline/preprocess/recipe.ts';
export { recipes } from '../pipeline/preprocess/recipe.ts';
export type { ResizeParameters } from '../pipeline/preprocess/resize.ts';
export { sized } from '../pipeline/preprocess/sized.ts';
export type { StrokeParameters } from '../pipeline/preprocess/stroke.ts';
export type { ThresholdParameters } from '../pipeline/preprocess/threshold.ts';
export type { FoundCharacter, FoundLine, FoundWord } from '../pipeline/segment/characters.ts';

/**
 * A picture of one character as a network takes it, before it is normalised: its ink is found and cut out, and the cut goes
 * through the recipe. One that ends with `fit` gets the whole picture; one without steps takes pixels as they are.
 *
 * @param recipe as data, or the name of one that comes along: `handwriting` (when left out), `scan`, `photo`, `colour`,
 *   `mnist`, `none`
 * @returns size×size pixels, bright ink on black, all 0 where no ink was found, which `holds` says
 * @throws PipelineError `not-an-image` for what is none, `missing` or `invalid-recipe` for the recipe, `wrong-size` where one
 *   for prepared images gets another size
 * @category Pictures
 * @example
 * import { prepare } from 'inkgrad/vision';
 *
 * const bar = Array.from({ length: 60 }, (_, y) => Array.from({ length: 60 }, (_, x) => +!(x > 26 && x < 34 && y > 8 && y < 52)));
 * const { width, height, data, holds } = prepare(bar, 'scan');
 * console.log(width, height, holds, data[14 * 28 + 14]);
 * // 28 28 one 255
 */
export const prepare = (image: ImageLike, recipe: Recipe | string = 'handwriting'): PreparedImage =>
  prepareImage(imageFrom(image), recipeOf(recipe));

/**
 * What `prepare` makes of a picture, step by step, for looking at.
 *
 * @returns each stage with its name, its parameters in words and its image, 0…1; the last one is `prepared`
 * @throws PipelineError as `prepare` does
 * @category Pictures
 * @example
 * import { stages } from 'inkgrad/vision';
 *
 * const bar = Array.from({ length: 60 }, (_, y) => Array.from({ length: 60 }, (_, x) => +!(x > 26 && x < 34 && y > 8 && y < 52)));
 * console.log(stages(bar, 'handwriting').map(({ name }) => name).join(' '));
 * // light ink left out cut resize denoise threshold polarity crop resize centre prepared
 */
export const stages = (image: ImageLike, recipe: Recipe | string = 'handwriting'): Stage[] =>
  pictureStages(imageFrom(image), recipeOf(recipe));

/** A character that was cut out of its picture. */
export interface Cut {
  /** where it was, in pixels of the picture */
  readonly box: Box;
  /** black ink in the middle of a white square, without the light on the paper, about 256 pixels at the most */
  readonly image: RgbaImage;
  /** whether others stand beside it */
  readonly several: boolean;
}

/**
 * Finds the one character of a picture and cuts it out, at the resolution that it has.
 *
 * @throws PipelineError `not-an-image` for what is none, `no-writing` for a picture without ink
 * @category Pictures
 * @example
 * import { cut } from 'inkgrad/vision';
 *
 * const bar = Array.from({ length: 60 }, (_, y) => Array.from({ length: 60 }, (_, x) => +!(x > 26 && x < 34 && y > 8 && y < 52)));
 * console.log(cut(bar).box);
 * // { x: 26, y: 8, width: 9, height: 45 }
 */
export function cut(image: ImageLike): Cut {
  const picture = imageFrom(image);
  const { found, pieces, holds } = findCharacter(picture);
  if (holds === 'none') throw new PipelineError(`image: ${NO_INK}`, 'no-writing');
  return { box: boxOf(pieces, found), image: cutOut(picture, found, pieces), several: holds === 'several' };
}

/**
 * Finds the characters of a page, in reading order, by the connected pieces of its ink: those that touch each other come out
 * as one, which `TrainedModel.read` tells apart.
 *
 * @returns lines from top to bottom, words and characters from left to right, each with its box in pixels of the page; none
 *   where there is no writing
 * @throws PipelineError `not-an-image` for what is none, `no-writing` where there are too many pieces of ink for a page
 * @category Pictures
 * @example
 * import { segment } from 'inkgrad/vision';
 *
 * const bars = Array.from({ length: 60 }, (_, y) => Array.from({ length: 90 }, (_, x) => +!(x % 30 > 11 && x % 30 < 18 && y > 8 && y < 52)));
 * const [line] = segment(bars);
 * console.log(line.words.flatMap(({ characters }) => characters.map(({ box }) => box.x)));
 * // [ 12, 42, 72 ]
 */
export const segment = (page: ImageLike): FoundLine[] => charactersOf(imageFrom(page, 'page'));

/**
 * A recipe from JSON, checked.
 *
 * @param json what `JSON.parse` gave: `{ name, size, steps, mean, std }`
 * @throws PipelineError `invalid-recipe` that says what is wrong in it and what belongs there
 * @category Recipes
 * @example
 * import { parseRecipe } from 'inkgrad/vision';
 *
 * const recipe = parseRecipe({ name: 'mine', size: 28, steps: [], mean: 0, std: 1 });
 * console.log(recipe.size);
 * // 28
 */
export const parseRecipe = (json: unknown): Recipe => parse(json, 'recipe');

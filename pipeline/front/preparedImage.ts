import { PipelineError } from '../faults.ts';
import { type Channels, channelsOf, type RgbaImage } from '../image/image.ts';
import { type ImageLike, imageFrom } from '../image/imageFrom.ts';
import { prepare } from '../preprocess/prepare.ts';
import type { Recipe } from '../preprocess/recipe.ts';
import type { Holds } from './character.ts';
import { preparePicture } from './preparePicture.ts';

/** An image as a network takes it, before it is normalised. It is `Pixels` too, which can be drawn. */
export interface PreparedImage {
  /** `size` of the recipe, in both directions */
  readonly width: number;
  /** the same as its width */
  readonly height: number;
  /** 1, grey, or 3, red, green and blue */
  readonly channels: Channels;
  /** channels·size² bytes, channel by channel; of a character bright ink on black, all 0 where no ink was found */
  readonly data: Uint8Array;
  /** how many characters the picture seems to hold; whole pictures and prepared images hold one */
  readonly holds: Holds;
}

const asImage = (recipe: Recipe, data: Uint8Array, holds: Holds): PreparedImage => ({
  width: recipe.size,
  height: recipe.size,
  channels: channelsOf(recipe),
  ...{ data, holds },
});

/**
 * A picture as a network takes it: what `preparePicture` makes of it.
 *
 * @throws PipelineError where a recipe for prepared images gets one of another size
 */
export function prepareImage(picture: RgbaImage, recipe: Recipe): PreparedImage {
  const { image, holds } = preparePicture(picture, recipe);
  return asImage(recipe, image, holds);
}

/**
 * Pixels that are as a network takes them already.
 *
 * @param where what errors call them
 * @throws PipelineError where they have another size than the recipe
 */
export function preparedFrom(image: ImageLike, recipe: Recipe, where = 'image'): PreparedImage {
  const picture = imageFrom(image, where);
  const { width, height } = picture;
  const { size } = recipe;
  if (width === size && height === size)
    return asImage(recipe, prepare(picture, { ...recipe, steps: [] }), 'one');
  throw new PipelineError(
    `${where}: ${width}×${height} pixels; prepared images have ${size}×${size} here, and pictures of any size are prepared first`,
    'wrong-size',
  );
}

import { whatIs } from '../../engine/errors.ts';
import { breathe } from '../breathe.ts';
import { PipelineError } from '../faults.ts';
import { prepareImage } from '../front/preparedImage.ts';
import { bytesOf, type Channels, formOf } from '../image/image.ts';
import { type ImageLike, imageFrom, isRows, toBytes } from '../image/imageFrom.ts';
import { checkOptions } from '../options.ts';
import { recipeOf } from '../preprocess/parseRecipe.ts';
import { prepare } from '../preprocess/prepare.ts';
import type { Recipe } from '../preprocess/recipe.ts';
import { preparedRecipe } from '../preprocess/sized.ts';
import { isDarkInk, turned } from './brightInk.ts';
import type { Dataset } from './dataset.ts';
import { type Labels, labelled } from './labelled.ts';
import { prepareDataset } from './prepareDataset.ts';

/** Images with their labels as a program has them in memory. */
export interface LabelledImages {
  /**
   * a list of images; or square ones as mere numbers, an array for each or one for all, image after image: bytes 0…255, or
   * numbers 0…1
   */
  readonly images: readonly ImageLike[] | readonly ArrayLike<number>[] | ArrayLike<number>;
  /** what each shows: names of classes, or whole numbers */
  readonly labels: Labels;
  /** the classes in the order of the logits, in which numbers are places; those that occur in the labels when left out */
  readonly classes?: readonly string[] | undefined;
  /**
   * how the images are prepared, as data or by name: `handwriting`, `scan` or `photo` for pictures of characters, `colour` for
   * those of anything. Without it they are pixels as the network takes them, square and of one size
   */
  readonly recipe?: Recipe | string | undefined;
  /** of pixels without a recipe: 1, grey, when left out, or 3. In a single array red, green and blue are an image each */
  readonly channels?: Channels | undefined;
  /**
   * how the ink of grey pixels without a recipe is: `bright`, as models take it, when left out; `dark` turns all of them, and
   * `auto` does where most images look so, as `inkgrad train` reads files of pixels
   */
  readonly ink?: 'auto' | 'dark' | 'bright' | undefined;
  /** what errors call it; "data" when left out */
  readonly name?: string | undefined;
}

/** Images as a network takes them, and how they were prepared. */
export interface PreparedDataset extends Dataset {
  /** how the images were prepared, and how a batch is normalised */
  readonly recipe: Recipe;
  /** what a person should know of how they were read, a sentence each */
  readonly remarks: readonly string[];
}

/** How the preparation of a data set is followed and ended. */
export interface DatasetOptions {
  /** stops the work; the promise is then rejected with the signal's reason */
  readonly signal?: AbortSignal | undefined;
  /** called after each image that went through a recipe with how many are done and how many there are */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

export const labelledImagesNames = [
  'images',
  'labels',
  'classes',
  'recipe',
  'channels',
  'ink',
  'name',
] as const;

/**
 * Images and labels in memory as a data set to train, validate or evaluate with.
 *
 * @throws PipelineError `wrong-size` where numbers of images and labels differ or images are not alike, `not-an-image` for
 *   what is none, `unknown-class` for a label that is no class, `invalid-setting` for an unknown option
 * @category Data
 * @example
 * import { dataset } from 'inkgrad/train';
 *
 * const data = await dataset({ images: [[[0, 1], [0, 1]], [[1, 1], [0, 0]]], labels: ['|', '-'] });
 * console.log(data.classes, data.size, data.labels);
 * // [ '-', '|' ] 2 Int32Array(2) [ 1, 0 ]
 */
export async function datasetOf(
  given: LabelledImages,
  options: DatasetOptions = {},
): Promise<PreparedDataset> {
  checkOptions('dataset', given, labelledImagesNames);
  checkOptions('dataset', options, ['signal', 'onProgress']);
  const { name = 'data' } = given;
  const recipe = given.recipe === undefined ? undefined : recipeOf(given.recipe);
  const total = countOf(given, name);
  const images = together(given.images, name);
  const known = { name, ...labelled(given.labels, given.classes, name) };
  if (!isFlat(images) && recipe !== undefined && recipe.steps.length > 0) {
    const pixels = await throughRecipe(images, recipe, name, options);
    return { ...known, ...formOf(recipe), images: pixels, recipe, remarks: remarksOnBlank(pixels, total) };
  }
  const channels = given.channels ?? recipe?.channels ?? 1;
  const pixels = isFlat(images)
    ? squares(toBytes(images, name), total, channels, name)
    : alike(images, channels, name);
  const asTheyAre: Dataset = { ...known, ...pixels };
  const how = recipe ?? preparedRecipe(asTheyAre);
  const made = await prepareDataset(asTheyAre, { recipe: how, ...options });
  if (how.steps.length > 0) return { ...made, recipe: how, remarks: remarksOnBlank(made.images, total) };
  const { ink = 'bright' } = given;
  const isDark = ink === 'dark' || isDarkInk(made);
  if (!isDark) return { ...made, recipe: how, remarks: [] };
  return ink === 'bright'
    ? { ...made, recipe: how, remarks: [SEEMS_DARK] }
    : { ...turned(made), recipe: how, remarks: [TURNED] };
}

/** Whether it is what `datasetOf` made, and not what it takes. */
export const isPrepared = (data: PreparedDataset | LabelledImages): data is PreparedDataset =>
  typeof data === 'object' && data !== null && 'size' in data;

/** How many images there are. */
function countOf({ images, labels }: LabelledImages, name: string): number {
  const isList = isFlat(images) || Array.isArray(images);
  if (!isList || typeof labels?.length !== 'number') {
    const [what, given] = isList ? ['labels', labels] : ['images', images];
    throw new PipelineError(`${name}: ${what} are ${whatIs(given)}; expected a list`, 'invalid-setting');
  }
  const total = isFlat(images) ? labels.length : images.length;
  if (total === labels.length && total > 0) return total;
  throw new PipelineError(
    `${name}: ${total} images and ${labels.length} labels; expected as many of each, 1 at least`,
    'wrong-size',
  );
}

/** What is said of a set that was turned round, and of one that perhaps should be. */
const SEEMS_DARK =
  'most images look like dark ink on white, where pictures are read as bright ink on black; give ink: "dark" to turn them';
export const TURNED = 'dark ink on white: turned to bright ink on black, as models take it';

const isFlat = (images: unknown): images is ArrayLike<number> =>
  ArrayBuffer.isView(images) || (Array.isArray(images) && typeof images[0] === 'number');

/** Arrays of numbers that are an image each, as one. */
function together(images: LabelledImages['images'], name: string): readonly ImageLike[] | ArrayLike<number> {
  if (isFlat(images) || !images.every(isFlat)) return images as readonly ImageLike[];
  const [{ length }] = images;
  const odd = images.findIndex((image) => image.length !== length);
  if (odd >= 0) {
    throw new PipelineError(
      `${name}: image ${odd} has ${images[odd].length} numbers, and image 0 has ${length}; expected images of one size`,
      'wrong-size',
    );
  }
  const bytes = new Uint8Array(images.length * length);
  for (const [i, image] of images.entries()) bytes.set(toBytes(image, `${name}: image ${i}`), i * length);
  return bytes;
}

/** The pixels of pictures that go through a recipe, one after the other. */
async function throughRecipe(
  pictures: readonly ImageLike[],
  recipe: Recipe,
  name: string,
  { signal, onProgress }: DatasetOptions,
): Promise<Uint8Array> {
  const bytes = bytesOf(recipe);
  const pixels = new Uint8Array(pictures.length * bytes);
  for (const [i, picture] of pictures.entries()) {
    pixels.set(prepareImage(imageFrom(picture, `${name}: image ${i}`), recipe).data, i * bytes);
    onProgress?.(i + 1, pictures.length);
    if (i % 64 === 63) await breathe();
    signal?.throwIfAborted();
  }
  return pixels;
}

/** Bytes of square images, one after the other, and their side. */
function squares(images: Uint8Array, total: number, channels: Channels, name: string) {
  const size = Math.sqrt(images.length / (total * channels));
  if (Number.isInteger(size) && size >= 1) return { images, ...formOf({ size, channels }) };
  const of = channels === 3 ? 'square images of 3 channels' : 'square images';
  throw new PipelineError(
    `${name}: ${images.length} numbers for ${total} labels; expected as many ${of}, one after the other`,
    'wrong-size',
  );
}

/** Images as they are, which must be square and of one size. */
function alike(images: readonly ImageLike[], channels: Channels, name: string) {
  const asIs = { ...preparedRecipe({ size: sideOf(images[0]), channels }), name: 'pixels' };
  const bytes = bytesOf(asIs);
  const pixels = new Uint8Array(images.length * bytes);
  for (const [i, image] of images.entries()) {
    const { width, height, data } = imageFrom(image, `${name}: image ${i}`);
    if (width !== asIs.size || height !== asIs.size) {
      throw new PipelineError(
        `${name}: image ${i} has ${width}×${height} pixels; without a recipe images are square and of one size, ${asIs.size}×${asIs.size} as the first is wide`,
        'wrong-size',
      );
    }
    pixels.set(prepare({ width, height, data }, asIs), i * bytes);
  }
  return { images: pixels, ...formOf(asIs) };
}

/** Columns of an image. */
const sideOf = (image: ImageLike): number =>
  isRows(image) ? image[0].length : ((image as { readonly width?: number } | null)?.width ?? 1);

/** What a person should know of pictures in which no ink was found. */
function remarksOnBlank(pixels: Uint8Array, total: number): string[] {
  const bytes = pixels.length / total;
  const blank = Array.from({ length: total }, (_, i) => i).filter((i) =>
    pixels.subarray(i * bytes, (i + 1) * bytes).every((byte) => byte === 0),
  );
  if (blank.length === 0) return [];
  return [
    blank.length === 1
      ? `image ${blank[0]} holds no ink; it is blank to the model`
      : `${blank.length} images hold no ink, the first: image ${blank[0]}; they are blank to the model`,
  ];
}

import { breathe } from '../breathe.ts';
import { PipelineError } from '../faults.ts';
import { preparePicture } from '../front/preparePicture.ts';
import { bytesOf, channelsOf, formOf, imageFromBytes, type RgbaImage, toPicture } from '../image/image.ts';
import type { Recipe } from '../preprocess/recipe.ts';
import { count, type Dataset } from './dataset.ts';

export interface PrepareDatasetOptions {
  readonly recipe: Recipe;
  /** stops the work; the promise is then rejected with the signal's reason */
  readonly signal?: AbortSignal | undefined;
  /** called after each image with how many are done and how many there are */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Runs a recipe over images that are in memory already; a recipe without steps only has its size checked.
 *
 * @returns the data set with images of the recipe's size
 * @throws InkgradError where the recipe has no steps, and another size or other channels
 */
export async function prepareDataset(
  dataset: Dataset,
  { recipe, signal, onProgress }: PrepareDatasetOptions,
): Promise<Dataset> {
  const { size } = dataset;
  const [has, takes] = [channelsOf(dataset), channelsOf(recipe)];
  if (recipe.steps.length === 0) {
    if (size === recipe.size && has === takes) return dataset;
    const [own, wanted] =
      has === takes
        ? [`${size}×${size}`, `${recipe.size}×${recipe.size}`]
        : [`${has}×${size}×${size}`, `${takes}×${recipe.size}×${recipe.size}`];
    throw new PipelineError(
      `${dataset.name}: images are ${own}, but the recipe ${recipe.name} takes prepared images of ` +
        `${wanted}; use the recipe ${takes === 3 ? 'colour' : 'handwriting'}`,
      'wrong-size',
    );
  }
  const total = count(dataset);
  const [from, to] = [bytesOf(dataset), bytesOf(recipe)];
  const images = new Uint8Array(total * to);
  for (let i = 0; i < total; i++) {
    const bytes = dataset.images.subarray(i * from, (i + 1) * from);
    images.set(preparePicture(rgbaFromBytes(bytes, size), recipe).image, i * to);
    onProgress?.(i + 1, total);
    if (i % 64 === 63) await breathe();
    signal?.throwIfAborted();
  }
  const { channels: _, ...rest } = dataset;
  return { ...rest, ...formOf(recipe), images };
}

/** One square image by channels as an opaque picture. */
export const rgbaFromBytes = (bytes: Uint8Array, size: number): RgbaImage =>
  toPicture(imageFromBytes(bytes, size, size));

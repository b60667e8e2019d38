import { breathe } from '../breathe.ts';
import { PipelineError } from '../faults.ts';
import { preparePicture } from '../front/preparePicture.ts';
import type { RgbaImage } from '../image/image.ts';
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
 * @throws InkgradError where the recipe has no steps and another size
 */
export async function prepareDataset(
  dataset: Dataset,
  { recipe, signal, onProgress }: PrepareDatasetOptions,
): Promise<Dataset> {
  const { size } = dataset;
  if (recipe.steps.length === 0) {
    if (size === recipe.size) return dataset;
    throw new PipelineError(
      `${dataset.name}: images are ${size}×${size}, but the recipe ${recipe.name} takes prepared images of ` +
        `${recipe.size}×${recipe.size}; use the recipe handwriting`,
      'wrong-size',
    );
  }
  const total = count(dataset);
  const images = new Uint8Array(total * recipe.size ** 2);
  for (let i = 0; i < total; i++) {
    const bytes = dataset.images.subarray(i * size ** 2, (i + 1) * size ** 2);
    images.set(preparePicture(rgbaFromGray(bytes, size), recipe).image, i * recipe.size ** 2);
    onProgress?.(i + 1, total);
    if (i % 64 === 63) await breathe();
    signal?.throwIfAborted();
  }
  return { ...dataset, size: recipe.size, images };
}

/** One grey square image as an opaque picture. */
export function rgbaFromGray(bytes: Uint8Array, size: number): RgbaImage {
  const data = new Uint8Array(4 * bytes.length).fill(255);
  bytes.forEach((byte, i) => {
    data.fill(byte, 4 * i, 4 * i + 3);
  });
  return { width: size, height: size, data };
}

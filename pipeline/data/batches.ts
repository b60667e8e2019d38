import { Random } from '../../engine/random.ts';
import type { Recipe } from '../preprocess/recipe.ts';
import type { Dataset } from './dataset.ts';
import { SHUFFLE_STREAM } from './streams.ts';

/**
 * The order in which one epoch visits the images: a random permutation of 0 … count−1 that depends on seed
 * and epoch alone, so that a resumed run goes on as it would have.
 *
 * @param epoch counted from any start, an integer ≥ 0
 */
export const epochOrder = (count: number, seed: number, epoch: number): Int32Array =>
  new Random(seed, SHUFFLE_STREAM, epoch).permutation(count);

/** The labels of a batch: shape [n] for n indices. */
export const gatherLabels = (dataset: Dataset, indices: Int32Array): Int32Array =>
  indices.map((index) => dataset.labels[index]);

/** The number that a network gets for each byte x: (x/255 − mean) / std, in float32. A table rounds alike everywhere. */
export const levelsOf = ({ mean, std }: Pick<Recipe, 'mean' | 'std'>): Float32Array =>
  Float32Array.from({ length: 256 }, (_, byte) => (byte / 255 - mean) / std);

/**
 * The images of a batch as a network takes them: (x/255 − mean) / std for byte x.
 *
 * @param indices n positions in 0 … count−1
 * @param recipe gives mean and std
 * @param out receives the values and is returned; at least n·size² long
 * @returns shape [n, 1, size, size]
 */
export function gatherImages(
  dataset: Dataset,
  indices: Int32Array,
  recipe: Pick<Recipe, 'mean' | 'std'>,
  out: Float32Array = new Float32Array(indices.length * dataset.size ** 2),
): Float32Array {
  const pixels = dataset.size ** 2;
  const normalised = levelsOf(recipe);
  indices.forEach((index, i) => {
    for (let k = 0; k < pixels; k++) out[i * pixels + k] = normalised[dataset.images[index * pixels + k]];
  });
  return out;
}

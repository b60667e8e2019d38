import { Random } from '../../engine/random.ts';
import { bytesOf } from '../image/image.ts';
import { ofChannel, type Recipe } from '../preprocess/recipe.ts';
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

/** What says how bytes become numbers. */
type Normalisation = Pick<Recipe, 'channels' | 'mean' | 'std'>;

/**
 * The number that a network gets for each byte x of each channel: (x/255 − mean) / std, in float32. A table rounds alike
 * everywhere.
 *
 * @returns [256·channels]
 */
export function levelsOf({ channels = 1, mean, std }: Normalisation): Float32Array {
  const levels = new Float32Array(256 * channels);
  for (let i = 0; i < levels.length; i++) {
    const channel = i >> 8;
    levels[i] = ((i & 255) / 255 - ofChannel(mean, channel)) / ofChannel(std, channel);
  }
  return levels;
}

/**
 * The images of a batch as a network takes them: (x/255 − mean) / std for byte x.
 *
 * @param indices n positions in 0 … count−1
 * @param recipe gives mean and std, for as many channels as the images have
 * @param out receives the values and is returned; at least n·channels·size² long
 * @returns shape [n, channels, size, size]
 */
export function gatherImages(
  dataset: Dataset,
  indices: Int32Array,
  recipe: Normalisation,
  out: Float32Array = new Float32Array(indices.length * bytesOf(dataset)),
): Float32Array {
  const bytes = bytesOf(dataset);
  const { images } = dataset;
  const plane = dataset.size ** 2;
  const levels = levelsOf(recipe);
  indices.forEach((index, i) => {
    for (let from = 0; from < bytes; from += plane) {
      const level = 256 * (from / plane);
      for (let k = from; k < from + plane; k++) {
        out[i * bytes + k] = levels[level + images[index * bytes + k]];
      }
    }
  });
  return out;
}

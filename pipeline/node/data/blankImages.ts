import type { Dataset } from '../../data/dataset.ts';
import { bytesOf } from '../../image/image.ts';

/**
 * What a person should know of pictures in which no ink was found, or none was left by the recipe.
 *
 * @param nameOf what image i is called
 */
export function remarksOnBlank(
  dataset: Pick<Dataset, 'images' | 'size' | 'channels'>,
  nameOf: (i: number) => string,
): string[] {
  const { images } = dataset;
  const pixels = bytesOf(dataset);
  const blank: number[] = [];
  for (let i = 0; i * pixels < images.length; i++) {
    if (images.subarray(i * pixels, (i + 1) * pixels).every((byte) => byte === 0)) blank.push(i);
  }
  if (blank.length === 0) return [];
  const first = nameOf(blank[0]);
  return [
    blank.length === 1
      ? `${first} holds no ink; it is blank to the model`
      : `${blank.length} images hold no ink, the first: ${first}; they are blank to the model`,
  ];
}

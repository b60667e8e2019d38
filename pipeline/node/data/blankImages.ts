import type { Dataset } from '../../data/dataset.ts';

/**
 * What a person should know of pictures in which no ink was found, or none was left by the recipe.
 *
 * @param nameOf what image i is called
 */
export function remarksOnBlank(
  { images, size }: Pick<Dataset, 'images' | 'size'>,
  nameOf: (i: number) => string,
): string[] {
  const pixels = size ** 2;
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

import { type GrayImage, grayFromBytes } from '../image/image.ts';
import type { Dataset } from './dataset.ts';

/** An image of a data set, as the network sees it. */
export function imageAt({ images, size }: Dataset, i: number): GrayImage {
  const pixels = size ** 2;
  return grayFromBytes(images.subarray(i * pixels, (i + 1) * pixels), size, size);
}

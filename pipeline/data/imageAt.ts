import { bytesOf, imageFromBytes, type PlanarImage } from '../image/image.ts';
import type { Dataset } from './dataset.ts';

/** An image of a data set, as the network sees it. */
export function imageAt(dataset: Dataset, i: number): PlanarImage {
  const bytes = bytesOf(dataset);
  return imageFromBytes(dataset.images.subarray(i * bytes, (i + 1) * bytes), dataset.size, dataset.size);
}

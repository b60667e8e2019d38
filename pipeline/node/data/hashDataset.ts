import { createHash } from 'node:crypto';
import type { Dataset } from '../../data/dataset.ts';

/** SHA-256, in hexadecimal, of what a network sees of a data set: size, classes, labels and images. */
export function hashDataset(dataset: Dataset): string {
  const { size, classes, labels, images } = dataset;
  const labelBytes = new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength);
  return createHash('sha256')
    .update(JSON.stringify({ size, classes }))
    .update(labelBytes)
    .update(images)
    .digest('hex');
}

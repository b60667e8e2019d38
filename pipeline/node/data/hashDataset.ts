import { createHash } from 'node:crypto';
import type { Dataset } from '../../data/dataset.ts';
import { formOf } from '../../image/image.ts';

/** SHA-256, in hexadecimal, of what a network sees of a data set: size, channels, classes, labels and images. */
export function hashDataset(dataset: Dataset): string {
  const { classes, labels, images } = dataset;
  const labelBytes = new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength);
  return createHash('sha256')
    .update(JSON.stringify({ ...formOf(dataset), classes }))
    .update(labelBytes)
    .update(images)
    .digest('hex');
}

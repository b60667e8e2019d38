import { basename } from 'node:path';
import type { Dataset } from '../../data/dataset.ts';
import { PipelineError } from '../../faults.ts';
import { visible } from '../../text/visible.ts';
import type { Mapping } from './mapping.ts';

/** Square images with the number that labels each, as IDX files and CSV files of pixels hold them. */
export interface Numbered {
  /** the file of the images */
  readonly path: string;
  /** what errors call a label, by its index from 0 */
  readonly whereLabel: (index: number) => string;
  readonly size: number;
  /** count·size·size bytes */
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
}

/**
 * Names the labels of images. Those that occur, in ascending order, become the classes 0, 1, 2, …, called by their
 * number where there is no mapping; labels that a mapping gives the same name are one class.
 *
 * @param classesOf the images whose labels make the classes: those that are trained on
 * @throws InkgradError at the first label that is none of the classes, or that the mapping lacks
 */
export function named(
  { path, whereLabel, size, images, labels }: Numbered,
  mapping: Mapping | undefined,
  classesOf: Numbered,
): Dataset {
  const nameOf = (label: number) => (mapping ? mapping.get(label) : String(label));
  const known = [...new Set(classesOf.labels)].sort((a, b) => a - b).map(nameOf);
  const classes = [...new Set(known)].filter((name) => name !== undefined);
  const classOf = Int32Array.from({ length: 256 }, (_, label) => classes.indexOf(nameOf(label) ?? ''));
  const stranger = labels.findIndex((label) => classOf[label] < 0);
  if (stranger >= 0) {
    const label = labels[stranger];
    const why =
      mapping && !mapping.has(label)
        ? `is not in the mapping, which has ${[...mapping.keys()].join(', ')}; give the mapping of this data set`
        : `does not occur in ${visible(classesOf.path)}; train on all classes`;
    throw new PipelineError(`${visible(whereLabel(stranger))}: label ${label} ${why}`, 'unknown-class');
  }
  return {
    name: basename(path),
    classes,
    size,
    images,
    labels: Int32Array.from(labels, (label) => classOf[label]),
  };
}

/** Whether a file is named like one of EMNIST, which stores each image transposed (Cohen et al. 2017). */
export const isTransposed = (path: string): boolean => /^emnist/i.test(basename(path));

/** Transposes size×size images, one after the other. */
export function transposeEach(images: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(images.length);
  for (let start = 0; start < images.length; start += size * size) {
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) out[start + y * size + x] = images[start + x * size + y];
    }
  }
  return out;
}

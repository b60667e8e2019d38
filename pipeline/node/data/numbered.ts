import { basename } from 'node:path';
import { type Dataset, sortedClasses } from '../../data/dataset.ts';
import { PipelineError } from '../../faults.ts';
import { formOf, type ImageForm } from '../../image/image.ts';
import { visible } from '../../text/visible.ts';
import type { Mapping } from './mappings.ts';

/** Square images with the number that labels each, as IDX files and CSV files of pixels hold them. */
export interface Numbered extends ImageForm {
  /** the file of the images */
  readonly path: string;
  /** what errors call a label, by its index from 0 */
  readonly whereLabel: (index: number) => string;
  /** count·channels·size² bytes */
  readonly images: Uint8Array;
  /** numbers, or places in `names` */
  readonly labels: Uint8Array | Int32Array;
  /** what the labels are where some of them are no numbers */
  readonly names?: readonly string[];
}

/**
 * Names the labels of images. Those that occur become the classes, called by their number where there is no mapping,
 * and in ascending order; where some are no numbers, in order of their code units. Labels that a mapping gives the same
 * name are one class.
 *
 * @param classesOf the images whose labels make the classes: those that are trained on
 * @throws InkgradError at the first label that is none of the classes, or that the mapping lacks
 */
export function named(images: Numbered, mapping: Mapping | undefined, classesOf: Numbered): Dataset {
  const { path, whereLabel, labels } = images;
  const nameOf = (text: string) => (mapping ? mapping.get(isNumber(text) ? Number(text) : Number.NaN) : text);
  const known = inOrder(textsOf(classesOf).values()).map(nameOf);
  const classes = [...new Set(known)].filter((name) => name !== undefined);
  const texts = textsOf(images);
  const classOf = new Map([...texts].map(([label, text]) => [label, classes.indexOf(nameOf(text) ?? '')]));
  const stranger = labels.findIndex((label) => classOf.get(label)! < 0);
  if (stranger >= 0) {
    const text = texts.get(labels[stranger])!;
    const why =
      mapping && nameOf(text) === undefined
        ? `is not in the mapping, which has ${[...mapping.keys()].join(', ')}; give the mapping of this data set`
        : `does not occur in ${visible(classesOf.path)}; train on all classes`;
    throw new PipelineError(
      `${visible(whereLabel(stranger))}: label ${visible(text)} ${why}`,
      'unknown-class',
    );
  }
  return {
    name: basename(path),
    classes,
    ...formOf(images),
    images: images.images,
    labels: Int32Array.from(labels, (label) => classOf.get(label)!),
  };
}

const isNumber = (text: string): boolean => /^\d+$/.test(text);

/** The labels that occur, each with its text. */
const textsOf = ({ labels, names }: Numbered): Map<number, string> =>
  new Map([...new Set(labels)].map((label) => [label, names?.[label] ?? String(label)]));

/** Different labels in order, as numbers where all of them are. */
function inOrder(texts: Iterable<string>): string[] {
  const sorted = sortedClasses(texts);
  return sorted.every(isNumber) ? sorted.sort((a, b) => Number(a) - Number(b)) : sorted;
}

/** Whether a file is named like one of EMNIST, which stores each image transposed (Cohen et al. 2017). */
export const isTransposed = (path: string): boolean => /^emnist/i.test(basename(path));

/** Transposes size×size images, or channels of such, one after the other. */
export function transposeEach(images: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(images.length);
  for (let start = 0; start < images.length; start += size * size) {
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) out[start + y * size + x] = images[start + x * size + y];
    }
  }
  return out;
}

import { PipelineError } from '../faults.ts';
import { bytesOf, type ImageForm } from '../image/image.ts';
import { listed } from '../text/listed.ts';
import { visible } from '../text/visible.ts';

/** Prepared images with their labels. They stay bytes; a batch normalises them when it is formed. */
export interface Dataset extends ImageForm {
  /** what errors call it */
  readonly name: string;
  /** what label i means */
  readonly classes: readonly string[];
  /** count·channels·size² bytes, image by image, channel by channel, row by row */
  readonly images: Uint8Array;
  /** count class indices, 0 … classes−1 */
  readonly labels: Int32Array;
  /** where each image came from, if it came from a file of its own */
  readonly paths?: readonly string[];
  /** the fonts that draw the images, where no hand wrote them: a data set with this is synthetic */
  readonly fonts?: readonly string[];
}

/** A data set as it trains and tests a network; both parts have the same classes and size. */
export interface DatasetPair {
  readonly train: Dataset;
  readonly test: Dataset;
}

/** How many images a data set has. */
export const count = (dataset: Dataset): number => dataset.labels.length;

/**
 * A data set of chosen images.
 *
 * @param indices positions in 0 … count−1, in the order wanted
 * @category Data
 * @example
 * import { dataset, subset } from 'inkgrad/train';
 *
 * const data = await dataset({ images: [[[1]], [[0]], [[1]]], labels: ['a', 'b', 'a'] });
 * console.log(subset(data, Int32Array.of(2, 1)).labels);
 * // Int32Array(2) [ 0, 1 ]
 */
export const subset = (dataset: Dataset, indices: Int32Array): Dataset => ({
  ...dataset,
  ...labelsOf(dataset, indices),
  images: imagesOf(dataset, indices),
});

/** The bytes of chosen images. */
export function imagesOf(dataset: Dataset, indices: Int32Array): Uint8Array {
  const { images: all } = dataset;
  const bytes = bytesOf(dataset);
  const images = new Uint8Array(indices.length * bytes);
  // Neighbours go together: most of a set is copied in few pieces where little is set aside.
  for (let i = 0, end = 0; i < indices.length; i = end) {
    const from = indices[i];
    for (end = i + 1; end < indices.length && indices[end] === from + end - i; ) end++;
    images.set(all.subarray(from * bytes, (from + end - i) * bytes), i * bytes);
  }
  return images;
}

/** What is said of chosen images, one by one. */
export const labelsOf = (
  { labels, paths }: Dataset,
  indices: Int32Array,
): Pick<Dataset, 'labels' | 'paths'> => ({
  labels: Int32Array.from(indices, (index) => labels[index]),
  ...(paths && { paths: Array.from(indices, (index) => paths[index]) }),
});

/**
 * Checks that every label names a class.
 *
 * @throws InkgradError that names the first row, counted from 1, whose label is outside 0 … classes−1
 */
export function checkLabels(dataset: Dataset): void {
  const classes = dataset.classes.length;
  const row = dataset.labels.findIndex((label) => label < 0 || label >= classes);
  if (row < 0) return;
  throw new PipelineError(
    `${dataset.name} row ${row + 1}: label ${dataset.labels[row]} names no class; ` +
      `labels go from 0 to ${classes - 1}`,
    'unknown-class',
  );
}

/**
 * The same images with the labels of another list of classes, matched by name.
 *
 * @param where what an error calls the data set
 * @throws InkgradError that names the classes which the list lacks
 */
export function relabel(dataset: Dataset, classes: readonly string[], where: string): Dataset {
  const places = dataset.classes.map((name) => classes.indexOf(name));
  const unknown = dataset.classes.filter((_, i) => places[i] < 0 && dataset.labels.includes(i));
  if (unknown.length > 0) {
    throw new PipelineError(
      `${visible(where)}: the classes ${listed(unknown)} are not among those of the model, ${listed(classes)}; ` +
        'leave them out with `onlyKnown`, or train on them',
      'unknown-class',
    );
  }
  return { ...dataset, classes, labels: dataset.labels.map((label) => places[label]) };
}

/** Sorts texts by their UTF-16 code units, which no locale changes: 0…9, A…Z, a…z. */
export const sortedClasses = (names: Iterable<string>): string[] => [...new Set(names)].sort();

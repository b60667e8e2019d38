import { PipelineError } from '../faults.ts';
import { listed } from '../text/listed.ts';
import { visible } from '../text/visible.ts';
import { count, type Dataset, type DatasetPair, subset } from './dataset.ts';
import { partOf } from './part.ts';
import { sample, stratifiedSplit } from './split.ts';

// All that is cut from a data set between its files and a training or an evaluation: a test part, a validation part,
// what is more than a limit, and what a model does not know.

/**
 * Cuts the images to test on off a data set that has no test part, the same share of each class.
 *
 * @param share above 0, below 1
 * @param seed any safe integer ≥ 0; the same seed cuts the same ones
 * @param where what an error calls the data set
 * @throws InkgradError where no image is left to test on
 */
export function testSplit(whole: Dataset, share: number, seed: number, where: string): DatasetPair {
  const [train, test] = stratifiedSplit(whole.labels, [1 - share, share], seed);
  if (test.length === 0) {
    throw new PipelineError(
      `${visible(where)}: no class has two of the ${count(whole)} images, so none is left to test on; add images`,
      'too-few-images',
    );
  }
  return { train: subset(whole, train), test: subset(whole, test) };
}

/**
 * Sets a part of the training images aside to choose the best epoch by, the same share of each class.
 *
 * @param train what is cut
 * @param options what is set aside
 * @param options.validation the share, from 0 to less than 1; with 0 the training images validate themselves
 * @param options.seed any safe integer ≥ 0; the same seed sets the same ones aside
 * @returns the images to train on and those to validate on
 * @throws InkgradError where one of the two has none
 * @category Data
 * @example
 * import { dataset, validationSplit } from 'inkgrad/train';
 *
 * const data = await dataset({ images: new Uint8Array(40), labels: [0, 0, 0, 0, 0, 1, 1, 1, 1, 1] });
 * const [train, validation] = validationSplit(data, { validation: 0.2, seed: 1 });
 * console.log(train.labels.length, Array.from(validation.labels));
 * // 8 [ 0, 1 ]
 */
export function validationSplit(
  train: Dataset,
  options: { readonly validation: number; readonly seed: number },
): [Dataset, Dataset] {
  return splitInto(subset, train, options);
}

/** The same for a training, which changes none of the images: most of them are read where they lie. */
export const trainingSplit = (
  train: Dataset,
  options: { readonly validation: number; readonly seed: number },
): [Dataset, Dataset] => splitInto(partOf, train, options);

function splitInto(
  part: (whole: Dataset, rows: Int32Array) => Dataset,
  train: Dataset,
  { validation, seed }: { readonly validation: number; readonly seed: number },
): [Dataset, Dataset] {
  if (validation === 0) return [train, train];
  const [kept, aside] = stratifiedSplit(train.labels, [1 - validation, validation], seed);
  if (kept.length === 0 || aside.length === 0) {
    throw new PipelineError(
      `\`validation\` ${validation}: leaves ${kept.length} of ${count(train)} images to train and ${aside.length} to ` +
        'validate; use more images, or `validation` 0 to keep none aside',
      'too-few-images',
    );
  }
  return [part(train, kept), part(train, aside)];
}

/**
 * Keeps some of the images, drawn at random; all where there are no more.
 *
 * @param limit how many to keep, ≥ 1; all when undefined
 * @param seed any safe integer ≥ 0; the same seed keeps the same ones
 */
export const limited = (dataset: Dataset, limit: number | undefined, seed: number): Dataset =>
  limit === undefined || limit >= count(dataset)
    ? dataset
    : subset(dataset, sample(count(dataset), limit, seed));

/**
 * The images whose class is among those of a list.
 *
 * @param where what an error calls the data set
 * @returns them, and the classes that were left out with their images
 * @throws InkgradError where no image is left
 */
export function onlyKnown(
  dataset: Dataset,
  classes: readonly string[],
  where: string,
): { known: Dataset; leftOut: readonly string[] } {
  const isKnown = dataset.classes.map((name) => classes.includes(name));
  const indices = Int32Array.from(dataset.labels.keys()).filter((i) => isKnown[dataset.labels[i]]);
  if (indices.length === 0) {
    throw new PipelineError(
      `${visible(where)}: none of its classes ${listed(dataset.classes)} is among those of the model, ${listed(classes)}; ` +
        'give other data',
      'unknown-class',
    );
  }
  const present = new Set(dataset.labels);
  const leftOut = dataset.classes.filter((_, label) => !isKnown[label] && present.has(label));
  return { known: leftOut.length === 0 ? dataset : subset(dataset, indices), leftOut };
}

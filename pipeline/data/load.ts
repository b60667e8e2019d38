import { resolve } from 'node:path';
import { InkgradError } from '../../engine/errors.ts';
import { type Recipe, recipes } from '../preprocess/recipe.ts';
import { type CsvColumns, loadCsv } from './csv.ts';
import { checkLabels, count, type Dataset, type DatasetPair, subset } from './dataset.ts';
import { loadFolder } from './folder.ts';
import { loadIdxPair } from './idx.ts';
import { type IdxFiles, readMapping } from './idxFiles.ts';
import { loadMnist } from './mnist.ts';
import { prepareDataset } from './prepareDataset.ts';
import { identifySource } from './source.ts';
import { stratifiedSplit } from './split.ts';

/** The share of the images that is kept for testing where the source has no test part. */
export const TEST_SHARE = 0.2;

export interface LoadOptions {
  /**
   * how every image is prepared; by default `mnist` for MNIST and IDX files, `handwriting` for image files
   */
  readonly recipe?: Recipe;
  /** chooses the test images where the source has no test part; a safe integer ≥ 0 */
  readonly seed: number;
  /** the columns of a CSV file */
  readonly columns?: CsvColumns;
  /** the largest image file that is read, in pixels; `MAX_PIXELS` when left out */
  readonly maxPixels?: number;
  /** false takes all images for testing where the source has no test part; true when left out */
  readonly split?: boolean;
  /**
   * called after each image that is prepared with how many are done and how many there are (IDX: in its part)
   */
  readonly onProgress?: (done: number, total: number) => void;
}

/** A data set that is ready to train on, and how it was made. */
export interface LoadedData extends DatasetPair {
  readonly recipe: Recipe;
  /** `mnist`, or the absolute path of the source */
  readonly source: string;
}

/** What a source holds before a test part is split off. */
interface Parts {
  readonly train: Dataset;
  readonly test?: Dataset;
}

/**
 * Loads a data set from wherever it lies.
 *
 * @param source `mnist`; a folder with IDX files, with one CSV file and its images, or with one sub-folder
 *   for each class; an IDX images file; or a CSV file
 * @throws InkgradError where the source is none of these, is broken, or has too little to train and test on
 */
export async function loadData(source: string, options: LoadOptions): Promise<LoadedData> {
  const found = identifySource(source);
  const absolute = found.kind === 'mnist' ? source : resolve(source);

  if (found.kind === 'mnist' || found.kind === 'idx') {
    const parts = found.kind === 'mnist' ? loadMnist() : loadIdx(found.files);
    const recipe = options.recipe ?? { ...recipes.mnist, size: parts.train.size };
    const train = await prepareDataset(parts.train, { ...options, recipe });
    const test = parts.test && (await prepareDataset(parts.test, { ...options, recipe }));
    return { ...withTest({ train, test }, source, options), recipe, source: absolute };
  }

  const recipe = options.recipe ?? recipes.handwriting;
  const parts: Parts =
    found.kind === 'csv'
      ? { train: await loadCsv(found.path, options.columns ?? {}, { ...options, recipe }) }
      : await loadFolder(found.path, { ...options, recipe });
  return { ...withTest(parts, source, options), recipe, source: absolute };
}

/** The parts that lie in IDX files, with one list of classes. */
export function loadIdx({ train, test, mapping }: IdxFiles): Parts {
  const names = mapping === undefined ? undefined : readMapping(mapping);
  const first = loadIdxPair(train.images, train.labels, names);
  if (!test) return { train: first };
  const second = loadIdxPair(test.images, test.labels, names);
  if (first.size !== second.size) {
    throw new InkgradError(
      `${train.images}: images are ${first.size}×${first.size}, but ${second.size}×${second.size} in ` +
        `${test.images}; take both files from the same data set`,
    );
  }
  // Without a mapping each part knows the labels up to its own largest, so the longer list holds the shorter.
  const classes = first.classes.length > second.classes.length ? first.classes : second.classes;
  return { train: { ...first, classes }, test: { ...second, classes } };
}

/** Checks the labels, and splits a test part off where there is none and one is wanted. */
function withTest({ train, test }: Parts, source: string, { seed, split = true }: LoadOptions): DatasetPair {
  if (train.classes.length < 2) {
    throw new InkgradError(`${source}: has the one class ${train.classes}; at least two are needed`);
  }
  const [kept, held] = test ? [train, test] : split ? splitOff(train, source, seed) : [train, train];
  for (const part of [kept, held]) checkLabels(part);
  return { train: kept, test: held };
}

function splitOff(whole: Dataset, source: string, seed: number): [Dataset, Dataset] {
  const [train, test] = stratifiedSplit(whole.labels, [1 - TEST_SHARE, TEST_SHARE], seed);
  if (test.length === 0) {
    throw new InkgradError(
      `${source}: no class has two of the ${count(whole)} images, so none is left to test on; add images`,
    );
  }
  return [subset(whole, train), subset(whole, test)];
}

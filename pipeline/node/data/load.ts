import { basename, resolve } from 'node:path';
import { withBrightInk } from '../../data/brightInk.ts';
import { limited, testSplit } from '../../data/cuts.ts';
import { checkLabels, type Dataset, type DatasetPair } from '../../data/dataset.ts';
import { TURNED } from '../../data/datasetOf.ts';
import { TEST_SHARE } from '../../data/defaults.ts';
import type { Parts } from '../../data/parts.ts';
import { prepareDataset } from '../../data/prepareDataset.ts';
import { PipelineError } from '../../faults.ts';
import type { Recipe } from '../../preprocess/recipe.ts';
import { preparedRecipe, usualRecipe } from '../../preprocess/sized.ts';
import { visible } from '../../text/visible.ts';
import { listCsv } from './csv.ts';
import { listClassFolders } from './folder.ts';
import { type LoadedParts, loadListed } from './listed.ts';
import { loadNumbered } from './loadNumbered.ts';
import { loadMnist } from './mnist.ts';
import { type Reading, remarksOnUnused } from './reading.ts';
import { identifySource, type Source } from './source.ts';
import { loadSynth } from './synth.ts';

export interface LoadOptions {
  /**
   * how every image is prepared; by default `mnist` for MNIST, IDX files and pixels, `scan` for synthetic
   * letters and for image files, or what fits `input`
   */
  readonly recipe?: Recipe;
  /** [channels, height, width] that a model takes: pictures are prepared for it where no recipe is given */
  readonly input?: readonly number[];
  /** chooses the test images where the source has no test part, and those that `limit` keeps; a safe integer ≥ 0 */
  readonly seed: number;
  /** how the source is read where it does not say so itself */
  readonly reading?: Reading;
  /** the largest image file that is read, in pixels; `MAX_PIXELS` when left out */
  readonly maxPixels?: number | undefined;
  /** goes on without image files that cannot be read, as long as each class keeps some; false when left out */
  readonly skipBroken?: boolean | undefined;
  /** threads that prepare image files; one for each core when left out */
  readonly threads?: number | undefined;
  /** whether prepared image files are kept for the next start; false when left out */
  readonly cache?: boolean | undefined;
  /** stops the preparing; the promise is then rejected with the signal's reason */
  readonly signal?: AbortSignal | undefined;
  /** false takes all images for testing where the source has no test part; true when left out */
  readonly split?: boolean;
  /** keeps so many of the training images, ≥ 1; the test images stay as they are */
  readonly limit?: number | undefined;
  /** training images of each class that `synth` draws; `SYNTH_COUNT` when left out, 0 for the test part alone */
  readonly synthCount?: number;
  /**
   * called after each image that is prepared with how many are done and how many there are (IDX: in its part)
   */
  readonly onProgress?: (done: number, total: number) => void;
  /** told where the system starts fewer threads */
  readonly onRemark?: (remark: string) => void;
}

/** A data set that is ready to train on, and how it was made. */
export interface LoadedData extends DatasetPair {
  /** what the source sets aside to choose the best epoch by */
  readonly validation?: Dataset;
  readonly recipe: Recipe;
  /** `mnist`, `synth`, or the absolute path of the source */
  readonly source: string;
  /** what a person should know of how it was read, a sentence each */
  readonly remarks?: readonly string[];
  /** what is wrong with images that were left out, a line each */
  readonly broken?: readonly string[];
}

/**
 * Loads a data set from wherever it lies.
 *
 * @param source `mnist`; `synth`; a folder with IDX files, with one CSV file and its images, or with one sub-folder
 *   for each class; an IDX images file; or a CSV file
 * @throws InkgradError where the source is none of these, is broken, or has too little to train and test on
 */
export async function loadData(source: string, options: LoadOptions): Promise<LoadedData> {
  const found = identifySource(source, options.reading?.columns);
  const { recipe, ...loaded } = await loadParts(found, options);
  const { train, validation, test, remarks, broken } =
    recipe.steps.length === 0 ? toBrightInk(loaded) : loaded;
  return {
    ...withTest({ train, ...(test && { test }) }, source, options),
    ...(validation && { validation }),
    recipe,
    source: found.kind === 'mnist' || found.kind === 'synth' ? source : resolve(source),
    remarks: [...remarksOnUnused(found.kind, options.reading ?? {}), ...remarks],
    ...(broken && broken.length > 0 && { broken }),
  };
}

/** Images that no recipe turns, as models take them. */
function toBrightInk(loaded: LoadedParts): LoadedParts {
  const parts = withBrightInk(loaded);
  if (parts === loaded) return loaded;
  return { ...parts, remarks: [...loaded.remarks, TURNED] };
}

async function loadParts(source: Source, options: LoadOptions): Promise<LoadedParts & { recipe: Recipe }> {
  if (source.kind === 'csv' || source.kind === 'folder') {
    const recipe = options.recipe ?? usualRecipe(options.input);
    const listed =
      source.kind === 'csv'
        ? listCsv(source.path, options.reading?.columns ?? {})
        : listClassFolders(source.path);
    return { ...(await loadListed(basename(source.path), listed, { ...options, recipe })), recipe };
  }
  if (source.kind === 'synth') {
    const recipe = options.recipe ?? usualRecipe(options.input);
    return { ...(await loadSynth({ ...options, recipe })), recipe, remarks: [] };
  }
  const { train, validation, test, remarks }: LoadedParts =
    source.kind === 'mnist' ? { ...loadMnist(), remarks: [] } : loadNumbered(source, options.reading ?? {});
  const recipe = options.recipe ?? preparedRecipe(train);
  const prepared = (part: Dataset) => prepareDataset(part, { ...options, recipe });
  return {
    train: await prepared(train),
    ...(validation && { validation: await prepared(validation) }),
    ...(test && { test: await prepared(test) }),
    recipe,
    remarks,
  };
}

/** Checks the labels, splits a test part off where there is none and one is wanted, and keeps `limit` images. */
function withTest(
  { train, test }: Parts<Dataset>,
  source: string,
  { seed, reading, split = true, limit }: LoadOptions,
): DatasetPair {
  if (split && train.classes.length < 2) {
    throw new PipelineError(
      `${visible(source)}: has the one class ${visible(train.classes[0])}; at least two are needed`,
      'too-few-images',
    );
  }
  const share = reading?.testShare ?? TEST_SHARE;
  const parts = test
    ? { train, test }
    : split
      ? testSplit(train, share, seed, source)
      : { train, test: train };
  for (const part of [parts.train, parts.test]) checkLabels(part);
  return { train: limited(parts.train, limit, seed), test: parts.test };
}

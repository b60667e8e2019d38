import { dirname, sep } from 'node:path';
import { type Dataset, sortedClasses } from '../../data/dataset.ts';
import { PipelineError } from '../../faults.ts';
import { formOf } from '../../image/image.ts';
import type { Recipe } from '../../preprocess/recipe.ts';
import { hasSharp, isSharpName } from '../files/imageNames.ts';
import { packageVersion } from '../files/packageFolder.ts';
import version from '../tasks/build/prepareFile.version.txt';
import type { ImageFile } from '../tasks/prepareFile.ts';
import type { Refused } from '../threads/attempt.ts';
import { newBudget } from '../threads/budget.ts';
import { BrokenImagesError } from './brokenImages.ts';
import { type PrepareOptions, prepareAll } from './prepareAll.ts';

/** An image file of a data set. */
export interface LabelledFile extends ImageFile {
  readonly label: string;
}

/** How a data set is made of image files. */
export interface LoadImagesOptions extends PrepareOptions {
  readonly recipe: Recipe;
  /** the largest original that is read; `MAX_PIXELS` when left out */
  readonly maxPixels?: number | undefined;
  /** goes on without images that cannot be read; false when left out */
  readonly skipBroken?: boolean | undefined;
}

/** Image files as a data set, and what is wrong with those that could not be read. */
export interface LoadedImages {
  readonly dataset: Dataset;
  /** a line for each, by the places of their files; no image of the data set is of any use there */
  readonly broken: ReadonlyMap<number, string>;
}

/**
 * Reads, decodes and prepares image files on several threads, each of which has one original in memory at a
 * time. The data set does not depend on how many threads there are, nor on what is kept from before.
 *
 * @param name what the data set is called
 * @returns their data set; the classes are the labels that occur, in order of their code units
 * @throws InkgradError with the number of files that cannot be read and what is wrong with the first, unless these are
 *   skipped and each class keeps some; the signal's reason
 */
export async function loadImageFiles(
  name: string,
  files: readonly LabelledFile[],
  { recipe, maxPixels, skipBroken = false, ...options }: LoadImagesOptions,
): Promise<LoadedImages> {
  const classes = sortedClasses(files.map((file) => file.label));
  const indexOf = new Map(classes.map((label, index) => [label, index]));
  const paths = files.map((file) => file.path);
  const broken = new Map<number, Refused>();
  const images = await prepareAll(
    'prepareFile',
    { name, place: commonFolder(paths), recipe, version: [maxPixels, version, ...sharpVersion(paths)] },
    (kept) => ({ recipe, maxPixels, kept, budget: newBudget() }),
    files,
    { ...options, onRefused: (i, refused) => void broken.set(i, refused) },
  );
  const inOrder = [...broken].sort(([a], [b]) => a - b);
  const faults = inOrder.map(([, refused]) => refused);
  const lines = faults.map(({ refused }) => refused);
  // A class of which nothing is left is no class any more.
  const left = new Set(files.filter((_, i) => !broken.has(i)).map(({ label }) => label));
  if (!skipBroken || left.size < classes.length) {
    if (lines.length === 1) throw new PipelineError(lines[0], faults[0].code);
    if (lines.length > 1) throw new BrokenImagesError(lines, name, files.length);
  }
  const dataset = {
    name,
    classes,
    ...formOf(recipe),
    images,
    labels: Int32Array.from(files, (file) => indexOf.get(file.label)!),
    paths,
  };
  return { dataset, broken: new Map(inOrder.map(([i, { refused }]) => [i, refused])) };
}

/** The version of the npm package sharp, where it makes some of the pictures. */
const sharpVersion = (paths: readonly string[]): unknown[] =>
  hasSharp() && paths.some(isSharpName) ? [packageVersion('sharp')] : [];

/** The deepest folder that holds all files. */
function commonFolder(paths: readonly string[]): string {
  return paths.map(dirname).reduce((common, folder) => {
    while (folder !== common && !folder.startsWith(common + sep) && dirname(common) !== common) {
      common = dirname(common);
    }
    return common;
  });
}

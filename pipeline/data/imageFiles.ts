import { InkgradError } from '../../engine/errors.ts';
import type { Recipe } from '../preprocess/recipe.ts';
import { mapInThreads } from '../work/mapInThreads.ts';
import { type Dataset, sortedClasses } from './dataset.ts';
import { ImageCache, WORTH_KEEPING } from './imageCache.ts';
import type { ImageFile } from './prepareFile.ts';

/** An image file of a data set. */
export interface LabelledFile extends ImageFile {
  readonly label: string;
}

/** How a data set is made of image files. */
export interface LoadImagesOptions {
  readonly recipe: Recipe;
  /** the largest original that is read; `MAX_PIXELS` when left out */
  readonly maxPixels?: number | undefined;
  /** threads that read and prepare; one for each core when left out */
  readonly threads?: number | undefined;
  /** whether prepared images are kept for the next start; false when left out */
  readonly cache?: boolean | undefined;
  /** stops the work; what is prepared by then is kept */
  readonly signal?: AbortSignal | undefined;
  /** called after each image with how many are done and how many there are */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Several image files of a data set are broken. */
export class BrokenImagesError extends InkgradError {
  /** @param lines what is wrong with each, in order */
  constructor(
    readonly lines: readonly string[],
    name: string,
    total: number,
  ) {
    super(
      `${name}: ${lines.length} of ${total} images are broken, the first: ${lines[0]} (--verbose lists all)`,
    );
  }
}

/**
 * Reads, decodes and prepares image files on several threads, each of which has one original in memory at a
 * time. The data set does not depend on how many threads there are, nor on what is kept from before.
 *
 * @param name what the data set is called
 * @returns their data set; the classes are the labels that occur, in order of their code units
 * @throws InkgradError with the number of files that cannot be read and what is wrong with the first; the
 *   signal's reason
 */
export async function loadImageFiles(
  name: string,
  files: readonly LabelledFile[],
  { recipe, maxPixels, threads, cache, signal, onProgress }: LoadImagesOptions,
): Promise<Dataset> {
  const pixels = recipe.size ** 2;
  const classes = sortedClasses(files.map((file) => file.label));
  const indexOf = new Map(classes.map((label, index) => [label, index]));
  const paths = files.map((file) => file.path);
  const images = new Uint8Array(files.length * pixels);
  const keeper =
    cache && files.length >= WORTH_KEEPING ? new ImageCache(name, paths, recipe, maxPixels) : null;
  const broken = new Map<number, string>();
  let done = 0;
  try {
    await mapInThreads('prepareFile', { recipe, maxPixels, kept: keeper?.kept ?? null }, files, {
      threads,
      signal,
      onResult: (i, outcome) => {
        if ('refused' in outcome) broken.set(i, outcome.refused);
        else {
          images.set(outcome.value.image, i * pixels);
          keeper?.note(i, outcome.value);
        }
        onProgress?.(++done, files.length);
      },
    });
  } finally {
    keeper?.keep(images, done < files.length);
  }
  const lines = [...broken].sort(([a], [b]) => a - b).map(([, line]) => line);
  if (lines.length === 1) throw new InkgradError(lines[0]);
  if (lines.length > 1) throw new BrokenImagesError(lines, name, files.length);
  return {
    name,
    classes,
    size: recipe.size,
    images,
    labels: Int32Array.from(files, (file) => indexOf.get(file.label)!),
    paths,
  };
}

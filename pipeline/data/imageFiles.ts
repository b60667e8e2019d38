import { readFile } from 'node:fs/promises';
import { InkgradError } from '../../engine/errors.ts';
import { decodeImage } from '../decode.ts';
import { prepare } from '../preprocess/prepare.ts';
import type { Recipe } from '../preprocess/recipe.ts';
import { type Dataset, sortedClasses } from './dataset.ts';

/** An image file of a data set. */
export interface LabelledFile {
  readonly path: string;
  readonly label: string;
  /** what an error calls the file */
  readonly where: string;
}

/** How a data set is made of image files. */
export interface LoadImagesOptions {
  readonly recipe: Recipe;
  /** the largest original that is read; `MAX_PIXELS` when left out */
  readonly maxPixels?: number;
  /** called after each image with how many are done and how many there are */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Reads, decodes and prepares image files one by one, so that only one original is in memory at a time, and
 * timers and signals get their turn while each is read.
 *
 * @param name what the data set is called
 * @returns their data set; the classes are the labels that occur, in order of their code units
 * @throws InkgradError with the number of files that cannot be read and what is wrong with the first
 */
export async function loadImageFiles(
  name: string,
  files: readonly LabelledFile[],
  { recipe, maxPixels, onProgress }: LoadImagesOptions,
): Promise<Dataset> {
  const pixels = recipe.size ** 2;
  const classes = sortedClasses(files.map((file) => file.label));
  const indexOf = new Map(classes.map((label, index) => [label, index]));
  const images = new Uint8Array(files.length * pixels);
  const broken: string[] = [];
  for (const [i, file] of files.entries()) {
    try {
      images.set(await prepareFile(file, recipe, maxPixels), i * pixels);
    } catch (error) {
      if (!(error instanceof InkgradError)) throw error;
      broken.push(error.message);
    }
    onProgress?.(i + 1, files.length);
  }
  if (broken.length === 1) throw new InkgradError(broken[0]);
  if (broken.length > 1) {
    throw new InkgradError(
      `${name}: ${broken.length} of ${files.length} images are broken, the first: ${broken[0]}`,
    );
  }
  return {
    name,
    classes,
    size: recipe.size,
    images,
    labels: Int32Array.from(files, (file) => indexOf.get(file.label)!),
    paths: files.map((file) => file.path),
  };
}

/**
 * Reads, decodes and prepares one image file.
 *
 * @returns size² bytes
 * @throws InkgradError where it is missing or unreadable, or does not fit the recipe
 */
async function prepareFile(
  { path, where }: LabelledFile,
  recipe: Recipe,
  maxPixels?: number,
): Promise<Uint8Array> {
  const image = decodeImage(await readBytes(path, where), where, maxPixels);
  try {
    return prepare(image, recipe);
  } catch (error) {
    throw error instanceof InkgradError ? new InkgradError(`${where}: ${error.message}`) : error;
  }
}

async function readBytes(path: string, where: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') throw new InkgradError(`${where} does not exist; correct or remove its entry`);
    throw new InkgradError(`${where} cannot be read (${code}); make it a readable file`);
  }
}

import { readImageFile } from '../decode/readImageFile.ts';
import { MAX_PIXELS } from '../decode/refusal.ts';
import { type Budget, within } from '../threads/budget.ts';
import { type ImageFacts, inspectImage } from './facts.ts';
import { pictureBytes } from './pictureBytes.ts';
import type { ImageFile } from './prepareFile.ts';

/** How every file of a data set is looked at. */
export interface Inspecting {
  /** the largest picture that is read; `MAX_PIXELS` when left out */
  readonly maxPixels?: number | undefined;
  /** pixels of the longer side of a thumbnail */
  readonly thumbnail: number;
  /** the memory that all threads share; without bound when left out */
  readonly budget?: Budget | undefined;
}

export interface FileToInspect extends ImageFile {
  /** whether a thumbnail of it is wanted */
  readonly shown: boolean;
}

/**
 * Reads an image file and notes its facts.
 *
 * @throws InkgradError where it is missing or unreadable
 */
export async function inspectFile(
  { maxPixels = MAX_PIXELS, thumbnail, budget }: Inspecting,
  { path, where, shown }: FileToInspect,
): Promise<ImageFacts> {
  const bytes = readImageFile(path, where, maxPixels);
  return within(budget, (take) => {
    const onSize = (width: number, height: number) => take(pictureBytes(bytes, width, height));
    return inspectImage(bytes, { name: where, maxPixels, onSize, ...(shown && { thumbnail }) });
  });
}

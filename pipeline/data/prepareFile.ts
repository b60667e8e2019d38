import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { InkgradError } from '../../engine/errors.ts';
import { decodeImage } from '../decode.ts';
import { prepare } from '../preprocess/prepare.ts';
import type { Recipe } from '../preprocess/recipe.ts';
import { findKept, type KeptImages } from './keptImages.ts';

/** How every file of a data set is prepared. */
export interface Preparation {
  readonly recipe: Recipe;
  /** the largest original that is read; `MAX_PIXELS` when left out */
  readonly maxPixels?: number | undefined;
  /** images that were prepared before; null where none are wanted, and nothing is hashed */
  readonly kept: KeptImages | null;
}

export interface ImageFile {
  readonly path: string;
  /** what an error calls the file */
  readonly where: string;
}

export interface PreparedFile {
  /** size² bytes */
  readonly image: Uint8Array;
  /** SHA-256 of the file, where images are kept */
  readonly digest: Uint8Array | null;
  /** whether it was kept from before */
  readonly known: boolean;
}

/**
 * Reads an image file, and decodes and prepares it unless one of the same content is kept.
 *
 * @throws InkgradError where it is missing or unreadable, or does not fit the recipe
 */
export async function prepareFile(
  { recipe, maxPixels, kept }: Preparation,
  { path, where }: ImageFile,
): Promise<PreparedFile> {
  const bytes = await readBytes(path, where);
  const digest = kept && createHash('sha256').update(bytes).digest();
  const before = kept && digest && findKept(kept, digest);
  if (before) return { image: before, digest, known: true };
  const original = decodeImage(bytes, where, maxPixels);
  try {
    return { image: prepare(original, recipe), digest, known: false };
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

import { createHash } from 'node:crypto';
import { readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { cacheFolder, makeCacheFolder } from '../cacheFolder.ts';
import type { Recipe } from '../preprocess/recipe.ts';
import threadText from '../work/build/thread.txt';
import { DIGEST, type KeptImages, noneKept, readKept, writeKept } from './keptImages.ts';
import type { PreparedFile } from './prepareFile.ts';

/** All files of the cache together have at most so many bytes; those that were not used for longest go first. */
export const CACHE_LIMIT = 2 ** 30;

/** A data set of fewer files is prepared in about a second, and leaves no file behind. */
export const WORTH_KEEPING = 64;

/** Below the folder of the cache. */
const FOLDER = 'images';

/**
 * What decides, beside its bytes, what becomes of a file: the recipe, the limit, and the code that prepares, all
 * of which is in the text that threads run. So a change of that code makes every image anew.
 */
export const keyOf = ({ size, steps }: Recipe, maxPixels: number | undefined): string =>
  createHash('sha256')
    .update(JSON.stringify({ size, steps, maxPixels, v8: process.versions.v8, arch: process.arch }))
    .update(threadText)
    .digest('hex');

/**
 * The prepared images of one data set from one start to the next: a file in ~/.cache/inkgrad/images, or below
 * XDG_CACHE_HOME, for each data set and recipe. An image is found by the content of its file; the place of the
 * data set only tells which file of the cache to look into. A cache that cannot be read or written is none.
 */
export class ImageCache {
  /** what the last start left; threads look into it */
  readonly kept: KeptImages;
  readonly #name: string;
  readonly #key: string;
  readonly #digests: Uint8Array;
  readonly #prepared: number[] = [];
  #fresh = 0;

  /** @param name what the data set is called */
  constructor(name: string, paths: readonly string[], recipe: Recipe, maxPixels: number | undefined) {
    const pixels = recipe.size ** 2;
    const place = createHash('sha256')
      .update(`${name}\n${commonFolder(paths)}`)
      .digest('hex');
    const readable = name.replaceAll(/[^\w.-]/g, '_').slice(0, 40);
    this.#key = keyOf(recipe, maxPixels);
    this.#name = `${readable}-${place.slice(0, 16)}-${this.#key.slice(0, 16)}`;
    this.#digests = new Uint8Array(paths.length * DIGEST);
    this.kept = this.#read(pixels) ?? noneKept(pixels);
  }

  get #path(): string {
    return join(cacheFolder(), FOLDER, this.#name);
  }

  #read(pixels: number): KeptImages | null {
    try {
      return readKept(this.#path, this.#key, pixels);
    } catch {
      return null;
    }
  }

  /** Notes that image i is prepared. */
  note(i: number, { digest, known }: PreparedFile): void {
    this.#digests.set(digest!, i * DIGEST);
    this.#prepared.push(i);
    if (!known) this.#fresh++;
  }

  /**
   * Keeps what was noted for the next start. One that was stopped before it got as far as the last changes nothing.
   *
   * @param images the images of the data set in order
   */
  keep(images: Uint8Array, stopped: boolean): void {
    const { pixels, digests } = this.kept;
    const bytes = this.#prepared.length * (DIGEST + pixels);
    if (bytes > CACHE_LIMIT || (stopped && this.#prepared.length * DIGEST < digests.length)) return;
    try {
      const path = this.#path;
      if (this.#fresh > 0) {
        makeCacheFolder(FOLDER);
        writeKept(path, this.#key, { digests: this.#digests, images, pixels }, this.#prepared);
        removeOldest(dirname(path), CACHE_LIMIT);
      } else {
        const now = new Date();
        utimesSync(path, now, now);
      }
    } catch {
      // A full disk or a folder that is not ours is no reason to stop.
    }
  }
}

/** Deletes the files of a folder that were not used for longest until the others have at most so many bytes. */
export function removeOldest(folder: string, limit: number): void {
  const files = readdirSync(folder).map((name) => {
    const path = join(folder, name);
    const { size, mtimeMs } = statSync(path);
    return { path, size, mtimeMs };
  });
  let total = 0;
  for (const { path, size } of files.sort((a, b) => b.mtimeMs - a.mtimeMs)) {
    total += size;
    if (total > limit) rmSync(path, { force: true });
  }
}

/** The deepest folder that holds all files. */
function commonFolder(paths: readonly string[]): string {
  return paths.map(dirname).reduce((common, folder) => {
    while (folder !== common && !folder.startsWith(common + sep) && dirname(common) !== common) {
      common = dirname(common);
    }
    return common;
  });
}

import { createHash } from 'node:crypto';
import { readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bytesOf, formOf } from '../../image/image.ts';
import type { Recipe } from '../../preprocess/recipe.ts';
import { cacheFolder, makeCacheFolder } from '../files/cacheFolder.ts';
import { sweep } from '../files/unfinished.ts';
import { DIGEST, type KeptImages, noneKept, type Prepared, readKept, writeKept } from './keptImages.ts';

/** All files of the cache together have at most so many bytes; those that were not used for longest go first. */
export const CACHE_LIMIT = 2 ** 30;

/** A data set of fewer images is prepared in about a second, and leaves no file behind. */
export const WORTH_KEEPING = 64;

/** Below the folder of the cache. */
const FOLDER = 'images';

/** A data set whose prepared images may be kept. */
export interface Keepable {
  /** what it is called */
  readonly name: string;
  /** what tells it from others of the same name */
  readonly place: string;
  readonly recipe: Recipe;
  /** what else decides what becomes of an image: limits, and the version of the code that prepares it */
  readonly version: readonly unknown[];
}

/** What decides, beside what an image is made of, what becomes of it. So a change of the code makes all anew. */
export const keyOf = ({ recipe, version }: Pick<Keepable, 'recipe' | 'version'>): string =>
  createHash('sha256')
    .update(
      JSON.stringify({
        ...formOf(recipe),
        ...{ steps: recipe.steps, version, v8: process.versions.v8, arch: process.arch },
      }),
    )
    .digest('hex');

/**
 * The prepared images of one data set from one start to the next: a file in ~/.cache/inkgrad/images, or below
 * XDG_CACHE_HOME, for each data set and recipe. An image is found by what it is made of, such as the content of its
 * file; the place of the data set only tells which file of the cache to look into. A cache that cannot be read or
 * written is none.
 */
export class ImageCache {
  /** what the last start left; threads look into it */
  readonly kept: KeptImages;
  readonly #name: string;
  readonly #key: string;
  readonly #digests: Uint8Array;
  readonly #prepared: number[] = [];
  #fresh = 0;

  /** @param count how many images it has */
  constructor(dataset: Keepable, count: number) {
    const { name, place, recipe } = dataset;
    const pixels = bytesOf(recipe);
    const where = createHash('sha256').update(`${name}\n${place}`).digest('hex');
    const readable = name.replaceAll(/[^\w.-]/g, '_').slice(0, 40);
    this.#key = keyOf(dataset);
    this.#name = `${readable}-${where.slice(0, 16)}-${this.#key.slice(0, 16)}`;
    this.#digests = new Uint8Array(count * DIGEST);
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
  note(i: number, { digest, known }: Prepared): void {
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
      // What other starts did not end, all in it being ours.
      sweep(dirname(path), () => true);
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

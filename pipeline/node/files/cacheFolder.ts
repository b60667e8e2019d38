import { mkdirSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import envPaths from 'env-paths';

/**
 * Where a person's programs keep what they can make again: below XDG_CACHE_HOME where that is set, which env-paths
 * looks at on Linux alone, else where the system has it, such as ~/.cache.
 *
 * @throws Error where no home is known, such as with `HOME=`: the working folder is none
 */
export function cacheFolder(): string {
  const { XDG_CACHE_HOME } = process.env;
  const folder = XDG_CACHE_HOME ? join(XDG_CACHE_HOME, 'inkgrad') : envPaths('inkgrad', { suffix: '' }).cache;
  if (isAbsolute(folder)) return folder;
  throw new Error(`${folder}: is no path from the root; set HOME or XDG_CACHE_HOME`);
}

/**
 * Makes the folder of the cache and one below it, but no home that is not there: folder by folder, since
 * Node.js's own way of making them all never ends where a file system says that nothing is there.
 *
 * @throws what the system says where a folder cannot be made
 */
export function makeCacheFolder(below = ''): void {
  const folder = cacheFolder();
  for (const each of [dirname(folder), folder, join(folder, below)]) {
    try {
      mkdirSync(each);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import envPaths from 'env-paths';

/**
 * Where a person's programs keep what they can make again: below XDG_CACHE_HOME where that is set, which env-paths
 * looks at on Linux alone, else where the system has it, such as ~/.cache.
 */
export const cacheFolder = (): string =>
  process.env.XDG_CACHE_HOME
    ? join(process.env.XDG_CACHE_HOME, 'inkgrad')
    : envPaths('inkgrad', { suffix: '' }).cache;

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

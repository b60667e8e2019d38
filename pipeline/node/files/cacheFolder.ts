import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const base = (): string => process.env.XDG_CACHE_HOME || join(homedir(), '.cache');

/** Where a person's programs keep what they can make again: the XDG Base Directory Specification 0.8. */
export const cacheFolder = (): string => join(base(), 'inkgrad');

/**
 * Makes the folder of the cache and one below it, but no home that is not there: folder by folder, since
 * Node.js's own way of making them all never ends where a file system says that nothing is there.
 *
 * @throws what the system says where a folder cannot be made
 */
export function makeCacheFolder(below = ''): void {
  for (const folder of [base(), cacheFolder(), join(cacheFolder(), below)]) {
    try {
      mkdirSync(folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

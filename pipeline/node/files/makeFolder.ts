import { existsSync, mkdirSync, rmdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { syncFolder } from './sync.ts';

/**
 * Makes a folder, and those around it that are missing, so that they outlast a power cut. One by one: Node.js's own way
 * of making them all never ends where a file system says that nothing is there, as /proc does.
 *
 * @returns the folders that were not there, the outermost first
 * @throws what the system says where one cannot be made; none is left then
 */
export function makeFolder(path: string): string[] {
  const missing: string[] = [];
  for (let at = resolve(path); !existsSync(at); at = dirname(at)) missing.unshift(at);
  const made: string[] = [];
  try {
    for (const folder of missing) if (makeOne(folder)) made.push(folder);
    // Says what is wrong with a file in its place.
    if (!statSync(path).isDirectory()) mkdirSync(path);
  } catch (error) {
    removeEmpty(made);
    throw error;
  }
  return made;
}

/**
 * Makes one folder in another.
 *
 * @returns whether it is made here, and not by another process at the same time
 * @throws what the system says where it cannot be made; it is not left then
 */
export function makeOne(folder: string): boolean {
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  try {
    syncFolder(dirname(folder));
  } catch (error) {
    removeEmpty([folder]);
    throw error;
  }
  return true;
}

/** Removes folders, the last first, but for those that hold something. */
export function removeEmpty(folders: readonly string[]): void {
  for (const folder of folders.toReversed()) {
    try {
      rmdirSync(folder);
    } catch {}
  }
}

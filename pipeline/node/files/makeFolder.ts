import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { syncFolder } from './sync.ts';

/**
 * Makes a folder, and those around it that are missing, so that they outlast a power cut. One by one: Node.js's own way
 * of making them all never ends where a file system says that nothing is there, as /proc does.
 *
 * @returns the folders that were not there, the outermost first
 * @throws what the system says where one cannot be made
 */
export function makeFolder(path: string): string[] {
  const missing: string[] = [];
  for (let at = resolve(path); !existsSync(at); at = dirname(at)) missing.unshift(at);
  const made = missing.filter(makeOne);
  // Says what is wrong with a file in its place.
  if (!statSync(path).isDirectory()) mkdirSync(path);
  return made;
}

/** @returns whether the folder is made here, and not by another process at the same time */
export function makeOne(folder: string): boolean {
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  syncFolder(dirname(folder));
  return true;
}

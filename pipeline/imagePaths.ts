import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InkgradError } from '../engine/errors.ts';
import { sortedClasses } from './data/dataset.ts';

/** What stands for an image on standard input. */
export const STDIN = '-';

/**
 * The image files that paths name, in order: files as they are, folders with all PNG files below them. Hidden
 * files are left out.
 *
 * @throws InkgradError for a folder without PNG files; a missing file is found when it is read
 */
export function imagePaths(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    if (path === STDIN || statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [path];
    const names = readdirSync(path, { recursive: true, encoding: 'utf8' });
    const files = names.filter((name) => /\.png$/i.test(name) && !/(^|\/)\./.test(name));
    if (files.length === 0)
      throw new InkgradError(`${path}: holds no PNG files; give images or another folder`);
    return sortedClasses(files).map((name) => join(path, name));
  });
}

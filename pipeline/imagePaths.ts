import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InkgradError } from '../engine/errors.ts';
import { sortedClasses } from './data/dataset.ts';

/** What stands for an image on standard input. */
export const STDIN = '-';

/**
 * The image files that paths name, in order: files as they are, folders with all PNG files below them. Hidden
 * files are left out. A missing file is found when it is read.
 *
 * @param onError told of each folder without PNG files
 */
export function imagePaths(
  paths: readonly string[],
  onError: (path: string, error: InkgradError) => void,
): string[] {
  return paths.flatMap((path) => {
    if (path === STDIN || statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [path];
    const names = readdirSync(path, { recursive: true, encoding: 'utf8' });
    const files = names.filter((name) => /\.png$/i.test(name) && !/(^|\/)\./.test(name));
    if (files.length === 0) {
      onError(path, new InkgradError(`${path}: holds no PNG files; give images or another folder`));
    }
    return sortedClasses(files).map((name) => join(path, name));
  });
}

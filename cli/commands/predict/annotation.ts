import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { InkgradError } from '../../../engine/errors.ts';
import { UsageError } from '../../usage.ts';

/**
 * Refuses a file for `--annotate` that could not be written, or should not: it is better known before the work.
 *
 * @param pictures the paths of the pictures that are read
 */
export function checkAnnotation(file: string, pictures: readonly string[]): void {
  if (!/\.png$/i.test(file)) throw new UsageError(`--annotate ${file}: expected a name that ends in .png`);
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`--annotate ${file}: is a folder; give the name of a file`);
  }
  if (pictures.length > 1) {
    throw new UsageError(
      `--annotate ${file}: is for one picture, and ${pictures.length} are given; run it for each`,
    );
  }
  const same = pictures.some((picture) => whole(picture) === whole(file));
  if (same) throw new UsageError(`--annotate ${file}: is the picture that is read; give another name`);
  try {
    accessSync(dirname(resolve(file)), constants.W_OK);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const why = missing ? 'its folder is not there; make it first' : 'its folder cannot be written to';
    throw new InkgradError(`--annotate ${file}: ${why}`);
  }
}

function whole(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

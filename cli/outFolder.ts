import { mkdirSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { InkgradError } from '../engine/errors.ts';
import { UsageError } from './usage.ts';

/**
 * Makes a folder for what a command writes.
 *
 * @param out what was given as `--out`, for an error
 */
export function makeFolder(folder: string, out: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new InkgradError(`--out ${out}: cannot be made (${(error as Error).message}); give another folder`);
  }
}

/**
 * Refuses a folder for results within a data set: with the next command it would be one of its classes.
 *
 * @throws UsageError where it lies there
 */
export function refuseWithin(source: string, out: string): void {
  if (statSync(source, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  const way = relative(resolve(source), resolve(out));
  if (isAbsolute(way) || way === '..' || way.startsWith(`..${sep}`)) return;
  throw new UsageError(
    `--out ${out}: lies in the data set ${source}, where it would be taken for a class; give a folder elsewhere`,
  );
}

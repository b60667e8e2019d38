import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { InkgradError } from '../engine/errors.ts';
import * as files from '../pipeline/node/files/makeFolder.ts';
import { UsageError } from './usage.ts';

/**
 * Makes a folder for what a command writes.
 *
 * @param out what was given as `flag`, for an error
 */
export function makeFolder(folder: string, out: string, flag = '--out'): void {
  try {
    files.makeFolder(folder);
  } catch (error) {
    throw new InkgradError(
      `${flag} ${out}: cannot be made (${(error as Error).message}); give another folder`,
    );
  }
}

/**
 * Refuses a folder for results within a data set: with the next command it would be one of its classes.
 *
 * @param out undefined where nobody gave one, and results go below `usual`
 * @throws UsageError where it lies there
 */
export function refuseWithin(
  source: string,
  out: string | undefined,
  { usual = '.', flag = '--out' }: { readonly usual?: string; readonly flag?: string } = {},
): void {
  if (statSync(source, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  const way = relative(realPath(source), realPath(out ?? usual));
  if (isAbsolute(way) || way === '..' || way.startsWith(`..${sep}`)) return;
  const [where, advice] =
    out === undefined ? [usual, `as ${flag} a folder elsewhere`] : [`${flag} ${out}`, 'a folder elsewhere'];
  throw new UsageError(
    `${where}: lies in the data set ${source}, where it would be taken for a class; give ${advice}`,
  );
}

/** A path with its links followed, as far as it is there. */
function realPath(path: string): string {
  const whole = resolve(path);
  try {
    return realpathSync(whole);
  } catch {
    return whole === dirname(whole) ? whole : join(realPath(dirname(whole)), basename(whole));
  }
}

import { mkdirSync } from 'node:fs';
import { InkgradError } from '../engine/errors.ts';

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

import { closeSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { PipelineError } from '../../faults.ts';
import { syncFile, syncFolder } from './sync.ts';
import { sweep, unfinishedName } from './unfinished.ts';

/** Turns what the system says of a full disk or a missing right into one line that names the file. */
export function writing<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw new UnwritableError(path, (error as Error).message);
  }
}

/** A file or folder that cannot be written. */
export class UnwritableError extends PipelineError {
  constructor(
    readonly path: string,
    /** in the system's words */
    readonly reason: string,
  ) {
    super(`${path}: cannot be written (${reason}); mend that and try again`, 'unwritable');
  }
}

/**
 * Writes a file so that it is whole or as it was, whatever happens, and there once this returns, also after a power cut:
 * under another name first, which no other process takes, onto the disk, then renamed, and the folder onto the disk.
 *
 * @throws UnwritableError where that fails; the file is then as it was
 */
export const writeDurably = (path: string, content: string | Uint8Array): void =>
  replace(path, content, true);

/** The same without waiting for the disk, for what is checked when it is read and can be made again. */
export const writeWhole = (path: string, content: string | Uint8Array): void => replace(path, content, false);

function replace(path: string, content: string | Uint8Array, durable: boolean): void {
  const unfinished = unfinishedName(path);
  const name = basename(path);
  sweep(dirname(path), (each) => each.startsWith(`${name}.`));
  writing(path, () => {
    try {
      const file = openSync(unfinished, 'w');
      try {
        writeFileSync(file, content);
        if (durable) syncFile(file);
      } finally {
        closeSync(file);
      }
      renameSync(unfinished, path);
    } catch (error) {
      remove(unfinished);
      throw error;
    }
    if (durable) syncFolder(dirname(path));
  });
}

/** A disk that does not write may not remove either; what is left is swept later. */
function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}

import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { PipelineError } from '../../faults.ts';

/** Turns what the system says of a full disk or a missing right into one line that names the file. */
export function writing(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw new PipelineError(
      `${path}: cannot be written (${(error as Error).message}); mend that and try again`,
      'unwritable',
    );
  }
}

/**
 * Writes a file so that it is whole or not there: under another name first, which no other process takes, then
 * renamed.
 */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const unfinished = `${path}.${process.pid}.part`;
  writing(path, () => {
    try {
      writeFileSync(unfinished, content);
      renameSync(unfinished, path);
    } finally {
      rmSync(unfinished, { force: true });
    }
  });
}

import { existsSync, mkdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { writeWhole, writing } from '../files/writeFile.ts';
import { checkRunPath } from '../runs/runDirectory.ts';

/** Writes a file whole, in a folder that is made where it is not there. */
export function writeFile(path: string, content: string | Uint8Array): void {
  writing(path, () => mkdirSync(dirname(resolve(path)), { recursive: true }));
  writeWhole(path, content);
}

/**
 * Writes a folder whole or not at all: under another name first, then renamed.
 *
 * @param files by their paths in it
 * @throws PipelineError where it holds something already, or cannot be written
 */
export function writeFolder(path: string, files: ReadonlyMap<string, string | Uint8Array>): void {
  checkRunPath(path);
  const unfinished = `${resolve(path)}.${process.pid}.part`;
  writing(path, () => {
    try {
      for (const [name, content] of files) {
        mkdirSync(dirname(join(unfinished, name)), { recursive: true });
        writeFileSync(join(unfinished, name), content);
      }
      if (existsSync(path)) rmdirSync(path);
      renameSync(unfinished, path);
    } finally {
      rmSync(unfinished, { recursive: true, force: true });
    }
  });
}

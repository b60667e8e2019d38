import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { PipelineError } from '../../faults.ts';
import { makeFolder } from '../files/makeFolder.ts';
import { syncFolder } from '../files/sync.ts';
import { unfinishedName } from '../files/unfinished.ts';
import { writeDurably, writing } from '../files/writeFile.ts';

/** Writes a file whole, in a folder that is made where it is not there. */
export function writeFile(path: string, content: string | Uint8Array): void {
  writing(path, () => makeFolder(dirname(resolve(path))));
  writeDurably(path, content);
}

/**
 * Writes a folder whole or not at all: under another name first, then renamed.
 *
 * @param files by their paths in it
 * @throws PipelineError where it holds something already, or cannot be written
 */
export function writeFolder(path: string, files: ReadonlyMap<string, string | Uint8Array>): void {
  refuseUsed(path);
  const folder = resolve(path);
  const unfinished = unfinishedName(folder);
  writing(path, () => {
    makeFolder(dirname(folder));
    try {
      for (const [name, content] of files) {
        const file = join(unfinished, name);
        mkdirSync(dirname(file), { recursive: true });
        writeDurably(file, content);
      }
      if (existsSync(folder)) rmdirSync(folder);
      renameSync(unfinished, folder);
      syncFolder(dirname(folder));
    } finally {
      rmSync(unfinished, { recursive: true, force: true });
    }
  });
}

/** @throws PipelineError where there is a file, or a folder that holds something */
function refuseUsed(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  const how = found.isDirectory() ? 'is not empty' : 'is a file';
  if (found.isDirectory() && readdirSync(path).length === 0) return;
  throw new PipelineError(`\`out\` ${path}: ${how}; give a folder that is new or empty`, 'folder-in-use');
}

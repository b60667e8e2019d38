import { renameSync, writeFileSync } from 'node:fs';

/** Writes a file so that it is whole or not there: under another name first, then renamed. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const unfinished = `${path}.part`;
  writeFileSync(unfinished, content);
  renameSync(unfinished, path);
}

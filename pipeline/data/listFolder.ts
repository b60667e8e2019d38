import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The names of what a folder holds, in order of their code units, without what is hidden. */
export interface Listing {
  readonly folders: string[];
  readonly files: string[];
}

/** Lists a folder; a link counts as what it leads to, and one that leads nowhere as a file. */
export function listFolder(folder: string): Listing {
  const names = readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .sort();
  const isFolder = (name: string) => statSync(join(folder, name), { throwIfNoEntry: false })?.isDirectory();
  return { folders: names.filter(isFolder), files: names.filter((name) => !isFolder(name)) };
}

import { type Dirent, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { PipelineError } from '../../faults.ts';
import { visible } from '../../text/visible.ts';
import { type OnFault, refuse } from './fault.ts';

/** The names of what a folder holds, in order of their code units, without what is hidden. */
export interface Listing {
  readonly folders: string[];
  readonly files: string[];
  /** links that lead nowhere */
  readonly dangling: string[];
}

/** What programs leave in folders and nobody means: hidden files, and those that only Unix does not hide. */
const HIDDEN = /^(\..*|__MACOSX|Thumbs\.db|ehthumbs\.db|desktop\.ini|@eaDir|\$RECYCLE\.BIN)$/i;

/**
 * Lists a folder; a link counts as what it leads to. Only links are looked at one by one, since a data set may
 * have 100,000 files.
 *
 * @throws InkgradError where the folder cannot be read
 */
export function listFolder(folder: string): Listing {
  const listing: Listing = { folders: [], files: [], dangling: [] };
  for (const entry of entriesOf(folder)) {
    if (HIDDEN.test(entry.name)) continue;
    const target = entry.isSymbolicLink() ? targetOf(join(folder, entry.name)) : entry;
    const kind = target === undefined ? 'dangling' : target.isDirectory() ? 'folders' : 'files';
    listing[kind].push(entry.name);
  }
  for (const names of Object.values(listing) as string[][]) names.sort();
  return listing;
}

/** What a link leads to; undefined where that is nothing, or the link itself. */
function targetOf(link: string): Stats | undefined {
  try {
    return statSync(link);
  } catch {
    return undefined;
  }
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new PipelineError(
      `${visible(folder)}: cannot be listed (${code}); make it a readable folder`,
      'unreadable',
    );
  }
}

/**
 * All files below a folder as paths in it, those of a folder before those of its sub-folders.
 *
 * @param fault told of a link that leads nowhere or back to a folder around it; throws when left out
 */
export function listTree(folder: string, fault: OnFault = refuse, around: readonly string[] = []): string[] {
  const real = realpathSync(folder);
  if (around.includes(real)) {
    fault(`${visible(folder)}: is a link back to ${visible(real)}; remove the link`, 'unreadable');
    return [];
  }
  const { folders, files, dangling } = listFolder(folder);
  refuseDangling(folder, dangling, fault);
  const below = folders.flatMap((name) =>
    listTree(join(folder, name), fault, [...around, real]).map((file) => join(name, file)),
  );
  return [...files, ...below];
}

/** Tells of each of these links. */
export function refuseDangling(folder: string, dangling: readonly string[], fault: OnFault = refuse): void {
  for (const name of dangling) {
    fault(`${visible(join(folder, name))}: is a link that leads nowhere; correct or remove it`, 'missing');
  }
}

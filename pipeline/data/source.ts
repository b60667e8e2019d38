import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { InkgradError } from '../../engine/errors.ts';
import { findIdxFiles, type IdxFiles } from './idxFiles.ts';
import { listFolder } from './listFolder.ts';

/** What a data source turned out to be. */
export type Source =
  | { readonly kind: 'mnist' }
  | { readonly kind: 'synth' }
  | { readonly kind: 'idx'; readonly files: IdxFiles }
  | { readonly kind: 'csv'; readonly path: string }
  | { readonly kind: 'folder'; readonly path: string };

const ACCEPTED =
  'give mnist, synth, a folder with a sub-folder of images for each class, a CSV file of image and label, ' +
  'or IDX files or their folder';

/**
 * Tells what a data source is by a look at it.
 *
 * @param source `mnist`; `synth`; a folder with IDX files, with one CSV file and its images, or with one sub-folder
 *   for each class; an IDX images file; or a file named `.csv`
 * @throws InkgradError where it is none of these
 */
export function identifySource(source: string): Source {
  if (source === 'mnist' || source === 'synth') return { kind: source };
  const path = resolve(source);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) throw new InkgradError(`${source}: no such file or folder; ${ACCEPTED}`);
  if (stats.isDirectory()) return identifyFolder(path, source);
  if (/\.csv$/i.test(path)) return { kind: 'csv', path };
  const files = looksLikeIdx(path) ? findIdxFiles(dirname(path), basename(path)) : undefined;
  if (!files) throw new InkgradError(`${source}: neither a CSV nor an IDX file; ${ACCEPTED}`);
  return { kind: 'idx', files };
}

function identifyFolder(path: string, source: string): Source {
  const files = findIdxFiles(path);
  if (files) return { kind: 'idx', files };

  const inside = listFolder(path);
  if (inside.folders.length + inside.files.length === 0) {
    throw new InkgradError(`${source}: the folder is empty; ${ACCEPTED}`);
  }
  const tables = inside.files.filter((name) => /\.csv$/i.test(name));
  // Two sub-folders or more are classes, and a table beside them is a note; beside one it lists what is in
  // it.
  if (inside.folders.length > 1 || tables.length === 0) return { kind: 'folder', path };
  if (tables.length === 1) return { kind: 'csv', path: join(path, tables[0]) };
  throw new InkgradError(
    `${source}: holds ${tables.length} CSV files; give the path of one, like ${tables[0]}`,
  );
}

/** Whether a file starts as gzip or IDX files do. */
function looksLikeIdx(path: string): boolean {
  const start = Buffer.alloc(3);
  const file = openSync(path, 'r');
  readSync(file, start, 0, 3, 0);
  closeSync(file);
  return (start[0] === 0x1f && start[1] === 0x8b) || start.equals(Buffer.from([0, 0, 8]));
}

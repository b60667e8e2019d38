import { statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { PipelineError } from '../../faults.ts';
import { visible } from '../../text/visible.ts';
import type { CsvColumns } from './columns.ts';
import { withinItself } from './folderParts.ts';
import { firstBytes, foreignFile } from './foreign.ts';
import { isGzip } from './gunzip.ts';
import { findIdxFiles, type IdxFiles } from './idxFiles.ts';
import { refuseLfsPointer } from './lfsPointer.ts';
import { listFolder } from './listFolder.ts';
import { findPixelFiles, type PixelFiles } from './pixelCsv.ts';

/** What a data source turned out to be. */
export type Source =
  | { readonly kind: 'mnist' }
  | { readonly kind: 'synth' }
  | { readonly kind: 'idx'; readonly files: IdxFiles }
  | { readonly kind: 'pixels'; readonly files: PixelFiles }
  | { readonly kind: 'csv'; readonly path: string }
  | { readonly kind: 'folder'; readonly path: string };

const ACCEPTED =
  'give mnist, synth, a folder with a sub-folder of images for each class, a CSV file of image and label, ' +
  'or IDX files or their folder';

const TABLE = /\.[ct]sv$/i;

/**
 * Tells what a data source is by a look at it.
 *
 * @param source `mnist`; `synth`; a folder with IDX files, with one CSV file and its images, or with one sub-folder
 *   for each class; an IDX images file; or a file named `.csv` or `.tsv`
 * @param columns those that are asked for
 * @throws InkgradError where it is none of these
 */
export function identifySource(source: string, columns: CsvColumns = {}): Source {
  if (source === 'mnist' || source === 'synth') return { kind: source };
  const path = resolve(source);
  const stats = statSync(path, { throwIfNoEntry: false });
  const name = visible(source);
  if (!stats) throw new PipelineError(`${name}: no such file or folder; ${ACCEPTED}`, 'missing');
  if (stats.isDirectory()) return identifyFolder(withinItself(path, basename(path)), name, columns);
  if (!stats.isFile())
    throw new PipelineError(`${name}: neither a file nor a folder; ${ACCEPTED}`, 'unreadable');
  if (TABLE.test(path)) return identifyTable(path, columns);
  refuseLfsPointer(firstBytes(path, 32), name);
  const foreign = foreignFile(path);
  if (foreign) throw new PipelineError(`${name}: is ${foreign}`, 'not-a-dataset');
  const files = looksLikeIdx(path) ? findIdxFiles(dirname(path), basename(path)) : undefined;
  if (!files) throw new PipelineError(`${name}: neither a CSV nor an IDX file; ${ACCEPTED}`, 'not-a-dataset');
  return { kind: 'idx', files };
}

function identifyTable(path: string, columns: CsvColumns = {}): Source {
  // Where a column of paths is asked for, its rows are no images themselves.
  const files = columns.image === undefined ? findPixelFiles(path, columns) : undefined;
  return files ? { kind: 'pixels', files } : { kind: 'csv', path };
}

function identifyFolder(path: string, source: string, columns: CsvColumns | undefined): Source {
  const files = findIdxFiles(path);
  if (files) return { kind: 'idx', files };

  const inside = listFolder(path);
  if (inside.folders.length + inside.files.length === 0) {
    throw new PipelineError(`${source}: the folder is empty; ${ACCEPTED}`, 'too-few-images');
  }
  const tables = inside.files.filter((name) => TABLE.test(name));
  // Two sub-folders or more are classes, and a table beside them is a note; beside one it lists what is in
  // it.
  if (inside.folders.length > 1 || tables.length === 0) {
    refuseDeeper(path, inside.folders);
    return { kind: 'folder', path };
  }
  if (tables.length === 1) return identifyTable(join(path, tables[0]), columns);
  const example = tables.find((name) => /train/i.test(name)) ?? tables[0];
  throw new PipelineError(
    `${source}: holds ${tables.length} CSV files; give the path of one, like ${visible(join(source, example))}`,
    'not-a-dataset',
  );
}

/** Archives often unpack into a folder in a folder. */
function refuseDeeper(path: string, folders: readonly string[]): void {
  if (folders.length !== 1) return;
  const inner = innermost(join(path, folders[0]));
  const { folders: classes, files } = listFolder(inner);
  const holds =
    classes.length > 1 || files.some((name) => TABLE.test(name) || /-(images|labels)-idx[13]-/.test(name));
  if (!holds) return;
  throw new PipelineError(
    `${visible(path)}: has the one sub-folder ${visible(folders[0])}; give ${visible(inner)}`,
    'not-a-dataset',
  );
}

/** The first folder that holds something else than one folder. */
function innermost(folder: string): string {
  const { folders, files } = listFolder(folder);
  return folders.length === 1 && files.length === 0 ? innermost(join(folder, folders[0])) : folder;
}

/** Whether a file starts as gzip or IDX files do. */
function looksLikeIdx(path: string): boolean {
  const start = firstBytes(path, 3);
  return isGzip(start) || (start.length === 3 && start[0] === 0 && start[1] === 0);
}

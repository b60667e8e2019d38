import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { InkgradError } from '../../engine/errors.ts';
import type { Dataset } from './dataset.ts';
import { type LabelledFile, type LoadImagesOptions, loadImageFiles } from './imageFiles.ts';
import { parseCsv } from './parseCsv.ts';

/** The columns of a CSV file that hold the path of the image and its label. */
export interface CsvColumns {
  readonly image?: string;
  readonly label?: string;
}

/** Names that are looked for where none is given, the most usual first. */
const USUAL = {
  image: ['image', 'path', 'file', 'filename'],
  label: ['label', 'class'],
};

/**
 * Loads the images that a CSV file lists (RFC 4180, UTF-8, the first row names the columns). Paths are
 * relative to the folder of the CSV file.
 *
 * @throws InkgradError that names the file and the row that is wrong
 */
export function loadCsv(path: string, columns: CsvColumns, options: LoadImagesOptions): Promise<Dataset> {
  const { files, faults } = listCsvRows(path, columns);
  if (faults.length > 0) throw new InkgradError(faults[0]);
  return loadImageFiles(basename(path), files, options);
}

/** An image that a row of a CSV file names. */
export interface CsvFile extends LabelledFile {
  readonly row: number;
  /** its path as the file has it */
  readonly image: string;
}

/**
 * Lists the images that a CSV file names, without a look at them.
 *
 * @returns the rows that name an image and its label, and in one line each what is wrong with the others
 * @throws InkgradError where the file is no CSV, has no rows, or lacks a column
 */
export function listCsvRows(path: string, columns: CsvColumns): { files: CsvFile[]; faults: string[] } {
  const name = basename(path);
  const [header, ...rows] = parseCsv(new TextDecoder().decode(readFileSync(path)), name);
  if (!header) {
    throw new InkgradError(`${name}: the file is empty; expected a header row like image,label`);
  }
  if (rows.length === 0) {
    throw new InkgradError(`${name}: has no rows after its header; add a row for each image`);
  }
  const imageAt = findColumn(header.fields, 'image', columns.image, name);
  const labelAt = findColumn(header.fields, 'label', columns.label, name);
  const files: CsvFile[] = [];
  const faults: string[] = [];
  for (const { row, fields } of rows) {
    const image = fields[imageAt]?.trim();
    const label = fields[labelAt]?.trim();
    const where = `${name} row ${row}`;
    if (image && label) {
      files.push({
        path: resolve(dirname(path), image),
        label,
        where: `${where}: image ${image}`,
        row,
        image,
      });
    } else {
      faults.push(`${where}: has no ${image ? 'label' : 'image'}; fill it in or remove the row`);
    }
  }
  return { files, faults };
}

function findColumn(
  header: readonly string[],
  role: keyof typeof USUAL,
  wanted: string | undefined,
  name: string,
): number {
  const names = wanted === undefined ? USUAL[role] : [wanted];
  const columns = header.map((column) => column.trim());
  const lower = columns.map((column) => column.toLowerCase());
  for (const each of names) {
    const at = columns.includes(each) ? columns.indexOf(each) : lower.indexOf(each.toLowerCase());
    if (at >= 0) return at;
  }
  throw new InkgradError(
    `${name}: no column named ${names.join(', ')} for the ${role}; its columns are ${columns.join(', ')}`,
  );
}

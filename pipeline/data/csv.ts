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
  return loadImageFiles(basename(path), readCsvRows(path, columns), options);
}

function readCsvRows(path: string, columns: CsvColumns): LabelledFile[] {
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
  return rows.map(({ row, fields }) => {
    const image = fields[imageAt]?.trim();
    const label = fields[labelAt]?.trim();
    if (!image || !label) {
      throw new InkgradError(
        `${name} row ${row}: has no ${image ? 'label' : 'image'}; fill it in or remove the row`,
      );
    }
    return { path: resolve(dirname(path), image), label, where: `${name} row ${row}: image ${image}` };
  });
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

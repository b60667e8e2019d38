import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { type Parts, partOf, settled } from '../../data/parts.ts';
import { PipelineError } from '../../faults.ts';
import { visible } from '../../text/visible.ts';
import { isImageName } from '../files/imagePaths.ts';
import { type OnFault, refuse } from './fault.ts';
import type { LabelledFile } from './imageFiles.ts';
import { type Listed, refuseStrangers } from './listed.ts';
import { type CsvRow, findDelimiter, parseCsv } from './parseCsv.ts';
import { readText } from './readText.ts';

/** The columns of a CSV file that hold the path of the image, its label and the part that it belongs to. */
export interface CsvColumns {
  readonly image?: string;
  readonly label?: string;
  readonly split?: string;
}

/** Names that are looked for where none is given, the most usual first. */
const USUAL = {
  image: ['image', 'path', 'file', 'filename'],
  label: ['label', 'class'],
  split: ['split', 'usage', 'subset'],
};

type Role = keyof typeof USUAL;

/** An image as a row lists it. */
interface Entry {
  readonly row: number;
  readonly file: LabelledFile;
  /** undefined where the file has no column of parts */
  readonly part: keyof Parts<unknown> | undefined;
}

/**
 * Lists the images of a CSV file: UTF-8, fields parted by commas, semicolons or tabs, of which the first row names
 * the columns. Paths are relative to the folder of the file, with either slash. Labels are taken in Unicode's
 * composed form (NFC), without blanks around them. A row that is there twice counts once. A column `split`,
 * `usage` or `subset` that says train, validation or test in every row parts the set.
 *
 * @param fault told of each row that is wrong, which is then left out; throws when left out
 * @throws InkgradError where it is no such file
 */
export function listCsv(path: string, columns: CsvColumns, fault: OnFault = refuse): Listed {
  const name = visible(basename(path));
  const [header, ...rows] = readRows(path, name);
  const imageAt = findColumn(header, 'image', columns.image, name);
  const labelAt = findColumn(header, 'label', columns.label, name);
  const splitAt = findSplit(header, rows, columns.split, name);
  const entries = rows.flatMap(({ row, fields }): Entry[] => {
    const image = fields[imageAt]?.trim();
    const label = fields[labelAt]?.trim().normalize('NFC');
    if (!image || !label) {
      fault(
        `${name} row ${row}: has no ${image ? 'label' : 'image'}; fill it in or remove the row`,
        'invalid-table',
      );
      return [];
    }
    const part = splitAt < 0 ? undefined : partOf(fields[splitAt]?.trim() ?? '');
    if (splitAt >= 0 && part === undefined) {
      const given = fields[splitAt]?.trim() ? visible(fields[splitAt].trim()) : 'nothing';
      fault(`${name} row ${row}: its part is ${given}; expected train, validation or test`, 'invalid-table');
      return [];
    }
    const where = `${name} row ${row}: image ${visible(image)}`;
    const file = { path: locate(dirname(path), image), label, where };
    return [{ row, file, part }];
  });
  const kept = withoutRepeats(entries, fault);
  const remarks =
    kept.length < entries.length
      ? [`rows that are there twice count once: ${entries.length - kept.length}`]
      : [];
  return splitAt < 0
    ? { train: kept.map(({ file }) => file), remarks }
    : { ...inParts(kept, visible(header.fields[splitAt]), name, fault), remarks };
}

/** The header and at least one row. */
function readRows(path: string, name: string): [CsvRow, ...CsvRow[]] {
  const text = readText(path, name);
  const [header, ...rows] = parseCsv(text, name, findDelimiter(text));
  if (!header) {
    throw new PipelineError(
      `${name}: the file is empty; expected a header row like image,label`,
      'invalid-table',
    );
  }
  if (rows.length === 0) {
    throw new PipelineError(
      `${name}: has no rows after its header; add a row for each image`,
      'invalid-table',
    );
  }
  return [header, ...rows];
}

/** Where a file lies. A table that was made on Windows has backslashes, which are letters of a name elsewhere. */
function locate(folder: string, image: string): string {
  const path = resolve(folder, image);
  return image.includes('\\') && !existsSync(path) ? resolve(folder, image.replaceAll('\\', '/')) : path;
}

/** Leaves out what is listed again; a test image must not be trained on. */
function withoutRepeats(entries: readonly Entry[], fault: OnFault): Entry[] {
  const first = new Map<string, Entry>();
  return entries.filter((entry) => {
    const { path, label, where } = entry.file;
    const before = first.get(path);
    if (before === undefined) {
      first.set(path, entry);
      return true;
    }
    const [one, other] =
      before.file.label === label ? [before.part, entry.part] : [before.file.label, label].map(visible);
    if (one !== other) {
      fault(
        `${where} is ${other}, but ${one} in row ${before.row}; correct or remove one of them`,
        'invalid-table',
      );
    }
    return false;
  });
}

function inParts(
  entries: readonly Entry[],
  column: string,
  name: string,
  fault: OnFault,
): Parts<LabelledFile[]> {
  const filesOf = (part: keyof Parts<unknown>) =>
    entries.filter((entry) => entry.part === part).map(({ file }) => file);
  const [train, validation, test] = [filesOf('train'), filesOf('validation'), filesOf('test')];
  if (train.length === 0) {
    throw new PipelineError(
      `${name}: column ${column} says train in no row; say it where it is so`,
      'invalid-table',
    );
  }
  const parts = settled({
    train,
    ...(validation.length > 0 && { validation }),
    ...(test.length > 0 && { test }),
  });
  refuseStrangers(parts, name, fault);
  return parts;
}

/** The column of parts, −1 without one: one that is not asked for must name a part in every row. */
function findSplit(
  header: CsvRow,
  rows: readonly CsvRow[],
  wanted: string | undefined,
  name: string,
): number {
  if (wanted !== undefined) return findColumn(header, 'split', wanted, name);
  const at = columnAt(header, USUAL.split);
  return rows.every(({ fields }) => partOf(fields[at]?.trim() ?? '') !== undefined) ? at : -1;
}

function columnAt({ fields }: CsvRow, names: readonly string[]): number {
  const columns = fields.map((column) => column.trim());
  const lower = columns.map((column) => column.toLowerCase());
  const places = names.map((each) =>
    columns.includes(each) ? columns.indexOf(each) : lower.indexOf(each.toLowerCase()),
  );
  return places.find((place) => place >= 0) ?? -1;
}

function findColumn(header: CsvRow, role: Role, wanted: string | undefined, name: string): number {
  const names = wanted === undefined ? USUAL[role] : [wanted];
  const at = columnAt(header, names);
  if (at >= 0) return at;
  const columns = header.fields.map((column) => visible(column.trim()));
  const list = columns.length > 10 ? `${columns.slice(0, 10).join(', ')}, …` : columns.join(', ');
  if (columns.some(isImageName)) {
    throw new PipelineError(
      `${name}: its first row (${list}) names no columns; put a row like image,label above it`,
      'invalid-table',
    );
  }
  const option = wanted === undefined ? ` with \`columns.${role}\`` : '';
  throw new PipelineError(
    `${name}: no column named ${names.join(', ')} for the ${role}; its columns are ${list}; name one of them${option}`,
    'invalid-table',
  );
}

import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { type PartName, type Parts, partOf, settled } from '../../data/parts.ts';
import { PipelineError } from '../../faults.ts';
import { visible } from '../../text/visible.ts';
import { isImageName } from '../files/imageNames.ts';
import { type CsvColumns, columnAt, listOf, type Role, usual, wantedColumn } from './columns.ts';
import { type OnFault, refuse } from './fault.ts';
import type { LabelledFile } from './imageFiles.ts';
import { type Listed, refuseStrangers } from './listed.ts';
import { type CsvRow, readTable } from './parseCsv.ts';
import { readText } from './readText.ts';
import { findSplit, NO_TEST, noPart } from './splitColumn.ts';
import { remarksOnFloats, wholeLabel } from './wholeLabels.ts';

/** An image as a row lists it. */
interface Entry {
  readonly row: number;
  readonly file: LabelledFile;
  /** undefined where the file has no column of parts */
  readonly part: PartName | undefined;
}

/**
 * Lists the images of a CSV file: UTF-8, fields parted by commas, semicolons, tabs or bars, of which the first row names
 * the columns. Paths are relative to the folder of the file, with either slash. Labels are taken in Unicode's
 * composed form (NFC), without blanks around them, and 3.0 is 3. A row that is there twice counts once. A column such as
 * `split` that says train, validation or test parts the set.
 *
 * @param fault told of each row that is wrong, which is then left out; throws when left out
 * @throws InkgradError where it is no such file
 */
export function listCsv(path: string, columns: CsvColumns, fault: OnFault = refuse): Listed {
  const name = visible(basename(path));
  const [{ fields: header }, ...rows] = readRows(path, name);
  const imageAt = findColumn(header, 'image', columns.image, name);
  const labelAt = findColumn(header, 'label', columns.label, name);
  const cells = (column: number) => rows.map(({ fields }) => fields[column]);
  const split = findSplit(header, [imageAt, labelAt], cells, columns.split, name);
  const written: string[] = [];
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
    const part = split.at < 0 ? undefined : partOf(fields[split.at] ?? '');
    if (split.at >= 0 && part === undefined) {
      fault(`${name} row ${row}: ${noPart(fields[split.at])}`, 'invalid-table');
      return [];
    }
    written.push(label);
    const where = `${name} row ${row}: image ${visible(image)}`;
    return [{ row, file: { path: locate(dirname(path), image), label: wholeLabel(label), where }, part }];
  });
  const kept = withoutRepeats(entries, fault);
  const remarks = [...split.remarks, ...remarksOnFloats(written)];
  if (kept.length < entries.length)
    remarks.push(`rows that are there twice count once: ${entries.length - kept.length}`);
  return split.at < 0
    ? { train: kept.map(({ file }) => file), remarks }
    : {
        ...inParts(kept, visible(header[split.at]), name, fault),
        remarks: [...remarks, ...remarksOnTest(kept)],
      };
}

/** The header and at least one row. */
function readRows(path: string, name: string): [CsvRow, ...CsvRow[]] {
  const [header, ...rows] = readTable(readText(path, name), name);
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

/** What a person should know where no row is of the test part. */
const remarksOnTest = (entries: readonly Entry[]): string[] =>
  entries.some(({ part }) => part === 'test') || !entries.some(({ part }) => part === 'validation')
    ? []
    : [NO_TEST];

function inParts(
  entries: readonly Entry[],
  column: string,
  name: string,
  fault: OnFault,
): Parts<LabelledFile[]> {
  const filesOf = (part: PartName) => entries.filter((entry) => entry.part === part).map(({ file }) => file);
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

function findColumn(
  header: readonly string[],
  role: Exclude<Role, 'split'>,
  wanted: string | undefined,
  name: string,
): number {
  const at = columnAt(header, wanted === undefined ? usual[role] : [wanted]);
  if (at >= 0) return at;
  if (header.some((column) => isImageName(column.trim()))) {
    throw new PipelineError(
      `${name}: its first row (${listOf(header)}) names no columns; put a row like image,label above it`,
      'invalid-table',
    );
  }
  if (wanted !== undefined) return wantedColumn(header, role, wanted, name);
  throw new PipelineError(
    `${name}: no column named ${usual[role].slice(0, 4).join(', ')} for the ${role}; its columns are ` +
      `${listOf(header)}; name one of them with \`columns.${role}\``,
    'invalid-table',
  );
}

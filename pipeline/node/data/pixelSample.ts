import { readSync } from 'node:fs';
import Papa from 'papaparse';
import { withFile } from '../files/openFile.ts';
import { type Delimiter, findDelimiter, SEPARATOR_LINE } from './parseCsv.ts';
import { findPixelCell, type PixelCell, unpacked } from './pixelCell.ts';

/** Some rows of a table that may be too large to read whole, before it is known what they hold. */
export interface TableSample {
  readonly delimiter: Delimiter;
  /** lines before the first record: empty ones, and `sep=;` */
  readonly leading: number;
  /** the first record, which may name the columns */
  readonly first: readonly string[];
  /** the records after it, as many as lie in the first bytes */
  readonly head: readonly (readonly string[])[];
  /** records from all over the file: tables are often in order of their labels */
  readonly spread: readonly (readonly string[])[];
  /** the column that holds all pixels of an image, if there is one; its numbers are fields of their own above */
  readonly cell: PixelCell | undefined;
}

/** How much is read of the start. */
const START = 2 ** 20;

/** Records that are looked at further on. */
const SPREAD = 200;

/** Fewer columns than this, or numbers in one of them, are no pixels, and the rest of the file is not looked at. */
const FEWEST = 49;

const MARK = '\ufeff';

/** Takes a sample of a table; undefined where it has few columns or is no text in UTF-8. */
export function sampleTable(path: string): TableSample | undefined {
  return withFile(path, (file, size) => {
    const at = (from: number, length: number) => {
      const bytes = Buffer.alloc(Math.min(length, size - from));
      return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, from)).toString();
    };
    const start = at(0, START).replace(MARK, '');
    if (start.includes('\0')) return undefined;
    const said = SEPARATOR_LINE.exec(start);
    const text = start.slice(said?.[0].length ?? 0);
    const delimiter = (said?.[1] as Delimiter | undefined) ?? findDelimiter(text);
    const fieldsOf = (line: string) => Papa.parse<string[]>(line, { delimiter }).data[0] ?? [''];
    const few = (text.match(/^[\r\n]*[^\r\n]+[\r\n]*[^\r\n]*/)?.[0] ?? '').trim().split(/[\r\n]+/);
    const cell = findPixelCell(few.map(fieldsOf), FEWEST);
    if (cell === undefined && few[0].split(delimiter, FEWEST).length < FEWEST) return undefined;

    const lines = text.split(/\r\n?|\n/);
    // The last line may be cut, and may be the empty one after the last break.
    if (size > START || lines[lines.length - 1] === '') lines.pop();
    const recordOf = (line: string) => (cell ? unpacked(fieldsOf(line), cell) : fieldsOf(line));
    const [first, ...head] = lines.filter((line) => line !== '').map(recordOf);
    if (first === undefined) return undefined;
    const longest = lines.reduce((most, line) => Math.max(most, line.length), 0);
    return {
      delimiter,
      leading: (said ? 1 : 0) + lines.findIndex((line) => line !== ''),
      first,
      head,
      spread: size > START ? spreadOver(size, 3 * longest, at).map(recordOf) : [],
      cell,
    };
  });
}

/** A whole line from each of many places of a file. */
function spreadOver(size: number, length: number, at: (from: number, length: number) => string): string[] {
  const step = (size - START) / SPREAD;
  return Array.from({ length: SPREAD }, (_, i) => at(Math.floor(START + i * step), length)).flatMap(
    (piece) => piece.split(/\r\n?|\n/).slice(1, -1)[0] ?? [],
  );
}

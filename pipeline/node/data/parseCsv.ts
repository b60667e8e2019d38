import { InkgradError } from '../../../engine/errors.ts';

/** A record of a CSV file. */
export interface CsvRow {
  /** counted from 1 as a spreadsheet does, the header included */
  readonly row: number;
  readonly fields: readonly string[];
}

/** What stands between fields: RFC 4180 has the comma, spreadsheets of half of Europe the semicolon. */
export const delimiters = [',', ';', '\t'] as const;
export type Delimiter = (typeof delimiters)[number];

/**
 * Parses comma-separated values by RFC 4180: fields may be quoted, a quoted field may hold commas, line
 * breaks and doubled quotes. Lines end in CRLF, LF or CR; empty lines are counted but left out.
 *
 * @param text the file without a byte order mark
 * @param name what an error calls the file
 * @param delimiter what stands for the comma
 * @throws InkgradError that names the row where a quote is out of place
 */
export function parseCsv(text: string, name: string, delimiter: Delimiter = ','): CsvRow[] {
  const rows: CsvRow[] = [];
  let fields: string[] = [];
  let row = 1;
  // A field, quoted or bare, and what ends it: a delimiter, a line break or the end of the text.
  const field = new RegExp(
    `(?:"((?:[^"]|"")*)"|([^"${delimiter}\\r\\n]*))(${delimiter}|\\r\\n|\\n|\\r|$)`,
    'y',
  );
  while (field.lastIndex < text.length || fields.length > 0) {
    const match = field.exec(text);
    if (!match) {
      throw new InkgradError(
        `${name} row ${row}: a quote is out of place; close every quoted field, double quotes inside it`,
      );
    }
    const [, quoted, bare, end] = match;
    fields.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end === delimiter) continue;
    if (fields.length > 1 || fields[0] !== '') rows.push({ row, fields });
    fields = [];
    row++;
    if (end === '') break;
  }
  return rows;
}

/** The delimiter that occurs most in the first line, outside of quotes; the comma where there is none. */
export function findDelimiter(text: string): Delimiter {
  const [line] = text
    .slice(0, 65_536)
    .replace(/"(?:[^"]|"")*"/g, '')
    .match(/^[^\r\n]*/)!;
  const counts = delimiters.map((each) => line.split(each).length);
  return delimiters[counts.indexOf(Math.max(...counts))];
}

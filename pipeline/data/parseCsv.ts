import { InkgradError } from '../../engine/errors.ts';

/** A record of a CSV file. */
export interface CsvRow {
  /** counted from 1 as a spreadsheet does, the header included */
  readonly row: number;
  readonly fields: readonly string[];
}

/**
 * Parses comma-separated values by RFC 4180: fields may be quoted, a quoted field may hold commas, line
 * breaks and doubled quotes. Lines end in CRLF, LF or CR; empty lines are counted but left out.
 *
 * @param text the file without a byte order mark
 * @param name what an error calls the file
 * @throws InkgradError that names the row where a quote is out of place
 */
export function parseCsv(text: string, name: string): CsvRow[] {
  const rows: CsvRow[] = [];
  let fields: string[] = [];
  let row = 1;
  // A field, quoted or bare, and what ends it: a comma, a line break or the end of the text.
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;
  while (field.lastIndex < text.length || fields.length > 0) {
    const match = field.exec(text);
    if (!match) {
      throw new InkgradError(
        `${name} row ${row}: a quote is out of place; close every quoted field, double quotes inside it`,
      );
    }
    const [, quoted, bare, end] = match;
    fields.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    if (fields.length > 1 || fields[0] !== '') rows.push({ row, fields });
    fields = [];
    row++;
    if (end === '') break;
  }
  return rows;
}

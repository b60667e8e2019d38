import Papa from 'papaparse';
import { PipelineError } from '../../faults.ts';

/** A record of a CSV file. */
export interface CsvRow {
  /** counted from 1 as a spreadsheet does, the header included */
  readonly row: number;
  readonly fields: readonly string[];
}

/** What stands between fields: RFC 4180 has the comma, spreadsheets of half of Europe the semicolon. */
export const delimiters = [',', ';', '\t', '|'] as const;
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
  const fault = misplacedQuote(text, delimiter);
  if (fault >= 0) {
    const row = Math.max(1, records(text.slice(0, fault), delimiter).length);
    throw new PipelineError(
      `${name} row ${row}: a quote is out of place; close every quoted field, double quotes inside it`,
      'invalid-table',
    );
  }
  return records(text, delimiter)
    .map((fields, i) => ({ row: i + 1, fields }))
    .filter(({ fields }) => fields.length > 1 || fields[0] !== '');
}

/** A first line that tells spreadsheets, and nobody else, what parts the fields: `sep=;`. */
export const SEPARATOR_LINE = /^"?sep=([,;\t|])"?(?:\r\n?|\n|$)/i;

/** Parses a table whose delimiter its first line tells: that of the header, or one that says nothing else. */
export function readTable(text: string, name: string): CsvRow[] {
  const said = SEPARATOR_LINE.exec(text);
  if (!said) return parseCsv(text, name, findDelimiter(text));
  const rows = parseCsv(text.slice(said[0].length), name, said[1] as Delimiter);
  return rows.map(({ row, fields }) => ({ row: row + 1, fields }));
}

/** Papa Parse knows one kind of line break in a text: those outside of quotes are made alike. */
const records = (text: string, delimiter: Delimiter): string[][] =>
  Papa.parse<string[]>(
    text.replace(/"[^"]*"|\r\n?/g, (part) => (part.startsWith('"') ? part : '\n')),
    { delimiter, newline: '\n' },
  ).data;

/**
 * Where the first quote is that neither opens nor closes a whole field, −1 without one. Papa Parse takes quotes
 * within bare fields for letters, and blanks behind quoted ones.
 */
function misplacedQuote(text: string, delimiter: Delimiter): number {
  const between = ['', delimiter, '\r', '\n'];
  // A field in quotes, which doubled quotes part into several pieces; or a quote that nothing closes.
  for (const { 0: field, index } of text.matchAll(/(?:"[^"]*")+|"/g)) {
    const around = [text.charAt(index - 1), text.charAt(index + field.length)];
    if (field === '"' || !around.every((each) => between.includes(each))) return index;
  }
  return -1;
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

import { PipelineError } from '../../faults.ts';
import { suggestion } from '../../text/nearest.ts';
import { visible } from '../../text/visible.ts';

/** The columns of a CSV file that hold the path of the image, its label and the part that it belongs to. */
export interface CsvColumns {
  readonly image?: string;
  readonly label?: string;
  readonly split?: string;
}

export type Role = keyof CsvColumns;

/** Names that are looked for where none is given, the most usual first. */
export const usual: Readonly<Record<Role, readonly string[]>> = {
  image: ['image', 'path', 'file', 'filename', 'image_path', 'file_name', 'filepath', 'image_name', 'img'],
  label: [
    'label',
    'class',
    'labels',
    'target',
    'category',
    'character',
    'char',
    'letter',
    'digit',
    'symbol',
    'class_name',
    'class_label',
  ],
  split: ['split', 'usage', 'subset', 'part', 'partition', 'set', 'fold', 'phase', 'dataset'],
};

/** The first of these names that is a column, in its own case before any other; −1 where none is. */
export function columnAt(header: readonly string[], names: readonly string[]): number {
  const columns = header.map((column) => column.trim());
  const lower = columns.map((column) => column.toLowerCase());
  const places = names.map((each) =>
    columns.includes(each) ? columns.indexOf(each) : lower.indexOf(each.toLowerCase()),
  );
  return places.find((place) => place >= 0) ?? -1;
}

/**
 * The column for which a name was asked.
 *
 * @param name what an error calls the file
 * @throws InkgradError that lists the columns where there is none of this name
 */
export function wantedColumn(header: readonly string[], role: Role, wanted: string, name: string): number {
  const at = columnAt(header, [wanted]);
  if (at >= 0) return at;
  const near =
    suggestion(
      wanted,
      header.map((column) => column.trim()),
    ) || '; name one of them';
  throw new PipelineError(
    `${name}: no column named ${visible(wanted)} for the ${role}; its columns are ${listOf(header)}${near}`,
    'invalid-table',
  );
}

/** The names of columns, no more of them than a line holds. */
export function listOf(header: readonly string[], most = 10): string {
  const columns = header.map((column) => visible(column.trim()));
  return columns.length > most ? `${columns.slice(0, most).join(', ')}, …` : columns.join(', ');
}

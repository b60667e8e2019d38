import { partOf } from '../../data/parts.ts';
import { visible } from '../../text/visible.ts';
import { columnAt, usual, wantedColumn } from './columns.ts';

/** The column of a table that says which part a row belongs to. */
export interface SplitColumn {
  /** −1 where there is none */
  readonly at: number;
  readonly remarks: readonly string[];
}

/**
 * Finds the column of parts: the one that is asked for; else one that is called so and names a part in some row; else
 * one of any name that says train and another part in most rows. A cell in it that names no part is a fault of its
 * row, for otherwise test images would be trained on.
 *
 * @param taken columns that hold something else
 * @param cells what is in a column, row by row; undefined or empty where nothing is
 * @param name what an error calls the file
 * @throws InkgradError where the column that is asked for is missing
 */
export function findSplit(
  header: readonly string[],
  taken: readonly number[],
  cells: (column: number) => readonly (string | undefined)[],
  wanted: string | undefined,
  name: string,
): SplitColumn {
  if (wanted !== undefined) return { at: wantedColumn(header, 'split', wanted, name), remarks: [] };
  const called = usual.split.map((each) => columnAt(header, [each]));
  const named = [...new Set(called)].filter((at) => at >= 0 && !taken.includes(at));
  const at = named.find((column) => cells(column).some((cell) => cell !== undefined && partOf(cell)));
  if (at !== undefined) return { at, remarks: [] };
  const remarks = named.map((column) => {
    const example = cells(column).find((cell) => cell?.trim());
    const says = example === undefined ? 'is empty' : `says ${visible(example.trim())}`;
    return `column ${visible(header[column].trim())} ${says}, which names no part, so it is ignored; parts are train, validation and test`;
  });
  const other = header.findIndex(
    (_, column) => !taken.includes(column) && !named.includes(column) && saysParts(cells(column)),
  );
  if (other < 0) return { at: -1, remarks };
  const title = visible(header[other].trim());
  return { at: other, remarks: [...remarks, `column ${title} says train and test, so it parts the set`] };
}

/** Whether most cells name a part, train among them and another. */
function saysParts(cells: readonly (string | undefined)[]): boolean {
  // Most columns hold no part at all, which their first cells show.
  if (!cells.slice(0, 100).some((cell) => cell !== undefined && partOf(cell))) return false;
  const said = cells.map((cell) => (cell === undefined ? undefined : partOf(cell)));
  const known = said.filter((part) => part !== undefined);
  return 2 * known.length > cells.length && known.includes('train') && known.some((part) => part !== 'train');
}

/** What a person should know where rows are of the validation part, and none is of the test part. */
export const NO_TEST = 'there are no test rows, so those for validation are tested on';

/** What is wrong with a cell that names no part. */
export const noPart = (cell: string | undefined): string =>
  `its part is ${cell?.trim() ? visible(cell.trim()) : 'nothing'}; expected train, validation or test`;

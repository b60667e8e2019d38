/** Tables with all pixels of an image in one cell, parted by blanks, as FER2013 has them: `emotion,pixels,Usage`. */

/** A column of such cells. */
export interface PixelCell {
  readonly at: number;
  /** numbers in each cell */
  readonly count: number;
  readonly name: string;
}

/** What a cell holds, undefined where it is not numbers alone, or fewer than `fewest`. */
function numbersIn(cell: string | undefined, fewest: number): string[] | undefined {
  if (cell === undefined || cell.length < 2 * fewest - 1 || !/^[\d.+\-eE \t]+$/.test(cell)) return undefined;
  const numbers = cell.trim().split(/[ \t]+/);
  return numbers.length < fewest ? undefined : numbers;
}

/**
 * Finds the column whose cell holds many numbers, in the first row or in the one below the names.
 *
 * @param fewest numbers in a cell that are an image
 */
export function findPixelCell(
  [first, second = []]: readonly (readonly string[])[],
  fewest: number,
): PixelCell | undefined {
  for (const row of [second, first]) {
    const at = row.findIndex((cell) => numbersIn(cell, fewest) !== undefined);
    if (at < 0) continue;
    const isNamed = numbersIn(first[at], fewest) === undefined;
    const name = (isNamed && first[at]?.trim()) || `${at + 1}`;
    return { at, count: numbersIn(row[at], fewest)!.length, name };
  }
  return undefined;
}

/** A record with a field for each number of the cell; numbered names, where the cell is a name. */
export function unpacked(fields: readonly string[], { at, count, name }: PixelCell): string[] {
  const numbers = numbersIn(fields[at], 2) ?? Array.from({ length: count }, (_, i) => `${name} ${i + 1}`);
  return [...fields.slice(0, at), ...numbers, ...fields.slice(at + 1)];
}

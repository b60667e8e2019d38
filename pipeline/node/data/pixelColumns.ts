/** What the columns of a table tell of themselves, by their names and by what is in them. */

/** Columns that number their pixels. */
export interface Series {
  /** in the order of their numbers */
  readonly columns: readonly number[];
  /** whether that is not the order in which they lie */
  readonly reordered: boolean;
}

/** The most columns whose names differ in their numbers alone, such as pixel0, pixel1, … or 1x1, 1x2, …. */
export function longestSeries(header: readonly string[]): Series {
  const groups = new Map<string, number[]>();
  header.forEach((name, column) => {
    if (!/\d/.test(name)) return;
    const shape = name.trim().toLowerCase().replace(/\d+/g, '#');
    groups.set(shape, [...(groups.get(shape) ?? []), column]);
  });
  const longest = [...groups.values()].reduce((most, each) => (each.length > most.length ? each : most), []);
  const numbersOf = (column: number) => (header[column].match(/\d+/g) ?? []).map(Number);
  const columns = [...longest].sort((a, b) => {
    const [one, other] = [numbersOf(a), numbersOf(b)];
    const place = one.findIndex((number, i) => number !== other[i]);
    return place < 0 ? a - b : one[place] - other[place];
  });
  return { columns, reordered: columns.some((column, i) => column !== longest[i]) };
}

/** A number as it stands in a table; a comma for the point where commas do not part the fields. */
export const isNumber = (field: string): boolean =>
  /^\s*[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?\s*$/i.test(field);

/** Whether fields are numbers that each are one more than the one before. */
export const countsUp = (fields: readonly string[]): boolean =>
  fields.every((field, i) => /^\d+$/.test(field.trim()) && Number(field) === Number(fields[0]) + i);

/** No label takes this share of all rows, and the corner of most images is a pixel of paper, which does. */
const MOST_OF_ONE = 0.8;

/** A table has no more classes than this where nothing but the values of a column tells that it is the label. */
const MOST_CLASSES = 100;

/**
 * Whether values look like the numbers of classes: whole, several, few, with few gaps, and none of them most of the
 * time. Pixels do not: at the edge of an image they are all alike, elsewhere they have gaps.
 */
export function areLabels(values: readonly string[]): boolean {
  const counts = new Map<number, number>();
  for (const value of values) {
    if (!/^\s*\d+(\.0*)?\s*$/.test(value)) return false;
    counts.set(Number(value), (counts.get(Number(value)) ?? 0) + 1);
  }
  const numbers = [...counts.keys()];
  const range = Math.max(...numbers) - Math.min(...numbers) + 1;
  return (
    counts.size > 1 &&
    counts.size <= MOST_CLASSES &&
    2 * counts.size >= range &&
    Math.max(...counts.values()) <= MOST_OF_ONE * values.length
  );
}

import { PipelineError } from '../../faults.ts';
import { visible } from '../../text/visible.ts';
import { type CsvColumns, columnAt, listOf, usual, wantedColumn } from './columns.ts';
import type { Delimiter } from './parseCsv.ts';
import type { PixelCell } from './pixelCell.ts';
import { areLabels, countsUp, isNumber, longestSeries } from './pixelColumns.ts';
import { sampleTable, type TableSample } from './pixelSample.ts';
import { findSplit } from './splitColumn.ts';

/** Sides that images in such files may have. */
const SMALLEST = 8;
const LARGEST = 128;

/** How a file of pixels lies. */
export interface PixelLayout {
  readonly size: number;
  readonly delimiter: Delimiter;
  /** what the columns are called; undefined where the first record is an image */
  readonly header: readonly string[] | undefined;
  /** lines before the first image */
  readonly leading: number;
  /** for each column the place of its pixel in the image; −1 where it holds none */
  readonly pixelAt: Int32Array;
  /** the column that holds all pixels of an image, if there is one: each of its numbers counts as a column */
  readonly cell: PixelCell | undefined;
  /** the column of the labels; −1 where there are none, as in test files of Kaggle */
  readonly labelAt: number;
  /** the column of the parts; −1 where there is none */
  readonly splitAt: number;
  /** what a person should know of how it is read, a sentence each */
  readonly remarks: readonly string[];
}

/** Names of labels that mean something else beside images. */
const labelNames = [...usual.label, 'y', 'number', 'emotion', 'output', 'class_id', 'label_id'];

/** Columns that count rows: without a name as pandas writes them, and by usual names. */
const INDEX = /^(|unnamed[: _]*[\d.]*|index|idx|id|row|row_?id|image_?id|#)$/i;

/** With fewer rows than this their values tell nothing. */
const FEW = 10;

const sideOf = (pixels: number): number | undefined => {
  const side = Math.sqrt(pixels);
  return Number.isInteger(side) && side >= SMALLEST && side <= LARGEST ? side : undefined;
};

/** A table that may hold pixels, and what its columns are. */
interface Columns {
  readonly name: string;
  readonly header: readonly string[] | undefined;
  readonly rows: readonly (readonly string[])[];
  /** columns that count rows */
  readonly index: readonly number[];
  readonly splitAt: number;
  /** all others */
  readonly rest: readonly number[];
  readonly cells: (column: number) => string[];
  readonly cell: PixelCell | undefined;
}

/**
 * Tells what the columns of a file of pixels are.
 *
 * @param name what an error calls the file
 * @returns undefined where it is another table
 * @throws InkgradError where a column that is asked for is missing, where the label could be one of several columns, or
 *   where the columns of pixels make no square image
 */
export function layoutOf(path: string, wanted: CsvColumns, name: string): PixelLayout | undefined {
  const sample = sampleTable(path);
  if (sample === undefined) return undefined;
  const header = headerOf(sample);
  const all = [...(header ? [] : [sample.first]), ...sample.head, ...sample.spread];
  const width = (header ?? sample.first).length;
  const rows = all.filter((fields) => fields.length === width);
  if (rows.length === 0) return undefined;
  const cells = (column: number) => rows.map((fields) => fields[column]);
  const index = indexColumns(sample, header);
  const series = longestSeries(header ?? []);
  const split = header
    ? findSplit(header, [...index, ...series.columns], cells, wanted.split, name)
    : { at: -1, remarks: [] };
  const rest = rows[0].map((_, column) => column).filter((at) => !index.includes(at) && at !== split.at);
  const { cell } = sample;
  const found = labelAndPixels(
    { name, header, rows, index, splitAt: split.at, rest, cells, cell },
    wanted.label,
  );
  if (found === undefined) return undefined;
  const size = sideOf(found.pixels.length)!;
  if (!header && !found.pixels.every((column) => isPixel(rows[0][column]))) return undefined;
  const pixelAt = new Int32Array(width).fill(-1);
  found.pixels.forEach((column, i) => {
    pixelAt[column] = i;
  });
  const titles = (columns: readonly number[]) =>
    columns.map((at) => (header?.[at].trim() ? visible(header[at].trim()) : `number ${at + 1}`)).join(', ');
  const skipped = rest.filter((at) => pixelAt[at] < 0 && at !== found.label);
  const counting = index.filter((at) => at !== found.label);
  return {
    size,
    delimiter: sample.delimiter,
    header,
    leading: sample.leading + (header ? 1 : 0),
    pixelAt,
    cell,
    labelAt: found.label,
    splitAt: split.at,
    remarks: [
      ...split.remarks,
      ...(header && isNoHeader(header)
        ? [`the first row (${listOf(header, 4)}) is taken for the names of the columns`]
        : []),
      ...(counting.length > 0 ? [`columns that count the rows are passed over: ${titles(counting)}`] : []),
      ...(skipped.length > 0 ? [`columns beside the pixels are passed over: ${titles(skipped)}`] : []),
      ...(found.guessed ? [`the labels are taken from column ${titles([found.label])}`] : []),
      ...(header && series.reordered ? ['columns of pixels are put in the order of their numbers'] : []),
    ],
  };
}

const isPixel = (field: string): boolean => isNumber(field) && Number(field.replace(',', '.')) <= 255;

/** The names of the columns; undefined where the first record is an image like the others. */
function headerOf({ first, head }: TableSample): readonly string[] | undefined {
  const words = first.filter((field) => !isNumber(field)).map((field) => field.trim());
  const numbers = first.filter(isNumber).map((field) => field.trim());
  // Names differ from each other, while hardly an image has no two pixels that are alike.
  const repeat = new Set(numbers).size < numbers.length;
  if (repeat && 2 * numbers.length > first.length) return undefined;
  const known = words.some((word) => INDEX.test(word) || columnAt(labelNames, [word]) >= 0);
  if (words.length > 1 || known || countsUp(numbers)) return first;
  // Programs that take an image for names make them differ: 0, 0.1, 0.2 …, and images are not of such numbers then.
  const odd = numbers.some((field) => !/^\d+$/.test(field));
  return odd && head.every((fields) => fields.every((field) => /^\s*\d*\s*$/.test(field)))
    ? first
    : undefined;
}

/** Whether names are numbers, as where a program took the first image for them. */
const isNoHeader = (header: readonly string[]): boolean => header.every(isNumber) && !countsUp(header);

/** Columns that count the rows; without names the first, where the others then make an image and its label. */
function indexColumns({ first, head }: TableSample, header: readonly string[] | undefined): number[] {
  const rows = header ? head : [first, ...head];
  const counts = (column: number) => {
    const cells = rows.map((fields) => fields[column] ?? '');
    // Rows that were shuffled keep their numbers.
    const differ = cells.length >= FEW && new Set(cells).size === cells.length && cells.every(isNumber);
    return cells.length > 1 && (countsUp(cells) || differ);
  };
  if (header) return [...header.keys()].filter((at) => INDEX.test(header[at].trim()) && counts(at));
  const fits = sideOf(first.length - 1) === undefined && sideOf(first.length - 2) !== undefined;
  return fits && counts(0) ? [0] : [];
}

interface Found {
  readonly pixels: readonly number[];
  /** −1 where there is none */
  readonly label: number;
  /** whether nothing but the values of the column, or that it is left over, says that it is the label */
  readonly guessed: boolean;
}

/** Finds the label by its name, or as what is left over, or by its values. */
function labelAndPixels(columns: Columns, wanted: string | undefined): Found | undefined {
  const { header, rest } = columns;
  const series = header ? longestSeries(header).columns : [];
  const label = wanted === undefined ? usualLabel(columns, series) : wantedLabel(columns, wanted);
  const without = (of: readonly number[], column: number) => of.filter((at) => at !== column);
  if (label >= 0) {
    const named = without(series, label);
    if (sideOf(named.length) !== undefined) return { pixels: named, label, guessed: false };
    const others = without(rest, label);
    // Without numbers in their names only what they hold tells that they are pixels.
    const areNumbers = others.every((at) => isNumber(columns.rows[0][at] || '0'));
    if (sideOf(others.length) !== undefined && areNumbers) return { pixels: others, label, guessed: false };
    return refuseShape(columns, named);
  }
  if (sideOf(series.length) !== undefined) {
    const others = rest.filter((at) => !series.includes(at));
    if (others.length > 1) {
      const titles = listOf(others.map((at) => header![at]));
      throw new PipelineError(
        `${columns.name}: columns ${titles} lie beside the pixels, and any may be the label; name it with \`columns.label\``,
        'invalid-table',
      );
    }
    return { pixels: series, label: others[0] ?? -1, guessed: others.length > 0 };
  }
  return byValues(columns) ?? refuseShape(columns, series);
}

function usualLabel({ header, rest }: Columns, series: readonly number[]): number {
  if (header === undefined) return -1;
  const at = columnAt(header, labelNames);
  return rest.includes(at) && !series.includes(at) ? at : -1;
}

/** A column by its name, or by its number, from 1, where columns have no names. */
function wantedLabel({ header, rows, name }: Columns, wanted: string): number {
  const number = /^\d+$/.test(wanted) ? Number(wanted) - 1 : -1;
  const width = rows[0].length;
  if (header && (columnAt(header, [wanted]) >= 0 || number < 0 || number >= width)) {
    return wantedColumn(header, 'label', wanted, name);
  }
  if (number >= 0 && number < width) return number;
  throw new PipelineError(
    `${name}: its columns have no names; give \`columns.label\` the number of the label's, 1 to ${width}`,
    'invalid-table',
  );
}

/** Tells the label by what is in the columns: the one that holds no numbers, else the first or the last. */
function byValues({ name, header, rest, cells }: Columns): Found | undefined {
  // Names that are words, without a series among them, are those of another table.
  if (
    header &&
    2 * header.filter(isNumber).length < header.length &&
    longestSeries(header).columns.length < rest.length
  )
    return undefined;
  const found = (label: number, guessed: boolean) => ({
    pixels: rest.filter((at) => at !== label),
    label,
    guessed,
  });
  if (sideOf(rest.length) !== undefined) return found(-1, false);
  if (sideOf(rest.length - 1) === undefined) return undefined;
  const words = rest.filter((at) => areWords(cells(at)));
  if (words.length === 1) return found(words[0], words[0] !== rest[0]);
  const [first, last] = [rest[0], rest[rest.length - 1]];
  const one = (column: number) => new Set(cells(column)).size === 1;
  const [isFirst, isLast] = [first, last].map((column) => areLabels(cells(column)));
  if (isFirst !== isLast) return isFirst ? found(first, false) : found(last, true);
  // A few rows tell little: labels are in the first column as a rule.
  if (cells(first).length < FEW || (!isFirst && one(last))) return found(first, !isFirst);
  throw new PipelineError(
    `${name}: the label may be in the first column or in the last; name one of them with \`columns.label\`: ` +
      `${header ? visible(header[first]) : first + 1} or ${header ? visible(header[last]) : last + 1}`,
    'invalid-table',
  );
}

/** Whether words are what a column holds, among numbers as it may be, and no accident. */
function areWords(cells: readonly string[]): boolean {
  const words = cells.filter((cell) => cell.trim() !== '' && !isNumber(cell));
  const share = words.length / cells.length;
  return share > 0.5 || (share >= 0.05 && new Set(words).size > 1);
}

/** A series of many columns is meant to be pixels. */
function refuseShape({ name, header, cell }: Columns, series: readonly number[]): undefined {
  if (series.length < (SMALLEST - 1) ** 2) return undefined;
  const [first, last] = [series[0], series[series.length - 1]].map((at) => visible(header![at].trim()));
  const pixels = cell
    ? `${cell.count} numbers in column ${visible(cell.name)}`
    : `${series.length} columns of pixels, ${first} to ${last},`;
  throw new PipelineError(
    `${name}: ${pixels} are no square image of one grey value a pixel ` +
      `from ${SMALLEST}×${SMALLEST} to ${LARGEST}×${LARGEST}; save it so, and colours as image files or IDX`,
    'wrong-size',
  );
}

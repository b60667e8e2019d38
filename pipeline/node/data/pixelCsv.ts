/**
 * CSV files of pixels, as Kaggle has MNIST, EMNIST, Fashion-MNIST and handwritten capitals: a row an image, its label
 * and its pixels from 0 to 255 (or from 0 to 1), row by row; with or without a header, in a field each or, as in FER2013,
 * all in one. They have up to a gigabyte, more than a string can hold, so they are read in pieces, as bytes.
 */
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type PartName, type Parts, partOf, settled } from '../../data/parts.ts';
import { PipelineError } from '../../faults.ts';
import { visible } from '../../text/visible.ts';
import type { CsvColumns } from './columns.ts';
import { isTransposed, type Numbered, transposeEach } from './numbered.ts';
import { type ReadText, readFields } from './pixelFields.ts';
import { layoutOf } from './pixelLayout.ts';
import { NO_TEST, noPart } from './splitColumn.ts';
import { remarksOnFloats, wholeLabel } from './wholeLabels.ts';

/** The files of a data set; a file of the test part comes along by its name. */
export interface PixelFiles {
  readonly train: string;
  readonly test?: string;
}

/** Tells by a look at some of its rows whether a CSV file holds pixels, and finds the test part of one that is named `…train.csv`. */
export function findPixelFiles(path: string, columns: CsvColumns = {}): PixelFiles | undefined {
  if (!holdsPixels(path, columns)) return undefined;
  const other = join(dirname(path), basename(path).replace(/train(?=\.[ct]sv$)/i, 'test'));
  const hasTest = other !== path && existsSync(other) && holdsPixels(other, columns);
  return { train: path, ...(hasTest && { test: other }) };
}

function holdsPixels(path: string, columns: CsvColumns): boolean {
  try {
    return layoutOf(path, columns, '') !== undefined;
  } catch (error) {
    // What is wrong with it is said when it is read.
    if (error instanceof PipelineError) return true;
    throw error;
  }
}

/** Images of one file, in parts where a column says so. */
export interface PixelTable extends Parts<Numbered> {
  readonly remarks: readonly string[];
}

/** Whether the images of a file have labels. */
export const hasLabels = (path: string, columns: CsvColumns = {}): boolean =>
  (layoutOf(path, columns, visible(basename(path)))?.labelAt ?? -1) >= 0;

/**
 * Reads a CSV file of pixels.
 *
 * @param transposed whether images are stored transposed and are to be turned upright; told by the name when left out
 * @throws InkgradError that names the row which has too few or too many fields, or one that is no pixel; where the file
 *   has no labels
 */
export function readPixelCsv(
  path: string,
  transposed = isTransposed(path),
  columns: CsvColumns = {},
): PixelTable {
  const name = visible(basename(path));
  const layout = layoutOf(path, columns, name)!;
  const { size, labelAt, splitAt } = layout;
  if (labelAt < 0) {
    throw new PipelineError(
      `${name}: has no labels, only ${size * size} columns of pixels: training and evaluate need them; ` +
        'add a column label, or name it with `columns.label`',
      'invalid-table',
    );
  }
  if (statSync(path).size >= 2 ** 32)
    throw new PipelineError(`${name}: more than 4 GB; leave out some of its rows`, 'too-large');
  const labels = new Texts();
  const parts = new Texts();
  const { images, kept, rows, remarks } = readFields(
    path,
    layout,
    new Map<number, ReadText>([
      [labelAt, (text) => (text === '' ? 'is empty' : labels.placeOf(text))],
      ...(splitAt < 0
        ? []
        : [
            [
              splitAt,
              (text: string) => (partOf(text) ? parts.placeOf(text) : `is no part: ${noPart(text)}`),
            ] as const,
          ]),
    ]),
  );
  const whole = {
    path,
    whereLabel: (index: number) => `${path} row ${rows[index]}`,
    size,
    images: transposed ? transposeEach(images, size) : images,
    ...numbered(labels.all, kept.get(labelAt)!),
  };
  const partOfRow = kept.get(splitAt)?.map((place) => partOf(parts.all[place])!);
  return {
    ...(partOfRow ? inParts(whole, partOfRow, name) : { train: whole }),
    remarks: [
      ...layout.remarks,
      ...remarks,
      ...remarksOnFloats(labels.all),
      ...(partOfRow?.includes('validation') && !partOfRow.includes('test') ? [NO_TEST] : []),
    ],
  };
}

/** Different texts in the order in which they come. */
class Texts {
  readonly all: string[] = [];
  readonly #places = new Map<string, number>();

  placeOf(text: string): number {
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    this.#places.set(text, this.all.length);
    return this.all.push(text) - 1;
  }
}

/** Labels as numbers where all of them are such; else as places among their names. */
function numbered(names: readonly string[], places: readonly number[]): Pick<Numbered, 'labels' | 'names'> {
  const texts = names.map(wholeLabel);
  if (!texts.every((text) => /^\d{1,9}$/.test(text)))
    return { labels: Int32Array.from(places), names: texts };
  const numbers = texts.map(Number);
  return { labels: Int32Array.from(places, (place) => numbers[place]) };
}

function inParts(whole: Numbered, partOfRow: readonly PartName[], name: string): Parts<Numbered> {
  const pixels = whole.size ** 2;
  const take = (part: PartName): Numbered | undefined => {
    const chosen = [...partOfRow.keys()].filter((i) => partOfRow[i] === part);
    if (chosen.length === 0) return undefined;
    const images = new Uint8Array(chosen.length * pixels);
    chosen.forEach((from, to) => {
      images.set(whole.images.subarray(from * pixels, (from + 1) * pixels), to * pixels);
    });
    const whereLabel = (index: number) => whole.whereLabel(chosen[index]);
    return { ...whole, images, whereLabel, labels: Int32Array.from(chosen, (from) => whole.labels[from]) };
  };
  const [train, validation, test] = [take('train'), take('validation'), take('test')];
  if (train === undefined) {
    throw new PipelineError(
      `${name}: its column of parts says train in no row; say it where it is so`,
      'invalid-table',
    );
  }
  return settled({ train, ...(validation && { validation }), ...(test && { test }) });
}

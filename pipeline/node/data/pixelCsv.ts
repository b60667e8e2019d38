/**
 * CSV files of pixels, as Kaggle has MNIST, EMNIST, Fashion-MNIST and handwritten capitals: a row an image, its label
 * and its pixels from 0 to 255, row by row; with or without a header. They have up to a gigabyte, more than a string
 * can hold, so they are read in pieces, as bytes.
 */
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PipelineError } from '../../faults.ts';
import { visible } from '../../text/visible.ts';
import { firstBytes } from './foreign.ts';
import { isTransposed, type Numbered, transposeEach } from './numbered.ts';

/** Sides that images in such files may have. */
const SMALLEST = 8;
const LARGEST = 128;

/** The files of a data set; a file of the test part comes along by its name. */
export interface PixelFiles {
  readonly train: string;
  readonly test?: string;
}

/** How a file lies. */
interface Layout {
  readonly size: number;
  readonly hasHeader: boolean;
  /** which column holds the label */
  readonly labelAt: number;
}

/** What a file of pixels consists of; undefined where it is another. */
function layoutOf(path: string): Layout | undefined {
  // Enough for the header and the first row.
  const lines = firstBytes(path, 32 * LARGEST ** 2)
    .toString('latin1')
    .replaceAll('"', '')
    .split(/\r?\n/);
  const [first, second = []] = lines.map((line) => line.split(','));
  const size = Math.sqrt(first.length - 1);
  if (!Number.isInteger(size) || size < SMALLEST || size > LARGEST) return undefined;
  const isRow = (fields: readonly string[]) => fields.every((field) => /^\d{1,3}$/.test(field.trim()));
  if (isRow(first)) return { size, hasHeader: false, labelAt: 0 };
  if (second.length !== first.length || !isRow(second)) return undefined;
  const labelAt = first.findIndex((column) => /^(label|class)$/i.test(column.trim()));
  return { size, hasHeader: true, labelAt: Math.max(0, labelAt) };
}

/** Tells by a look at its first rows whether a CSV file holds pixels, and finds the test part of one that is named `…train.csv`. */
export function findPixelFiles(path: string): PixelFiles | undefined {
  const layout = layoutOf(path);
  if (layout === undefined) return undefined;
  const other = join(dirname(path), basename(path).replace(/train(?=\.csv$)/i, 'test'));
  const hasTest = other !== path && existsSync(other) && layoutOf(other)?.size === layout.size;
  return { train: path, ...(hasTest && { test: other }) };
}

/** How much is read at a time. */
const PIECE = 2 ** 20;

/**
 * Reads a CSV file of pixels.
 *
 * @param transposed whether images are stored transposed and are to be turned upright; told by the name when left out
 * @throws InkgradError that names the row which has too few or too many fields, or one that is no number to 255
 */
export function readPixelCsv(path: string, transposed = isTransposed(path)): Numbered {
  const { size, hasHeader, labelAt } = layoutOf(path)!;
  const bytes = statSync(path).size;
  if (bytes >= 2 ** 32)
    throw new PipelineError(`${visible(path)}: more than 4 GB; leave out some of its rows`, 'too-large');
  // A number takes two bytes or more, so half of them are enough; what is not written takes no memory.
  const values = new Uint8Array(bytes / 2 + 1);
  const count = fillFields(path, size * size + 1, hasHeader, values);
  const labels = new Uint8Array(count);
  const images = new Uint8Array(count * size * size);
  for (let i = 0; i < count; i++) {
    const row = values.subarray(i * (size * size + 1), (i + 1) * (size * size + 1));
    labels[i] = row[labelAt];
    images.set(row.subarray(0, labelAt), i * size * size);
    images.set(row.subarray(labelAt + 1), i * size * size + labelAt);
  }
  return {
    path,
    whereLabel: (index) => `${path} row ${index + 1 + Number(hasHeader)}`,
    size,
    images: transposed ? transposeEach(images, size) : images,
    labels,
  };
}

/**
 * Writes the numbers of all rows one after the other.
 *
 * @returns the number of rows, all of which have `width` fields
 */
function fillFields(path: string, width: number, hasHeader: boolean, values: Uint8Array): number {
  const fail = (row: number, what: string): never => {
    throw new PipelineError(
      `${visible(basename(path))} row ${row}: ${what}; expected a label and ${width - 1} pixels from 0 to 255`,
      'invalid-table',
    );
  };
  const isBreak = (byte: number) => byte === 10 || byte === 13;
  let [at, row, field, number, digits] = [0, 1, 0, 0, 0];
  let skipping = hasHeader;
  const endField = () => {
    if (digits === 0) fail(row, `field ${field + 1} is empty`);
    if (field === width) fail(row, `more than ${width} fields`);
    values[at++] = number;
    field++;
    [number, digits] = [0, 0];
  };
  const endRow = () => {
    if (field > 0 || digits > 0) {
      endField();
      if (field < width) fail(row, `${field} fields`);
    }
    field = 0;
  };
  forEachByte(path, (byte, before) => {
    if (isBreak(byte)) {
      if (!skipping) endRow();
      skipping &&= false;
      if (byte === 13 || before !== 13) row++;
    } else if (skipping || byte === 34 || byte === 32) {
      // Quotes and blanks around a number say nothing.
    } else if (byte === 44) {
      endField();
    } else {
      number = 10 * number + byte - 48;
      digits++;
      if (byte < 48 || byte > 57 || number > 255) fail(row, `field ${field + 1} is no such number`);
    }
  });
  endRow();
  return at / width;
}

/** Reads a file piece by piece; each byte comes with the one before it. */
function forEachByte(path: string, visit: (byte: number, before: number) => void): void {
  const piece = new Uint8Array(PIECE);
  const file = openSync(path, 'r');
  try {
    let before = 0;
    for (let length = readSync(file, piece); length > 0; length = readSync(file, piece)) {
      for (let i = 0; i < length; i++) {
        visit(piece[i], before);
        before = piece[i];
      }
    }
  } finally {
    closeSync(file);
  }
}

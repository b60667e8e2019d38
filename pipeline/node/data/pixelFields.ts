import { readSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { PipelineError } from '../../faults.ts';
import { visible } from '../../text/visible.ts';
import { withFile } from '../files/openFile.ts';
import type { PixelLayout } from './pixelLayout.ts';

/** How much is read at a time. */
const PIECE = 2 ** 20;

/** What becomes of a text in a field: a number to keep for its row, or what is wrong with it. */
export type ReadText = (text: string) => number | string;

/** The images of a file of pixels, one after the other, and what else its rows hold. */
export interface PixelRows {
  /** size² bytes a row */
  readonly images: Uint8Array;
  /** for each column of texts what became of them, row by row */
  readonly kept: ReadonlyMap<number, readonly number[]>;
  /** where each image is, counted in lines from 1 */
  readonly rows: readonly number[];
  readonly remarks: readonly string[];
}

/** Bytes that mean something between numbers. */
const [TAB, LF, CR, SPACE, QUOTE, PLUS, COMMA, MINUS, POINT] = [9, 10, 13, 32, 34, 43, 44, 45, 46];
const [ZERO, NINE, E, SMALL_E] = [48, 57, 69, 101];

/** Where in a number a byte is. */
const WHOLE = 0;
const FRACTION = 1;
const EXPONENT = 2;

/**
 * Reads all rows of a file of pixels, byte by byte: it may have a gigabyte, more than a string can hold. Pixels are
 * whole numbers from 0 to 255, or fractions from 0 to 1, which are taken times 255.
 *
 * @param texts columns that hold texts, and what to do with each
 * @throws InkgradError that names the row and the field where one is wrong
 */
export function readFields(
  path: string,
  { size, delimiter, header, leading, pixelAt, cell }: PixelLayout,
  texts: ReadonlyMap<number, ReadText>,
): PixelRows {
  const name = visible(basename(path));
  const [width, pixels] = [pixelAt.length, size * size];
  const between = delimiter.charCodeAt(0);
  // The numbers of one cell are fields of their own, which blanks part.
  const [firstInCell, lastInCell] = cell ? [cell.at, cell.at + cell.count - 1] : [-1, -2];
  const written = width - Math.max(0, lastInCell - firstInCell);
  // A number takes two bytes or more, so half of them are enough; what is not written takes no memory.
  const values = new Uint8Array(statSync(path).size / 2 + 1);
  const kept = new Map([...texts.keys()].map((column): [number, number[]] => [column, []]));
  const known = new Map([...texts.keys()].map((column) => [column, new Map<string, number>()]));
  const isText = Uint8Array.from(pixelAt, (_, column) => Number(texts.has(column)));
  const rows: number[] = [];
  let largest = 0;
  let unit = false;

  let [row, field, offset, start] = [1, 0, 0, 0];
  // A number: its digits before and after the point, its exponent and signs.
  let [number, fraction, scale, exponent] = [0, 0, 1, 0];
  let [digits, state, negative, shrinking, odd] = [0, WHOLE, false, false, false];
  let gap = false;
  let quoted = false;
  const text: number[] = [];

  const fail = (what: string): never => {
    const fields = width === pixels + 1 ? 'a label' : `${written} fields`;
    const numbers = cell ? `in column ${visible(cell.name)} ${pixels} pixels` : `${pixels} pixels`;
    throw new PipelineError(
      `${name} row ${row}: ${what}; expected ${fields} and ${numbers} from 0 to 255, or from 0 to 1`,
      'invalid-table',
    );
  };
  const isInCell = () => field >= firstInCell && field <= lastInCell;
  const title = () => {
    if (isInCell()) return `number ${field - firstInCell + 1} of column ${visible(cell!.name)}`;
    const place = field > lastInCell ? field - width + written : field;
    return `field ${place + 1}${header?.[field].trim() ? ` (${visible(header[field].trim())})` : ''}`;
  };
  const failField = (what: string): never => {
    const said = visible(fieldAt(path, start, isInCell() ? SPACE : between));
    return fail(said === '' ? `${title()} is empty` : `${title()} is ${said}, ${what}`);
  };
  const takePixel = (place: number) => {
    let value = number + fraction / scale;
    if (exponent > 0) value *= 10 ** (shrinking ? -exponent : exponent);
    if (odd || digits === 0 || (negative && value !== 0)) failField('no pixel');
    if (!unit && !Number.isInteger(value)) {
      if (largest > 1 || value > 1) failField('no whole number');
      // The first that is no whole number: those before it are 0 and 1.
      unit = true;
      for (let i = rows.length * pixels; i >= 0; i -= pixels) timesAll(values, i, pixels);
    }
    if (value > (unit ? 1 : 255)) failField(unit ? 'while others are fractions from 0 to 1' : 'no pixel');
    if (value > largest) largest = value;
    values[rows.length * pixels + place] = unit ? Math.round(255 * value) : value;
  };
  const takeText = (read: ReadText) => {
    const raw = String.fromCharCode(...text);
    const cache = known.get(field)!;
    let place = cache.get(raw);
    if (place === undefined) {
      const found = read(Buffer.from(text).toString().trim().normalize('NFC'));
      if (typeof found === 'string') return fail(`${title()} ${found}`);
      place = found;
      cache.set(raw, place);
    }
    kept.get(field)!.push(place);
    text.length = 0;
  };
  const endField = () => {
    if (field === width) fail(`more than ${written} fields`);
    const place = pixelAt[field];
    const read = texts.get(field);
    if (place >= 0) takePixel(place);
    else if (read !== undefined) takeText(read);
    field++;
    [number, fraction, scale, exponent] = [0, 0, 1, 0];
    [digits, state, negative, shrinking, odd] = [0, WHOLE, false, false, false];
    gap = false;
    start = offset + 1;
  };
  /** What comes after a blank behind a number. */
  const afterGap = () => {
    if (!isInCell()) odd = true;
    else if (field === lastInCell) fail(`column ${visible(cell!.name)} has more than ${cell!.count} numbers`);
    else {
      endField();
      start = offset;
    }
  };
  const endCell = () => {
    if (field >= firstInCell && field < lastInCell) {
      fail(`column ${visible(cell!.name)} has ${field - firstInCell + Math.sign(digits)} numbers`);
    }
  };
  const endRow = () => {
    if (field > 0 || digits > 0 || odd || text.length > 0) {
      endCell();
      endField();
      const found = field > lastInCell ? field - width + written : field;
      if (field < width) fail(`${found} ${found === 1 ? 'field' : 'fields'}`);
      rows.push(row);
    }
    field = 0;
    start = offset + 1;
  };
  /** What is no digit before the point, or the first byte after a blank behind a number. */
  const takeSign = (byte: number) => {
    if (gap) afterGap();
    if (byte >= ZERO && byte <= NINE) {
      digits++;
      if (state === WHOLE) number = byte - ZERO;
      else if (state === EXPONENT) exponent = 10 * exponent + byte - ZERO;
      else if (scale < 1e15) {
        fraction = 10 * fraction + byte - ZERO;
        scale *= 10;
      }
    } else if ((byte === POINT || byte === COMMA) && state === WHOLE) state = FRACTION;
    else if ((byte === E || byte === SMALL_E) && state !== EXPONENT && digits > 0) state = EXPONENT;
    else if (byte === MINUS && state === EXPONENT && exponent === 0) shrinking = true;
    else if (byte === MINUS && state === WHOLE && digits === 0) negative = true;
    else if (byte !== PLUS) odd = true;
  };

  let before = 0;
  forEachPiece(path, (piece) => {
    for (let i = 0; i < piece.length; i++, offset++) {
      const byte = piece[i];
      if (byte === LF || byte === CR) {
        if (row > leading) endRow();
        else start = offset + 1;
        quoted = false;
        if (byte === CR || before !== CR) row++;
      } else if (row <= leading || (offset < 3 && MARK[offset] === byte)) {
        // What names the columns is known, and a byte order mark says nothing.
        start = offset + 1;
      } else if (byte === between && !quoted) {
        endCell();
        endField();
      } else if (byte === QUOTE) {
        quoted = !quoted;
        // Within quotes two of them stand for one.
        if (quoted && before === QUOTE && isText[field]) text.push(byte);
      } else if (isText[field]) {
        text.push(byte);
      } else if (byte >= ZERO && byte <= NINE && state === WHOLE && !gap) {
        number = 10 * number + byte - ZERO;
        digits++;
      } else if (byte === SPACE || byte === TAB) {
        gap = digits > 0;
      } else {
        takeSign(byte);
      }
      before = byte;
    }
  });
  if (row > leading) endRow();

  const remarks: string[] = [];
  if (!unit && largest === 1) for (let i = 0; i < rows.length; i++) timesAll(values, i * pixels, pixels);
  if (unit || largest === 1) remarks.push('pixels lie between 0 and 1, so they are taken times 255');
  else if (largest > 0 && largest < DIM) remarks.push(`the brightest pixel is ${largest} of 255`);
  return { images: values.slice(0, rows.length * pixels), kept, rows, remarks };
}

/** A set whose brightest pixel is below this was made for another range, such as 0 to 16. */
const DIM = 64;

/** The byte order mark of UTF-8. */
const MARK = [0xef, 0xbb, 0xbf];

/** Makes 255 of 1 in one image. */
function timesAll(values: Uint8Array, from: number, length: number): void {
  for (let i = from; i < from + length; i++) values[i] *= 255;
}

/** The start of a field, for an error. */
function fieldAt(path: string, from: number, between: number): string {
  const bytes = Buffer.alloc(40);
  return withFile(path, (file) => {
    const read = bytes.subarray(0, readSync(file, bytes, 0, bytes.length, from));
    const end = read.findIndex((byte) => byte === between || byte === LF || byte === CR);
    return read
      .subarray(0, end < 0 ? undefined : end)
      .toString()
      .trim();
  });
}

function forEachPiece(path: string, visit: (piece: Uint8Array) => void): void {
  const piece = new Uint8Array(PIECE);
  withFile(path, (file) => {
    for (let length = readSync(file, piece); length > 0; length = readSync(file, piece)) {
      visit(piece.subarray(0, length));
    }
  });
}

/**
 * From the inflated image data of a PNG to its pixels, for the usual files: 8 bits a sample, row after row.
 * Section numbers are those of "Portable Network Graphics (PNG) Specification", W3C, second edition (2003).
 */
import type { RgbaImage } from '../../image/image.ts';

/** Image data of 8-bit samples that is not interlaced: each row is the number of its filter and its samples. */
export interface PngRows {
  readonly width: number;
  readonly height: number;
  /** samples of a pixel: 1 grey; 2 grey, alpha; 3 red, green, blue; 4 these and alpha */
  readonly samples: number;
  /** height·(1 + width·samples) bytes; undoing the filters changes them in place */
  readonly data: Uint8Array;
}

/**
 * Undoes the filters and lays the samples out as pixels.
 *
 * @throws RangeError where a row names a filter that does not exist
 */
export function pixelsOfRows(rows: PngRows): RgbaImage {
  unfilter(rows);
  const { width, height, samples, data } = rows;
  const [green, blue] = samples < 3 ? [0, 0] : [1, 2];
  const opaque = samples % 2 === 1;
  const out = new Uint8Array(4 * width * height);
  for (let y = 0, at = 0, to = 0; y < height; y++) {
    at++;
    for (const end = to + 4 * width; to < end; to += 4, at += samples) {
      out[to] = data[at];
      out[to + 1] = data[at + green];
      out[to + 2] = data[at + blue];
      out[to + 3] = opaque ? 255 : data[at + samples - 1];
    }
  }
  return { width, height, data: out };
}

/** Adds back what a filter took from the bytes `start` … `end` − 1: `left` and `above` are that far before them. */
type Undo = (data: Uint8Array, start: number, end: number, left: number, above: number) => void;

const none: Undo = () => {};

const ofLeft: Undo = (data, start, end, left) => {
  for (let i = start + left; i < end; i++) data[i] += data[i - left];
};

const ofHalfLeft: Undo = (data, start, end, left) => {
  for (let i = start + left; i < end; i++) data[i] += data[i - left] >> 1;
};

const ofAbove: Undo = (data, start, end, _left, above) => {
  for (let i = start; i < end; i++) data[i] += data[i - above];
};

const ofMean: Undo = (data, start, end, left, above) => {
  for (let i = start; i < start + left; i++) data[i] += data[i - above] >> 1;
  for (let i = start + left; i < end; i++) data[i] += (data[i - left] + data[i - above]) >> 1;
};

/** Of left a, above b and upper left c the one nearest to a + b − c (9.4). */
const ofPaeth: Undo = (data, start, end, left, above) => {
  for (let i = start; i < start + left; i++) data[i] += data[i - above];
  for (let i = start + left; i < end; i++) {
    const a = data[i - left];
    const b = data[i - above];
    const c = data[i - above - left];
    const fromA = Math.abs(b - c);
    const fromB = Math.abs(a - c);
    const fromC = Math.abs(a + b - c - c);
    data[i] += fromA <= fromB && fromA <= fromC ? a : fromB <= fromC ? b : c;
  }
};

/** By number (9.2). */
const filters: readonly Undo[] = [none, ofLeft, ofAbove, ofMean, ofPaeth];

/** The same where nothing lies above, which counts as zeros. */
const filtersOfFirstRow: readonly Undo[] = [none, ofLeft, none, ofHalfLeft, ofLeft];

function unfilter({ width, height, samples, data }: PngRows): void {
  const stride = 1 + width * samples;
  for (let y = 0; y < height; y++) {
    const start = y * stride;
    const undo = (y === 0 ? filtersOfFirstRow : filters)[data[start]];
    if (!undo) throw new RangeError(`Unrecognised filter type - ${data[start]}`);
    undo(data, start + 1, start + stride, samples, stride);
  }
}

/**
 * From the inflated image data of a PNG to its pixels, row by row. Section numbers are those of "Portable Network Graphics
 * (PNG) Specification", W3C, second edition (2003).
 *
 * pngjs, which writes our PNG files, takes up to 32 bytes a pixel to read one of 16 bits or an interlaced one, for it keeps
 * every stage of all rows. Here two rows are in memory beside the picture, 4 bytes a pixel.
 */
import type { RgbaImage } from '../../image/image.ts';
import type { Colours } from './pngColours.ts';
import { type Pass, type PngHeader, passesOf } from './pngHeader.ts';
import { type Paint, painterOf } from './pngPaint.ts';

/** A picture that is made of its image data, which may come in parts of any length. */
export class PngRows {
  readonly image: RgbaImage;
  readonly #passes: readonly Pass[];
  readonly #paint: Paint;
  /** bytes from a byte to that which a filter calls its left (9.2) */
  readonly #left: number;
  #line: Uint8Array;
  #above: Uint8Array;
  #pass = 0;
  #row = 0;
  /** the filter of the row at hand; −1 before it came */
  #filter = -1;
  /** how much of that row is there */
  #filled = 0;

  constructor(header: PngHeader, colours: Colours) {
    const { width, height, samples, depth } = header;
    this.image = { width, height, data: new Uint8Array(4 * width * height) };
    this.#passes = passesOf(header);
    this.#paint = painterOf(header, colours);
    this.#left = Math.max(1, (samples * depth) / 8);
    const longest = Math.max(...this.#passes.map(({ bytes }) => bytes));
    this.#line = new Uint8Array(longest);
    this.#above = new Uint8Array(longest);
  }

  /**
   * Adds some image data, in all no more than belongs to the picture.
   *
   * @throws RangeError where a row names a filter, or a pixel a colour of the palette, that does not exist
   */
  add(data: Uint8Array): void {
    for (let at = 0; at < data.length; ) {
      if (this.#filter < 0) {
        this.#filter = data[at++];
        continue;
      }
      const missing = this.#passes[this.#pass].bytes - this.#filled;
      const count = Math.min(missing, data.length - at);
      copy(data, at, count, this.#line, this.#filled);
      at += count;
      this.#filled += count;
      if (count === missing) this.#finishRow();
    }
  }

  #finishRow(): void {
    const { x, y, stepX, stepY, columns, rows, bytes } = this.#passes[this.#pass];
    const undo = filters[this.#filter];
    if (!undo) throw new RangeError(`Unrecognised filter type - ${this.#filter}`);
    undo(this.#line, this.#above, bytes, this.#left);
    const { width, data } = this.image;
    this.#paint(this.#line, columns, data, 4 * ((y + this.#row * stepY) * width + x), 4 * stepX);
    [this.#line, this.#above] = [this.#above, this.#line];
    this.#filter = -1;
    this.#filled = 0;
    if (++this.#row < rows) return;
    // Above the first row of a pass all counts as zeros.
    this.#above.fill(0);
    this.#pass++;
    this.#row = 0;
  }
}

/** Copies some bytes; for a few a part of an array takes longer to make than they do. */
function copy(from: Uint8Array, start: number, count: number, to: Uint8Array, at: number): void {
  if (count > 64) to.set(from.subarray(start, start + count), at);
  else for (let i = 0; i < count; i++) to[at + i] = from[start + i];
}

/** Adds back what a filter took from the bytes of a line: `left` is how many bytes before one its left is. */
type Undo = (line: Uint8Array, above: Uint8Array, bytes: number, left: number) => void;

const none: Undo = () => {};

const ofLeft: Undo = (line, _above, bytes, left) => {
  for (let i = left; i < bytes; i++) line[i] += line[i - left];
};

const ofAbove: Undo = (line, above, bytes) => {
  for (let i = 0; i < bytes; i++) line[i] += above[i];
};

const ofMean: Undo = (line, above, bytes, left) => {
  const start = Math.min(left, bytes);
  for (let i = 0; i < start; i++) line[i] += above[i] >> 1;
  for (let i = start; i < bytes; i++) line[i] += (line[i - left] + above[i]) >> 1;
};

/** Of left a, above b and upper left c the one nearest to a + b − c (9.4). */
const ofPaeth: Undo = (line, above, bytes, left) => {
  const start = Math.min(left, bytes);
  for (let i = 0; i < start; i++) line[i] += above[i];
  for (let i = start; i < bytes; i++) {
    const a = line[i - left];
    const b = above[i];
    const c = above[i - left];
    const fromA = Math.abs(b - c);
    const fromB = Math.abs(a - c);
    const fromC = Math.abs(a + b - c - c);
    line[i] += fromA <= fromB && fromA <= fromC ? a : fromB <= fromC ? b : c;
  }
};

/** By number (9.2). */
const filters: readonly Undo[] = [none, ofLeft, ofAbove, ofMean, ofPaeth];

import type { GrayImage, RgbaImage } from '../image/image.ts';
import { fit } from '../image/thumbnail.ts';
import { shortened, wrapped } from './fitText.ts';
import { drawText, textWidth } from './text.ts';
import type { Typeface } from './typeface.ts';

/** Pixels between cells and around the sheet. */
const GAP = 4;
/** Pixels between names and cells. */
const MARGIN = 8;

/** A light paper tone, on which both black and white cells stand out. */
const PAPER = [236, 234, 229, 255];

/** How names are written, and what stands below them. Lines are as far apart as their em and a third. */
const NAME = { size: 13, color: [31, 35, 40] } as const;
const DETAIL = { size: 11, color: [92, 99, 107] } as const;
const lineHeight = ({ size }: { readonly size: number }): number => Math.ceil((size * 4) / 3);

/** The widest that names at the left may be, in pixels. */
const WIDEST = 168;

/** A name, and what is said of it in smaller letters below. */
export interface Heading {
  readonly name: string;
  readonly details?: readonly string[];
}

export interface Cell {
  /** absent where there is nothing to show */
  readonly image?: RgbaImage | GrayImage;
  /** a word below the image */
  readonly caption?: string;
}

export interface Row {
  readonly heading?: Heading;
  readonly cells: readonly Cell[];
}

/** Where the cells of a sheet lie. */
export interface SheetLayout {
  readonly width: number;
  readonly height: number;
  /** the left edge of each column of cells, and its width */
  readonly columns: readonly number[];
  /** the upper edge of each row of cells */
  readonly rows: readonly number[];
  readonly left: number;
  readonly head: number;
}

/**
 * Lays images out in a grid: one row for each list, one column for each image in it.
 *
 * @param rows images of any size; rows may differ in length
 * @param cell side of a square cell in pixels, ≥ 1; an image keeps its aspect in it, repeated pixel by pixel
 *   where it is smaller, averaged where it is larger
 * @param typeface what words are written in
 * @param columns what stands above the columns
 * @returns an opaque image: cells are 4 pixels apart, names to the left of rows and above columns
 */
export function contactSheet(
  rows: readonly Row[],
  cell: number,
  typeface: Typeface,
  columns: readonly Heading[] = [],
): RgbaImage {
  const headings = columns.map((heading) => headingLines(heading, cell, typeface));
  const layout = sheetLayout(rows, cell, typeface, headings);
  const { width, height } = layout;
  const data = new Uint8Array(4 * width * height);
  for (let i = 0; i < data.length; i += 4) data.set(PAPER, i);
  const sheet: RgbaImage = { width, height, data };

  headings.forEach((lines, c) => {
    writeLines(sheet, lines, layout.columns[c], GAP, typeface);
  });
  rows.forEach(({ heading, cells }, r) => {
    const top = layout.rows[r];
    if (heading) {
      const lines = sideLines(heading, typeface);
      const tall = lines.reduce((sum, { style }) => sum + lineHeight(style), 0);
      writeLines(sheet, lines, GAP, top + Math.max(0, Math.floor((cell - tall) / 2)), typeface);
    }
    cells.forEach(({ image, caption }, c) => {
      const left = layout.columns[c];
      if (image !== undefined) paste(sheet, fit(image, cell), left, top, cell);
      if (caption !== undefined) {
        const text = shortened(caption, cell, DETAIL.size, typeface);
        const x = left + Math.floor((cell - textWidth(text, DETAIL.size, typeface)) / 2);
        drawText(sheet, text, { ...DETAIL, typeface, x, y: top + cell + DETAIL.size });
      }
    });
  });
  return sheet;
}

interface Line {
  readonly text: string;
  readonly style: typeof NAME | typeof DETAIL;
}

/** A heading above a column, broken into lines as wide as a cell. */
const headingLines = ({ name, details = [] }: Heading, cell: number, typeface: Typeface): Line[] => [
  { text: shortened(name, cell, NAME.size, typeface), style: NAME },
  ...wrapped(details, cell, DETAIL.size, typeface).map((text) => ({ text, style: DETAIL })),
];

/** A heading to the left of a row, each part on one line. */
const sideLines = ({ name, details = [] }: Heading, typeface: Typeface): Line[] => [
  { text: shortened(name, WIDEST, NAME.size, typeface), style: NAME },
  ...details.map((text) => ({ text: shortened(text, WIDEST, DETAIL.size, typeface), style: DETAIL })),
];

/** Where everything goes. */
export function sheetLayout(
  rows: readonly Row[],
  cell: number,
  typeface: Typeface,
  headings: readonly (readonly Line[])[] = [],
): SheetLayout {
  const count = Math.max(0, headings.length, ...rows.map(({ cells }) => cells.length));
  const names = rows.flatMap(({ heading }) => (heading ? sideLines(heading, typeface) : []));
  const widest = Math.max(0, ...names.map(({ text, style }) => textWidth(text, style.size, typeface)));
  const left = GAP + (widest === 0 ? 0 : Math.ceil(widest) + MARGIN);
  const tallest = Math.max(
    0,
    ...headings.map((lines) => lines.reduce((sum, { style }) => sum + lineHeight(style), 0)),
  );
  const head = GAP + (tallest === 0 ? 0 : tallest + GAP);
  const columns = Array.from({ length: count }, (_, c) => left + c * (cell + GAP));
  const tops: number[] = [];
  let y = head;
  for (const { cells } of rows) {
    tops.push(y);
    const captioned = cells.some(({ caption }) => caption !== undefined);
    y += cell + GAP + (captioned ? lineHeight(DETAIL) : 0);
  }
  return { width: left + count * (cell + GAP), height: y, columns, rows: tops, left, head };
}

function writeLines(
  sheet: RgbaImage,
  lines: readonly Line[],
  x: number,
  top: number,
  typeface: Typeface,
): void {
  let y = top;
  for (const { text, style } of lines) {
    drawText(sheet, text, { ...style, typeface, x, y: y + style.size });
    y += lineHeight(style);
  }
}

/** Puts an image into the middle of a cell. */
function paste(sheet: RgbaImage, image: RgbaImage, left: number, top: number, cell: number): void {
  const x = left + Math.floor((cell - image.width) / 2);
  const y = top + Math.floor((cell - image.height) / 2);
  for (let row = 0; row < image.height; row++) {
    const pixels = image.data.subarray(4 * row * image.width, 4 * (row + 1) * image.width);
    sheet.data.set(pixels, 4 * ((y + row) * sheet.width + x));
  }
}

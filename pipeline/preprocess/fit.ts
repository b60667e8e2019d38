import * as v from 'valibot';
import { type GrayImage, type GrayRows, rowsOf } from '../image/image.ts';
import { resampleRows } from '../image/resample.ts';
import { whole } from '../numbers.ts';
import { resizeRows } from './resize.ts';
import type { StepKind } from './step.ts';

/** How a whole picture is put on a square canvas. */
export interface FitParameters {
  /** side of the square canvas in pixels */
  readonly size: number;
  /** `contain`, the whole picture with black beside it, when left out; see `ways` */
  readonly how?: keyof typeof ways | undefined;
}

/** How a picture of any aspect becomes a square, by the names that CSS has for it (object-fit; `stretch` is its fill). */
const ways = {
  /** the whole picture, in the middle, with black beside it */
  contain: (rows: GrayRows, size: number) => inTheMiddle(resizeRows(rows, { box: size }), size),
  /** its middle, as large a square as it holds */
  cover: (rows: GrayRows, size: number) => resampleRows(middleOf(rows), size, size),
  /** the whole picture, without its aspect */
  stretch: (rows: GrayRows, size: number) => resampleRows(rows, size, size),
};

/**
 * Makes a square of a whole picture, whatever it shows: the last step of a recipe that looks for no ink.
 */
export const fit: StepKind<FitParameters> = {
  expects:
    'size, a whole number of pixels from 1 to 4096, and how "contain", "cover" or "stretch", the first when left out',
  parameters: v.object({
    size: whole(1, 4096),
    how: v.optional(v.picklist(Object.keys(ways) as (keyof typeof ways)[])),
  }),
  eachChannel: true,
  work: () => 100,
  largest: (_size, { size }) => ({ width: size, height: size }),
  apply: (image, parameters) => fitRows(rowsOf(image), parameters),
  applyRows: fitRows,
};

function fitRows(rows: GrayRows, { size, how = 'contain' }: FitParameters): GrayImage {
  return ways[how](rows, size);
}

function inTheMiddle({ width, height, data }: GrayImage, size: number): GrayImage {
  if (width === size && height === size) return { width, height, data };
  const out = new Float32Array(size * size);
  const [left, top] = [(size - width) >> 1, (size - height) >> 1];
  for (let y = 0; y < height; y++) {
    out.set(data.subarray(y * width, (y + 1) * width), (top + y) * size + left);
  }
  return { width: size, height: size, data: out };
}

function middleOf({ width, height, row }: GrayRows): GrayRows {
  const side = Math.min(width, height);
  const [left, top] = [(width - side) >> 1, (height - side) >> 1];
  return { width: side, height: side, row: (y) => row(top + y).subarray(left, left + side) };
}

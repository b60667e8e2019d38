import * as v from 'valibot';
import { type GrayImage, type GrayRows, rowsOf } from '../image/image.ts';
import { whole } from '../numbers.ts';
import type { StepKind } from './step.ts';

export interface ResizeParameters {
  /** pixels of the longer side of the result */
  readonly box: number;
}

/**
 * Scales an image so that its longer side has `box` pixels and its aspect stays, each side at least 1 pixel.
 */
export const resize: StepKind<ResizeParameters> = {
  expects: 'box, a whole number of pixels from 1 to 4096',
  parameters: v.object({ box: whole(1, 4096) }),
  apply: (image, parameters) => resizeRows(rowsOf(image), parameters),
};

/** The step for an image that comes row by row. */
export function resizeRows(rows: GrayRows, { box }: ResizeParameters): GrayImage {
  const scale = box / Math.max(rows.width, rows.height);
  const side = (length: number): number => Math.max(1, Math.round(length * scale));
  return resampleRows(rows, side(rows.width), side(rows.height));
}

/**
 * Scales an image to any size, one axis after the other: an axis that shrinks takes the mean over the area
 * that each new pixel covers, one that grows is interpolated linearly between pixel centres. Both are the
 * separable forms given by Wolberg, "Digital Image Warping" (1990), chapter 5.
 */
export const resampleRows = (rows: GrayRows, width: number, height: number): GrayImage =>
  transpose(resampleWidth(rowsOf(transpose(resampleWidth(rows, width))), height));

/** One new pixel of a row: the mean of old pixels from `start` on, by weights that sum to 1. */
export interface Tap {
  start: number;
  weights: number[];
}

function resampleWidth({ width, height, row }: GrayRows, newWidth: number): GrayImage {
  const taps = newWidth < width ? areaTaps(width, newWidth) : linearTaps(width, newWidth);
  const out = new Float32Array(newWidth * height);
  for (let y = 0; y < height; y++) {
    const old = row(y);
    for (let x = 0; x < newWidth; x++) {
      const { start, weights } = taps[x];
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k] * old[start + k];
      out[y * newWidth + x] = sum;
    }
  }
  return { width: newWidth, height, data: out };
}

/**
 * New pixel i covers [i·r, (i+1)·r) of the old axis, r = old/new; each old pixel weighs by its share of that.
 */
export function areaTaps(from: number, to: number): Tap[] {
  const ratio = from / to;
  return Array.from({ length: to }, (_, i) => {
    const low = i * ratio;
    const high = Math.min(from, (i + 1) * ratio);
    const start = Math.floor(low);
    const weights: number[] = [];
    for (let k = start; k < high; k++) {
      weights.push((Math.min(k + 1, high) - Math.max(k, low)) / (high - low));
    }
    return { start, weights };
  });
}

/** The centre of new pixel i lies at (i + ½)·r − ½ on the old axis, between two old centres. */
function linearTaps(from: number, to: number): Tap[] {
  const ratio = from / to;
  return Array.from({ length: to }, (_, i) => {
    const centre = Math.min(Math.max((i + 0.5) * ratio - 0.5, 0), from - 1);
    const start = Math.floor(centre);
    const share = centre - start;
    return { start, weights: share === 0 ? [1] : [1 - share, share] };
  });
}

function transpose({ width, height, data }: GrayImage): GrayImage {
  const out = new Float32Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) out[x * height + y] = data[y * width + x];
  }
  return { width: height, height: width, data: out };
}

import * as v from 'valibot';
import { type GrayImage, type GrayRows, rowsOf } from '../image/image.ts';
import { resampleRows } from '../image/resample.ts';
import { whole } from '../numbers.ts';
import type { StepKind } from './step.ts';

/** How large an image becomes. */
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
  eachChannel: true,
  work: () => 100,
  // Whatever shape a crop has left.
  largest: (_size, { box }) => ({ width: box, height: box }),
  apply: (image, parameters) => resizeRows(rowsOf(image), parameters),
  applyRows: resizeRows,
};

/** The step for an image that comes row by row. */
export function resizeRows(rows: GrayRows, { box }: ResizeParameters): GrayImage {
  const scale = box / Math.max(rows.width, rows.height);
  const side = (length: number): number => Math.max(1, Math.round(length * scale));
  return resampleRows(rows, side(rows.width), side(rows.height));
}

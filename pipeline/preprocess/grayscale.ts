import * as v from 'valibot';
import { type GrayImage, type GrayRows, type RgbaImage, wholeOf } from '../image/image.ts';

/** Which shares of red, green and blue make brightness: those of screens of today, or of most older image software. */
export type LumaName = 'rec709' | 'rec601';

/** The first step of a recipe that makes grey images: it takes colours. */
export interface GrayscaleStep {
  /** Which step it is. */
  readonly step: 'grayscale';
  /** The shares of red, green and blue. */
  readonly weights: LumaName;
}

/** Shares of red, green and blue in luma: Recommendations ITU-R BT.709-6 and BT.601-7. */
export const LUMA = {
  rec709: [0.2126, 0.7152, 0.0722],
  rec601: [0.299, 0.587, 0.114],
} as const satisfies Record<LumaName, readonly number[]>;

/** What a grayscale step that is read from JSON must be. */
export const grayscaleStep = v.object({
  step: v.literal('grayscale'),
  weights: v.picklist(Object.keys(LUMA) as (keyof typeof LUMA)[]),
});

/**
 * Colour → brightness: Y = wr·R + wg·G + wb·B on the gamma-encoded values, then over white paper,
 * α·Y + (1 − α).
 *
 * @param weights `rec709` (screens of today) or `rec601` (what most older image software uses)
 * @returns an image of the same size, 0…1
 */
export function grayscale(image: RgbaImage, weights: keyof typeof LUMA): GrayImage {
  return wholeOf(grayRows(image, weights));
}

/** The same image, made row by row. */
export function grayRows({ width, height, data }: RgbaImage, weights: keyof typeof LUMA): GrayRows {
  const out = new Float32Array(width);
  const row = (y: number): Float32Array => {
    toGray(data, 4 * y * width, LUMA[weights], out);
    return out;
  };
  return { width, height, row };
}

/** Fills a row from pixels that start at a byte of the data. */
function toGray(data: Uint8Array, start: number, [red, green, blue]: readonly number[], out: Float32Array) {
  for (let x = 0, at = start; x < out.length; x++, at += 4) {
    const luma = (red * data[at] + green * data[at + 1] + blue * data[at + 2]) / 255;
    const alpha = data[at + 3] / 255;
    out[x] = alpha * luma + (1 - alpha);
  }
}

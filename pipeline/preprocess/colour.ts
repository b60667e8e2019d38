import * as v from 'valibot';
import type { GrayRows, RgbaImage } from '../image/image.ts';

/** The first step of a recipe that keeps colours. */
export interface ColourStep {
  /** Which step it is. */
  readonly step: 'colour';
}

/** What a colour step that is read from JSON must be. */
export const colourStep = v.object({ step: v.literal('colour') });

/**
 * Red, green and blue of a picture as a grey image each, 0…1, made row by row: the gamma-encoded values over white paper,
 * α·v + (1 − α).
 */
export const colourRows = ({ width, height, data }: RgbaImage): GrayRows[] =>
  [0, 1, 2].map((channel) => {
    const out = new Float32Array(width);
    const row = (y: number): Float32Array => {
      for (let x = 0, at = 4 * y * width; x < width; x++, at += 4) {
        const alpha = data[at + 3] / 255;
        out[x] = (alpha * data[at + channel]) / 255 + (1 - alpha);
      }
      return out;
    };
    return { width, height, row };
  });

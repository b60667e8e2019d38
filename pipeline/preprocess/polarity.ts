import * as v from 'valibot';
import { type GrayImage, meanBrightness } from '../image/image.ts';
import type { StepKind } from './step.ts';

/** How the ink is. */
export interface PolarityParameters {
  /** how the ink is in the input: darker than the paper, brighter, or to be found out */
  readonly ink: 'auto' | 'dark' | 'bright';
}

/**
 * Makes ink bright on black, as MNIST has it, by v → 1 − v where ink is dark.
 *
 * `auto` compares the border with the whole: writing keeps clear of most of the border, so a border whose
 * median is brighter than the mean of the image is bright paper. The median, since a ruled line or a shadow
 * that runs into the border often puts more ink there than the character has. A blank image takes the side of
 * its own brightness and becomes black.
 */
export const polarity: StepKind<PolarityParameters> = {
  expects: 'ink "auto", "dark" or "bright"',
  parameters: v.object({ ink: v.picklist(['auto', 'dark', 'bright']) }),
  work: () => 20,
  apply: (image, { ink }) => {
    const dark = ink === 'auto' ? inkIsDark(image) : ink === 'dark';
    return dark ? inverted(image) : image;
  },
};

/** v → 1 − v. */
export function inverted({ width, height, data }: GrayImage): GrayImage {
  const out = new Float32Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = 1 - data[i];
  return { width, height, data: out };
}

/** What `auto` finds out. */
export const inkIsDark = (image: GrayImage): boolean =>
  isBrightPaper(medianOf(borderOf(image)), meanBrightness(image));

/**
 * The rule of `auto`.
 *
 * @param border the median brightness of the border, 0…1
 * @param whole the mean brightness of the image, 0…1
 */
export function isBrightPaper(border: number, whole: number): boolean {
  // The mean of many equal greys differs from them in its last bits, so a blank image shows as "almost
  // equal".
  return Math.abs(border - whole) < 1e-6 ? whole > 0.5 : border > whole;
}

/** The middle one of some values, the upper one of two; sorts them. */
export const medianOf = (values: Float32Array): number => values.sort()[Math.floor(values.length / 2)];

/** The brightness of the outermost rows and columns. */
function borderOf({ width, height, data }: GrayImage): Float32Array {
  const values: number[] = [];
  for (let y = 0; y < height; y++) {
    const step = y === 0 || y === height - 1 ? 1 : Math.max(1, width - 1);
    for (let x = 0; x < width; x += step) values.push(data[y * width + x]);
  }
  return Float32Array.from(values);
}

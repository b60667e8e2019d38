import { type GrayImage, toByte } from '../image.ts';
import { isNumber, type StepKind } from './step.ts';

export type ThresholdParameters =
  | { readonly method: 'none' }
  | { readonly method: 'otsu' }
  | {
      readonly method: 'fixed';
      /** brightness 0…1; what is brighter becomes 1 */
      readonly level: number;
    };

/** Makes an image two-valued: 1 where it is brighter than the level, 0 elsewhere; `none` leaves it grey. */
export const threshold: StepKind<ThresholdParameters> = {
  expects: 'method "none", "otsu", or "fixed" and a level of 0 to 1',
  accepts: (fields): fields is typeof fields & ThresholdParameters =>
    fields.method === 'none' ||
    fields.method === 'otsu' ||
    (fields.method === 'fixed' && isNumber(fields.level, 0, 1)),
  apply: (image, parameters) => {
    if (parameters.method === 'none') return image;
    const level = parameters.method === 'otsu' ? otsuLevel(image) : parameters.level;
    return { ...image, data: image.data.map((value) => (value > level ? 1 : 0)) };
  },
};

/**
 * The level that parts an image's histogram of 256 bins into the two classes with the largest between-class
 * variance, σ²(t) = ω₀(t)·ω₁(t)·(μ₀(t) − μ₁(t))²: Otsu, "A threshold selection method from gray-level
 * histograms", IEEE Transactions on Systems, Man and Cybernetics 9(1), 1979.
 *
 * Where a gap between the classes makes several levels equally good, the middle of the gap is taken, the
 * choice that noise upsets least.
 *
 * @returns a brightness 0…1, halfway between two bins; 0.5 for an image of one brightness, which has no
 *   classes
 */
export function otsuLevel(image: GrayImage): number {
  const histogram = new Uint32Array(256);
  for (const value of image.data) histogram[toByte(value)]++;
  const count = image.data.length;
  let total = 0;
  for (let bin = 0; bin < 256; bin++) total += bin * histogram[bin];

  let best = 0;
  let first = 127;
  let last = 127;
  let below = 0;
  let sumBelow = 0;
  for (let t = 0; t < 255; t++) {
    below += histogram[t];
    sumBelow += t * histogram[t];
    if (below === 0 || below === count) continue;
    const distance = sumBelow / below - (total - sumBelow) / (count - below);
    const variance = below * (count - below) * distance * distance;
    if (variance > best) {
      best = variance;
      first = t;
      last = t;
    } else if (variance === best && last === t - 1) {
      last = t;
    }
  }
  return (Math.floor((first + last) / 2) + 0.5) / 255;
}

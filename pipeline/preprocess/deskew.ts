import * as v from 'valibot';
import type { GrayImage } from '../image/image.ts';
import { within } from '../numbers.ts';
import type { StepKind } from './step.ts';

/** How much slant is undone. */
export interface DeskewParameters {
  /** the largest slant that is undone, in pixels sideways for each pixel of height; 1 is 45° */
  readonly limit: number;
}

/**
 * Undoes the slant of bright ink by a shear of its rows, x' = x − a·(y − ȳ) with a = μ₁₁ / μ₀₂, the shear after
 * which the ink's moment μ₁₁ is 0: Teow and Loe, "Robust vision-based features and classification schemes for
 * off-line handwritten digit recognition", Pattern Recognition 35 (2002). Brightness is interpolated along
 * the row and the image grows sideways, so that no ink falls off.
 *
 * A slant beyond the limit is left alone: for a dash, whose rows say next to nothing, a is huge.
 */
export const deskew: StepKind<DeskewParameters> = {
  expects: 'limit, a slant of 0 to 2',
  parameters: v.object({ limit: within(0, 2) }),
  work: () => 30,
  largest: ({ width, height }, { limit }) => ({ width: widened(width, height, limit), height }),
  apply: (image, { limit }) => {
    const { slant, middle } = slantOf(image);
    return slant === 0 || Math.abs(slant) > limit ? image : shear(image, slant, middle);
  },
};

/** a = μ₁₁ / μ₀₂, and ȳ; a is 0 where the ink has no height. */
export function slantOf({ width, height, data }: GrayImage): { slant: number; middle: number } {
  let [mass, sumX, sumY, sumXY, sumYY] = [0, 0, 0, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = data[y * width + x];
      mass += value;
      sumX += value * x;
      sumY += value * y;
      sumXY += value * x * y;
      sumYY += value * y * y;
    }
  }
  if (mass === 0) return { slant: 0, middle: 0 };
  const middle = sumY / mass;
  const covariance = sumXY / mass - (sumX / mass) * middle;
  const variance = sumYY / mass - middle * middle;
  return { slant: variance > 1e-9 ? covariance / variance : 0, middle };
}

/** The width of an image whose rows were moved. */
const widened = (width: number, height: number, slant: number): number =>
  width + Math.ceil(Math.abs(slant) * (height - 1)) + 1;

function shear({ width, height, data }: GrayImage, slant: number, middle: number): GrayImage {
  const shiftOf = (y: number): number => -slant * (y - middle);
  const leftmost = Math.min(shiftOf(0), shiftOf(height - 1));
  const wider = widened(width, height, slant);
  const out = new Float32Array(wider * height);
  for (let y = 0; y < height; y++) {
    const shift = shiftOf(y) - leftmost;
    const whole = Math.floor(shift);
    const share = shift - whole;
    for (let x = 0; x < width; x++) {
      const value = data[y * width + x];
      out[y * wider + whole + x] += (1 - share) * value;
      if (share > 0) out[y * wider + whole + x + 1] += share * value;
    }
  }
  return { width: wider, height, data: out };
}

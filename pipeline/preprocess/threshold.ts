import * as v from 'valibot';
import { type GrayImage, toByte } from '../image/image.ts';
import { odd, within } from '../numbers.ts';
import { inkIsDark, inverted } from './polarity.ts';
import { sauvolaLevels } from './sauvola.ts';
import type { StepKind } from './step.ts';

/** What is told from the paper, and how. */
export type ThresholdParameters =
  | { readonly method: 'none' }
  | { readonly method: 'otsu' }
  | {
      readonly method: 'fixed';
      /** brightness 0…1; what is brighter becomes 1 */
      readonly level: number;
    }
  | {
      readonly method: 'sauvola';
      /** side of the square window in pixels, odd; wider than a stroke */
      readonly window: number;
      /** how much darker than its surroundings ink must be, 0…1 */
      readonly k: number;
    };

/** Makes an image two-valued: 1 where it is brighter than the level, 0 elsewhere; `none` leaves it grey. */
export const threshold: StepKind<ThresholdParameters> = {
  expects:
    'method "none", "otsu", "fixed" and a level of 0 to 1, or "sauvola", an odd window of 3 to 511 and a k ' +
    'of 0 to 1',
  parameters: v.variant('method', [
    v.object({ method: v.literal('none') }),
    v.object({ method: v.literal('otsu') }),
    v.object({ method: v.literal('fixed'), level: within(0, 1) }),
    v.object({ method: v.literal('sauvola'), window: odd(3, 511), k: within(0, 1) }),
  ]),
  work: ({ method }) => (method === 'none' ? 0 : method === 'sauvola' ? 300 : 60),
  apply: (image, parameters) => {
    switch (parameters.method) {
      case 'none':
        return image;
      case 'otsu':
        return above(image, otsuLevel(image));
      case 'fixed':
        return above(image, parameters.level);
      case 'sauvola':
        return sauvola(image, parameters.window, parameters.k);
    }
  },
};

function above({ width, height, data }: GrayImage, level: number): GrayImage {
  const out = new Float32Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = data[i] > level ? 1 : 0;
  return { width, height, data: out };
}

/** Sauvola's levels are for dark ink, so an image with bright ink is turned round and back. */
function sauvola(image: GrayImage, window: number, k: number): GrayImage {
  if (!inkIsDark(image)) return inverted(sauvolaOfDark(inverted(image), window, k));
  return sauvolaOfDark(image, window, k);
}

function sauvolaOfDark(image: GrayImage, window: number, k: number): GrayImage {
  const levels = sauvolaLevels(image, window, k);
  // Black paper has the level 0 everywhere, and no ink.
  return { ...image, data: image.data.map((value, i) => (value >= levels[i] ? 1 : 0)) };
}

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
  const { data } = image;
  const count = data.length;
  for (let i = 0; i < count; i++) histogram[toByte(data[i])]++;
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

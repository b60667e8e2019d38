import { strokeWidth } from '../preprocess/stroke.ts';
import { largestAround, type Plane } from './extremes.ts';

/** A stroke thinner than this share of its character's longer side is a hairline … */
const HAIRLINE = 0.04;

/** … and gets this width, that of a fine pen. */
const PEN = 0.06;

/**
 * Ink as a pen would have drawn it: a hairline is widened, for at twenty pixels it would fade to a tenth of its ink, and
 * whatever threshold comes after it would tear it.
 *
 * @param plane ink 0…1
 * @param longer the longer side of the character in pixels
 */
export function penned(plane: Plane, longer: number): Plane {
  const width = strokeWidth(plane);
  if (width === 0 || width >= HAIRLINE * longer) return plane;
  return largestAround(plane, Math.max(1, Math.round((PEN * longer - width) / 2)));
}

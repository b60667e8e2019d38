import type { Plane } from './extremes.ts';

/** The sum of all steps of brightness between neighbours in rows and columns: the total variation of a picture. */
export function variationOf({ width, height, data }: Plane): number {
  let sum = 0;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (x > 0) sum += Math.abs(data[at] - data[at - 1]);
      if (y > 0) sum += Math.abs(data[at] - data[at - width]);
    }
  }
  return sum;
}

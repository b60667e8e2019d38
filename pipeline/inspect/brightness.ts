import type { GrayRows } from '../image/image.ts';
import { isBrightPaper, medianOf } from '../preprocess/polarity.ts';

/** How bright an image is as a whole. */
export interface Brightness {
  /** mean brightness, 0 black to 1 white */
  readonly mean: number;
  /** standard deviation of the brightness of its pixels, 0 to 0.5 */
  readonly deviation: number;
  /** by the rule of the step `polarity` */
  readonly inkIsDark: boolean;
}

/**
 * Takes the brightness of an image in one pass, row by row, so that its pixels are never in memory as floats. The
 * variance is that of the distances d to the first pixel, E[d²] − E[d]², which cancels nothing where an image is nearly
 * blank: Chan, Golub and LeVeque, "Algorithms for computing the sample variance", The American Statistician 37 (1983).
 */
export function brightnessOf({ width, height, row }: GrayRows): Brightness {
  const first = row(0)[0];
  const border = new Float32Array(Math.min(2, height) * width + Math.max(0, height - 2) * Math.min(2, width));
  let at = 0;
  let sum = 0;
  let distances = 0;
  let squares = 0;
  for (let y = 0; y < height; y++) {
    const values = row(y);
    for (let x = 0; x < width; x++) {
      const distance = values[x] - first;
      sum += values[x];
      distances += distance;
      squares += distance * distance;
    }
    if (y === 0 || y === height - 1) {
      border.set(values, at);
      at += width;
    } else {
      border[at++] = values[0];
      if (width > 1) border[at++] = values[width - 1];
    }
  }
  const pixels = width * height;
  const mean = sum / pixels;
  return {
    mean,
    deviation: Math.sqrt(Math.max(0, squares / pixels - (distances / pixels) ** 2)),
    inkIsDark: isBrightPaper(medianOf(border), mean),
  };
}

import type { Plane } from './extremes.ts';

/** Neighbours on drawn paper differ by less than this: it is the same colour all over, or a smooth gradient. */
const SMOOTH = 0.25 / 255;

/** Whether a picture was drawn by a program and not taken by a camera: most neighbours in a row are alike. */
export function isDrawn({ width, height, data }: Plane): boolean {
  let alike = 0;
  for (let y = 0; y < height; y++) {
    for (let at = y * width + 1, end = (y + 1) * width; at < end; at++) {
      alike += +(Math.abs(data[at] - data[at - 1]) < SMOOTH);
    }
  }
  return alike > 0.5 * (width - 1) * height;
}

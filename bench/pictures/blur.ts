import type { RgbaImage } from '../../pipeline/image/image.ts';
import type { Painter } from './canvas.ts';

/**
 * A picture that is out of focus. Three means over windows come near to a Gaussian, at a cost that does not grow
 * with it: Wells, "Efficient synthesis of Gaussian filters by cascaded uniform filters" (1986).
 *
 * @param sigma as a share of the character's longer side
 */
export const blur =
  (sigma: number): Painter =>
  (image, { width, height }) => {
    const pixels = sigma * Math.max(width, height);
    // n windows of 2r + 1 pixels have the variance n·((2r + 1)² − 1) / 12.
    const radius = Math.max(1, Math.round((Math.sqrt(4 * pixels * pixels + 1) - 1) / 2));
    for (let pass = 0; pass < 3; pass++) {
      meanLines(image, radius, image.height, image.width, 4 * image.width, 4);
      meanLines(image, radius, image.width, image.height, 4, 4 * image.width);
    }
  };

/** Each pixel of each line becomes the mean over 2·radius + 1 of them; at the ends the last one repeats. */
function meanLines(
  { data }: RgbaImage,
  radius: number,
  lines: number,
  length: number,
  apart: number,
  stride: number,
): void {
  const values = new Uint8Array(length);
  const last = length - 1;
  const size = 2 * radius + 1;
  for (let line = 0; line < lines; line++) {
    for (let c = 0; c < 3; c++) {
      const start = line * apart + c;
      for (let i = 0; i < length; i++) values[i] = data[start + i * stride];
      let sum = (radius + 1) * values[0];
      for (let i = 1; i <= radius; i++) sum += values[Math.min(i, last)];
      for (let i = 0; i < length; i++) {
        data[start + i * stride] = sum / size + 0.5;
        sum += values[Math.min(i + radius + 1, last)] - values[Math.max(i - radius, 0)];
      }
    }
  }
}

import type { Plane } from './extremes.ts';

/** With fewer pixels than this a small picture may look like noise by accident. */
const FEWEST = 400;

/** By how many standard deviations the correlation of neighbours may differ from none. */
const DEVIATIONS = 4.5;

/** Which neighbours are compared: columns to the right, rows down. */
const LAGS = [
  [1, 0],
  [0, 1],
  [1, 1],
  [2, 0],
  [0, 2],
] as const;

/**
 * Whether the pixels of a plane have nothing to do with their neighbours, as in noise that a program made. In such noise the
 * correlation of n pairs of neighbours is normal around 0 with a deviation of 1/√n (Anderson, "Distribution of the serial
 * correlation coefficient", Annals of Mathematical Statistics 13, 1942). In 28×28 pixels even a digit that was drawn with
 * a mouse is 18 deviations away.
 */
export function isWhiteNoise({ width, height, data }: Plane): boolean {
  if (data.length < FEWEST) return false;
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const variance = data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length;
  return LAGS.every(([right, down]) => {
    const pairs = (width - right) * (height - down);
    let sum = 0;
    for (let y = 0; y + down < height; y++) {
      const row = y * width;
      const other = row + down * width + right;
      for (let x = 0; x + right < width; x++) sum += (data[row + x] - mean) * (data[other + x] - mean);
    }
    return pairs > 0 && Math.abs(sum) < DEVIATIONS * Math.sqrt(pairs) * variance;
  });
}

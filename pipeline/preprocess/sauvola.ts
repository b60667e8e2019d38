import type { GrayImage } from '../image/image.ts';

/** R of the formula: the largest standard deviation that brightnesses of 0…1 can have. */
const LARGEST_DEVIATION = 0.5;

/**
 * A level for every pixel, from the mean m and the standard deviation s of the window around it:
 * T = m·(1 + k·(s/R − 1)), R = 0.5. Where the window holds no ink s is small, so T lies well below the paper
 * and its shade is not taken for ink: Sauvola and Pietikäinen, "Adaptive document image binarization",
 * Pattern Recognition 33 (2000). It is made for dark ink. The window is cut off at the border.
 *
 * m and s come from sums over all pixels above and to the left, so that the window's size costs no time:
 * Shafait, Keysers and Breuel, "Efficient implementation of local adaptive thresholding techniques using
 * integral images", SPIE 6815 (2008).
 *
 * @param window side of the square in pixels, odd
 * @param k how far T lies below m where s is small, 0…1; 0.2 to 0.5 as a rule
 */
export function sauvolaLevels({ width, height, data }: GrayImage, window: number, k: number): Float32Array {
  const sums = integral(data, width, height, (value) => value);
  const squares = integral(data, width, height, (value) => value * value);
  const reach = (window - 1) / 2;
  const levels = new Float32Array(data.length);
  for (let y = 0; y < height; y++) {
    const top = Math.max(0, y - reach) * (width + 1);
    const bottom = Math.min(height, y + reach + 1) * (width + 1);
    for (let x = 0; x < width; x++) {
      const left = Math.max(0, x - reach);
      const right = Math.min(width, x + reach + 1);
      const over = (table: Float64Array) =>
        table[bottom + right] - table[bottom + left] - table[top + right] + table[top + left];
      const count = ((bottom - top) / (width + 1)) * (right - left);
      const mean = over(sums) / count;
      const deviation = Math.sqrt(Math.max(0, over(squares) / count - mean * mean));
      levels[y * width + x] = mean * (1 + k * (deviation / LARGEST_DEVIATION - 1));
    }
  }
  return levels;
}

/** (width + 1)·(height + 1) sums, each over all pixels above and to the left. */
function integral(data: Float32Array, width: number, height: number, of: (value: number) => number) {
  const table = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += of(data[y * width + x]);
      table[(y + 1) * (width + 1) + x + 1] = table[y * (width + 1) + x + 1] + row;
    }
  }
  return table;
}

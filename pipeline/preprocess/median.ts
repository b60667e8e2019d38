import type { GrayImage } from '../image.ts';

/**
 * Replaces each pixel by the median of the window around it, which removes specks smaller than half a window
 * and keeps edges sharp: Tukey, "Exploratory Data Analysis" (1977). At the border the edge pixels repeat.
 *
 * @param window side of the square in pixels, odd
 */
export function median({ width, height, data }: GrayImage, window: number): GrayImage {
  const reach = (window - 1) / 2;
  const out = new Float32Array(data.length);
  const sorted = new Float32Array(window * window);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let count = 0;
      for (let dy = -reach; dy <= reach; dy++) {
        const row = clamp(y + dy, height) * width;
        for (let dx = -reach; dx <= reach; dx++) {
          insert(sorted, count++, data[row + clamp(x + dx, width)]);
        }
      }
      out[y * width + x] = sorted[(count - 1) / 2];
    }
  }
  return { width, height, data: out };
}

const clamp = (index: number, length: number): number => Math.min(Math.max(index, 0), length - 1);

/** Insertion sort, one value at a time: for nine values it beats any sort with a better bound. */
function insert(sorted: Float32Array, count: number, value: number): void {
  let at = count;
  while (at > 0 && sorted[at - 1] > value) {
    sorted[at] = sorted[at - 1];
    at--;
  }
  sorted[at] = value;
}

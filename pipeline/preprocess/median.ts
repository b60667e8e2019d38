import type { GrayImage } from '../image/image.ts';

/**
 * Replaces each pixel by the median of the window around it, which removes specks smaller than half a window
 * and keeps edges sharp: Tukey, "Exploratory Data Analysis" (1977). At the border the edge pixels repeat.
 *
 * @param window side of the square in pixels, odd
 */
export function median(image: GrayImage, window: number): GrayImage {
  return window === 3 ? medianOfNine(image) : medianOfMany(image, window);
}

/**
 * With the columns of a 3×3 window sorted, its median is the middle one of the largest low, the middle mid and
 * the smallest high: everything else has five values on one side. A column is sorted once for three windows,
 * which takes a tenth of the time of sorting each.
 */
function medianOfNine({ width, height, data }: GrayImage): GrayImage {
  const out = new Float32Array(data.length);
  // The column at x stands at x + 1, with the first and the last repeated beside them.
  const [low, mid, high] = [0, 1, 2].map(() => new Float32Array(width + 2));
  for (let y = 0; y < height; y++) {
    const [above, here, below] = [y - 1, y, y + 1].map((row) => clamp(row, height) * width);
    for (let i = 0; i < width + 2; i++) {
      const x = clamp(i - 1, width);
      const [a, b, c] = [data[above + x], data[here + x], data[below + x]];
      low[i] = Math.min(a, b, c);
      mid[i] = middle(a, b, c);
      high[i] = Math.max(a, b, c);
    }
    for (let x = 0; x < width; x++) {
      out[here + x] = middle(
        Math.max(low[x], low[x + 1], low[x + 2]),
        middle(mid[x], mid[x + 1], mid[x + 2]),
        Math.min(high[x], high[x + 1], high[x + 2]),
      );
    }
  }
  return { width, height, data: out };
}

const middle = (a: number, b: number, c: number): number =>
  Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));

function medianOfMany({ width, height, data }: GrayImage, window: number): GrayImage {
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

/** Insertion sort, one value at a time: for few values it beats any sort with a better bound. */
function insert(sorted: Float32Array, count: number, value: number): void {
  let at = count;
  while (at > 0 && sorted[at - 1] > value) {
    sorted[at] = sorted[at - 1];
    at--;
  }
  sorted[at] = value;
}

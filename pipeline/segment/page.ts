import type { GrayImage, RgbaImage } from '../image/image.ts';
import { grayscale } from '../preprocess/grayscale.ts';

/** A picture at the size it is worked on. */
export interface Page {
  /** brightness, 0…1 */
  readonly image: GrayImage;
  /** pixels of the picture in each direction that became one */
  readonly factor: number;
}

/**
 * A picture as brightness with at most so many pixels, each the mean over a square of `factor`² old ones, so
 * that time and memory are bounded and places are mapped back by a product. Squares that the last column or
 * row cuts off are the mean of what is there.
 *
 * @param pixels ≥ 1
 */
export function pageOf(picture: RgbaImage, pixels: number): Page {
  const { width, height } = picture;
  const factor = Math.max(1, Math.ceil(Math.sqrt((width * height) / pixels)));
  if (factor === 1) return { image: grayscale(picture, 'rec709'), factor };
  const small = { width: Math.ceil(width / factor), height: Math.ceil(height / factor) };
  const data = new Float32Array(small.width * small.height);
  for (let row = 0; row < small.height; row++) {
    // A strip of rows at a time: a whole picture of floats would be the largest thing in memory.
    const top = row * factor;
    const rows = Math.min(factor, height - top);
    const bytes = picture.data.subarray(4 * top * width, 4 * (top + rows) * width);
    const strip = grayscale({ width, height: rows, data: bytes }, 'rec709').data;
    const sums = data.subarray(row * small.width, (row + 1) * small.width);
    for (let i = 0; i < strip.length; i++) sums[Math.floor((i % width) / factor)] += strip[i];
    for (let x = 0; x < small.width; x++) sums[x] /= rows * Math.min(factor, width - x * factor);
  }
  return { image: { ...small, data }, factor };
}

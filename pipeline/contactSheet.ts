import { type GrayImage, type RgbaImage, toByte } from './image.ts';
import { resample } from './preprocess/resize.ts';

/** Pixels between cells and around the sheet. */
const GAP = 4;

/** A light paper tone, on which both black and white cells stand out. */
const PAPER = [236, 234, 229, 255];

/**
 * Lays grey images out in a grid: one row for each list, one column for each image in it.
 *
 * @param rows images of any size; rows may differ in length
 * @param cell side of a square cell in pixels, ≥ 1; an image keeps its aspect in it, repeated pixel by pixel
 *   where it is smaller, averaged where it is larger
 * @returns an opaque image of columns·(cell + 4) + 4 by rows·(cell + 4) + 4 pixels
 */
export function contactSheet(rows: GrayImage[][], cell: number): RgbaImage {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const width = columns * (cell + GAP) + GAP;
  const height = rows.length * (cell + GAP) + GAP;
  const data = new Uint8Array(4 * width * height);
  for (let i = 0; i < data.length; i += 4) data.set(PAPER, i);

  rows.forEach((row, r) => {
    row.forEach((image, c) => {
      const fitted = fit(image, cell);
      const left = GAP + c * (cell + GAP) + Math.floor((cell - fitted.width) / 2);
      const top = GAP + r * (cell + GAP) + Math.floor((cell - fitted.height) / 2);
      fitted.data.forEach((value, i) => {
        const x = left + (i % fitted.width);
        const y = top + Math.floor(i / fitted.width);
        data.fill(toByte(value), 4 * (y * width + x), 4 * (y * width + x) + 3);
      });
    });
  });
  return { width, height, data };
}

/** Scales an image to a longer side of `cell` pixels. */
function fit(image: GrayImage, cell: number): GrayImage {
  const scale = cell / Math.max(image.width, image.height);
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  return scale > 1 ? enlarge(image, width, height) : resample(image, width, height);
}

/** Nearest neighbour, so that the pixels of a small image can be seen and counted. */
function enlarge(image: GrayImage, width: number, height: number): GrayImage {
  const data = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * image.height) / height) * image.width;
    for (let x = 0; x < width; x++) {
      data[y * width + x] = image.data[row + Math.floor(((x + 0.5) * image.width) / width)];
    }
  }
  return { width, height, data };
}

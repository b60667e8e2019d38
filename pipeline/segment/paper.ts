import { type GrayImage, toByte } from '../image/image.ts';
import { medianBin } from './histogram.ts';
import { medianOf } from './median.ts';

/** The brightness of the paper, tile by tile. */
export interface Paper {
  /** side of a square tile in pixels; the last of a row or column may be cut off */
  readonly side: number;
  readonly columns: number;
  /** the median brightness of each tile, row by row */
  readonly levels: readonly number[];
}

/** A tile is an eighth of the shorter side, so that a stroke does not fill it, and no smaller than this. */
const SMALLEST_TILE = 32;

/** What most of each tile is: ink covers less than half of it. */
export function paperOf({ width, height, data }: GrayImage): Paper {
  const side = Math.max(SMALLEST_TILE, Math.ceil(Math.min(width, height) / 8));
  const columns = Math.ceil(width / side);
  const levels: number[] = [];
  for (let top = 0; top < height; top += side) {
    for (let left = 0; left < width; left += side) {
      const bottom = Math.min(height, top + side);
      const right = Math.min(width, left + side);
      const histogram = new Uint32Array(256);
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) histogram[toByte(data[y * width + x])]++;
      }
      levels.push(medianBin(histogram) / 255);
    }
  }
  return { side, columns, levels };
}

/** The paper of the inverted image. */
export const invertedPaper = (paper: Paper): Paper => ({
  ...paper,
  levels: paper.levels.map((level) => 1 - level),
});

/** The paper's brightness at a pixel of an image that is so wide. */
export function levelAt({ side, columns, levels }: Paper, pixel: number, width: number): number {
  const x = pixel % width;
  const y = (pixel - x) / width;
  return levels[Math.floor(y / side) * columns + Math.floor(x / side)];
}

/** How far the tiles differ, from the tenth to the ninth tenth, so that a tile full of ink does not count. */
export function unevenness({ levels }: Paper): number {
  const sorted = [...levels].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  return at(0.9) - at(0.1);
}

/**
 * Whether ink is darker than paper: Σ (v − paper)³ < 0. Ink is the smaller part of each tile and far from its
 * median, and the third power keeps the sign. Looking at each tile alone, this holds where a shadow or a dark
 * corner makes the border of a photograph darker than its mean. An even picture takes the side of its own
 * brightness.
 */
export function inkIsDark({ width, data }: GrayImage, paper: Paper): boolean {
  let sum = 0;
  data.forEach((value, i) => {
    sum += (value - levelAt(paper, i, width)) ** 3;
  });
  return Math.abs(sum) < 1e-6 ? medianOf(paper.levels) > 0.5 : sum < 0;
}

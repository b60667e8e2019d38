import type { Box } from '../image/box.ts';
import type { RgbaImage } from '../image/image.ts';
import type { Surface } from './surface.ts';
import { wordsOf } from './words.ts';

/** A part of a picture at the size it is looked at: its colours over what lies under it, 0…1. */
export interface SmallPicture {
  readonly width: number;
  readonly height: number;
  /** the part that is looked at, in pixels of the picture */
  readonly region: Box;
  /** pixels of the picture in each direction that became one */
  readonly factor: number;
  /** red, green and blue, a plane each; a single plane where all of them would be the same */
  readonly channels: readonly Float32Array[];
}

/**
 * Takes the mean of squares of factor² pixels, so that places are mapped back by a product; squares that the last column
 * or row of the region cuts off are the mean of what is there.
 */
export function shrink(picture: RgbaImage, surface: Surface, region: Box, factor: number): SmallPicture {
  const width = Math.ceil(region.width / factor);
  const height = Math.ceil(region.height / factor);
  const [red, green, blue] = [0, 1, 2].map(() => new Float32Array(width * height));
  const words = surface.kind === 'opaque' ? wordsOf(picture.data) : undefined;
  if (words !== undefined) return shrinkOpaque(words, picture.width, region, factor, [red, green, blue]);
  const isInk = surface.kind === 'ink';
  const { data } = picture;
  const [r, g, b] = surface.kind === 'sheet' ? surface.color : [255, 255, 255];
  let isGray = true;
  for (let y = 0; y < region.height; y++) {
    const row = Math.floor(y / factor) * width;
    const start = 4 * ((region.y + y) * picture.width + region.x);
    const stop = start + 4 * region.width;
    for (let to = row, from = start; from < stop; to++) {
      const end = Math.min(from + 4 * factor, stop);
      let [sumR, sumG, sumB, clear] = [0, 0, 0, 0];
      for (let at = from; at < end; at += 4) {
        sumR += data[at];
        sumG += data[at + 1];
        sumB += data[at + 2];
        clear += 255 - data[at + 3];
      }
      if (isInk) sumR = sumG = sumB = clear;
      else if (clear > 0) {
        [sumR, sumG, sumB] = [0, 0, 0];
        for (let at = from; at < end; at += 4) {
          const share = data[at + 3] / 255;
          sumR += share * data[at] + (1 - share) * r;
          sumG += share * data[at + 1] + (1 - share) * g;
          sumB += share * data[at + 2] + (1 - share) * b;
        }
      }
      red[to] += sumR;
      green[to] += sumG;
      blue[to] += sumB;
      if (sumR !== sumG || sumG !== sumB) isGray = false;
      from = end;
    }
  }
  const channels = isGray || isInk ? [red] : [red, green, blue];
  return means({ width, height, region, factor, channels });
}

/** Sums of squares → means, 0…1. */
function means(small: SmallPicture): SmallPicture {
  const { width, height, region, factor, channels } = small;
  for (let y = 0; y < height; y++) {
    const rows = Math.min(factor, region.height - y * factor);
    for (let x = 0; x < width; x++) {
      const share = 1 / (255 * rows * Math.min(factor, region.width - x * factor));
      for (const channel of channels) channel[y * width + x] *= share;
    }
  }
  return small;
}

/**
 * A picture without clear pixels, four bytes at a time: red and blue are summed in the halves of one number, which hold
 * 256 of them. 1200×900 pixels take 2 ms instead of 9.
 */
function shrinkOpaque(
  words: Uint32Array,
  stride: number,
  region: Box,
  factor: number,
  [red, green, blue]: readonly Float32Array[],
): SmallPicture {
  const width = Math.ceil(region.width / factor);
  const height = Math.ceil(region.height / factor);
  let isGray = true;
  for (let y = 0; y < region.height; y++) {
    let to = Math.floor(y / factor) * width;
    let from = (region.y + y) * stride + region.x;
    for (const stop = from + region.width; from < stop; to++) {
      const end = Math.min(from + factor, stop);
      let [redAndBlue, sumGreen] = [0, 0];
      for (; from < end; from++) {
        const word = words[from];
        redAndBlue += word & 0xff00ff;
        sumGreen += (word >>> 8) & 0xff;
      }
      const [sumRed, sumBlue] = [redAndBlue & 0xffff, redAndBlue >>> 16];
      red[to] += sumRed;
      green[to] += sumGreen;
      blue[to] += sumBlue;
      if (sumRed !== sumGreen || sumGreen !== sumBlue) isGray = false;
    }
  }
  return means({ width, height, region, factor, channels: isGray ? [red] : [red, green, blue] });
}

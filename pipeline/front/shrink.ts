import type { RgbaImage } from '../image/image.ts';
import type { Surface } from './surface.ts';

/** A picture at the size it is looked at: its colours over what lies under it, 0…1. */
export interface SmallPicture {
  readonly width: number;
  readonly height: number;
  /** pixels of the picture in each direction that became one */
  readonly factor: number;
  /** red, green and blue, a plane each; a single plane where all of them would be the same */
  readonly channels: readonly Float32Array[];
}

/**
 * Takes the mean of squares of factor² pixels, so that places are mapped back by a product; squares that the last column
 * or row cuts off are the mean of what is there.
 */
export function shrink(picture: RgbaImage, surface: Surface, factor: number): SmallPicture {
  const width = Math.ceil(picture.width / factor);
  const height = Math.ceil(picture.height / factor);
  const pixels = width * height;
  const [red, green, blue] = [0, 1, 2].map(() => new Float32Array(pixels));
  const { data } = picture;
  const [r, g, b] = surface.kind === 'sheet' ? surface.color : [255, 255, 255];
  let isGray = true;
  for (let y = 0; y < picture.height; y++) {
    const row = Math.floor(y / factor) * width;
    for (let x = 0, from = 4 * y * picture.width; x < picture.width; ) {
      const to = row + x / factor;
      const end = Math.min(picture.width, x + factor);
      let [sumR, sumG, sumB] = [0, 0, 0];
      for (; x < end; x++, from += 4) {
        const alpha = data[from + 3];
        if (surface.kind === 'ink') {
          sumR += 255 - alpha;
          sumG += 255 - alpha;
          sumB += 255 - alpha;
        } else if (alpha === 255) {
          sumR += data[from];
          sumG += data[from + 1];
          sumB += data[from + 2];
        } else {
          const share = alpha / 255;
          sumR += share * data[from] + (1 - share) * r;
          sumG += share * data[from + 1] + (1 - share) * g;
          sumB += share * data[from + 2] + (1 - share) * b;
        }
      }
      red[to] += sumR;
      green[to] += sumG;
      blue[to] += sumB;
      if (sumR !== sumG || sumG !== sumB) isGray = false;
    }
  }
  const channels = isGray ? [red] : [red, green, blue];
  for (let y = 0; y < height; y++) {
    const rows = Math.min(factor, picture.height - y * factor);
    for (let x = 0; x < width; x++) {
      const share = 1 / (255 * rows * Math.min(factor, picture.width - x * factor));
      for (const channel of channels) channel[y * width + x] *= share;
    }
  }
  return { width, height, factor, channels };
}

import { isPlanar, type PlanarImage, type RgbaImage, toPicture } from './image.ts';
import { areaTaps } from './resample.ts';

/**
 * A picture in few pixels: one whose longer side has more than `side` is averaged down to that, each pixel the
 * mean over the area that it covers; a smaller one keeps its size. What is clear becomes white, as paper is.
 *
 * @param side pixels of the longer side, ≥ 1
 */
export function thumbnail(image: RgbaImage | PlanarImage, side: number): RgbaImage {
  const scale = Math.min(1, side / Math.max(image.width, image.height));
  const sized = (length: number) => Math.max(1, Math.round(length * scale));
  const width = sized(image.width);
  const height = sized(image.height);
  return scale === 1 ? onPaper(image) : shrink(isOpaque(image) ? image : onPaper(image), width, height);
}

/**
 * A picture with a longer side of `side` pixels: a smaller one is repeated pixel by pixel, so that its pixels can
 * be seen and counted, a larger one averaged.
 */
export function fit(image: RgbaImage | PlanarImage, side: number): RgbaImage {
  const scale = side / Math.max(image.width, image.height);
  if (scale <= 1) return thumbnail(image, side);
  const sized = (length: number) => Math.max(1, Math.round(length * scale));
  return enlarge(onPaper(image), sized(image.width), sized(image.height));
}

/** Whether nothing of a picture is clear, so that no paper shows through. */
function isOpaque(image: RgbaImage | PlanarImage): image is RgbaImage {
  if (isPlanar(image)) return false;
  const { data } = image;
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 255) return false;
  return true;
}

/** Opaque pixels of any kind of image. */
function onPaper(image: RgbaImage | PlanarImage): RgbaImage {
  if (isPlanar(image)) return toPicture(image);
  const { width, height } = image;
  const data = new Uint8Array(4 * width * height).fill(255);
  for (let i = 0; i < data.length; i += 4) {
    const alpha = image.data[i + 3] / 255;
    for (let c = 0; c < 3; c++) data[i + c] = Math.round(alpha * image.data[i + c] + (1 - alpha) * 255);
  }
  return { width, height, data };
}

function shrink(image: RgbaImage, width: number, height: number): RgbaImage {
  const columns = areaTaps(image.width, width);
  const rows = areaTaps(image.height, height);
  const data = new Uint8Array(4 * width * height).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const { start, weights } = columns[x];
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let dy = 0; dy < rows[y].weights.length; dy++) {
        const share = rows[y].weights[dy];
        let at = 4 * ((rows[y].start + dy) * image.width + start);
        for (let dx = 0; dx < weights.length; dx++, at += 4) {
          const weight = share * weights[dx];
          red += weight * image.data[at];
          green += weight * image.data[at + 1];
          blue += weight * image.data[at + 2];
        }
      }
      data.set([Math.round(red), Math.round(green), Math.round(blue)], 4 * (y * width + x));
    }
  }
  return { width, height, data };
}

/** Nearest neighbour. */
function enlarge(image: RgbaImage, width: number, height: number): RgbaImage {
  const data = new Uint8Array(4 * width * height);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * image.height) / height) * image.width;
    for (let x = 0; x < width; x++) {
      const from = 4 * (row + Math.floor(((x + 0.5) * image.width) / width));
      data.set(image.data.subarray(from, from + 4), 4 * (y * width + x));
    }
  }
  return { width, height, data };
}

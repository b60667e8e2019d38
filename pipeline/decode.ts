import { PNG } from 'pngjs';
import { InkgradError } from '../engine/errors.ts';
import { type GrayImage, type RgbaImage, toByte } from './image.ts';
import { checkPng } from './png.ts';

export { MAX_PIXELS } from './png.ts';

/**
 * Decodes a PNG file of any colour type and depth to 8-bit RGBA; gamma and colour profiles are left aside.
 *
 * @param bytes the whole file
 * @param name what an error calls the file, its path as a rule
 * @throws InkgradError `<name>: <what is wrong>; <what to do>` for anything but a whole, undamaged PNG of at
 *   most `MAX_PIXELS` pixels
 */
export function decodeImage(bytes: Uint8Array, name: string): RgbaImage {
  // pngjs trusts the header and accepts a file that lacks half of its pixels, so the file is checked first.
  const end = checkPng(bytes, name);
  try {
    const { width, height, data } = PNG.sync.read(Buffer.from(bytes.buffer, bytes.byteOffset, end));
    return { width, height, data };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InkgradError(`${name}: the PNG is damaged (${reason}); save or download it again`);
  }
}

/** Encodes an image as a PNG file: 8-bit RGBA, or 8-bit grey for a `GrayImage` (rounded and clamped). */
export function encodePng(image: RgbaImage | GrayImage): Uint8Array {
  const png = new PNG({ width: image.width, height: image.height });
  if (image.data instanceof Uint8Array) {
    png.data.set(image.data);
    return PNG.sync.write(png);
  }
  image.data.forEach((value, i) => {
    png.data.fill(toByte(value), 4 * i, 4 * i + 3);
    png.data[4 * i + 3] = 255;
  });
  return PNG.sync.write(png, { colorType: 0 });
}

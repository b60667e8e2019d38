import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { type GrayImage, type RgbaImage, toByte } from './image.ts';
import { checkJpeg, isJpeg } from './jpeg.ts';
import { upright } from './orientation.ts';
import { checkPng } from './png.ts';
import { pixelsOfRows } from './pngRows.ts';
import { failsFor, MAX_PIXELS } from './refusal.ts';

/**
 * Decodes a PNG file of any colour type and depth, or a JPEG file, to 8-bit RGBA, upright. What it is is told
 * from its content. Gamma and colour profiles are left aside.
 *
 * @param bytes the whole file
 * @param name what an error calls the file, its path as a rule
 * @param maxPixels the largest picture that is read
 * @throws InkgradError `<name>: <what is wrong>; <what to do>` for anything but a whole, undamaged file of at
 *   most `maxPixels` pixels
 */
export function decodeImage(bytes: Uint8Array, name: string, maxPixels = MAX_PIXELS): RgbaImage {
  return isJpeg(bytes) ? decodeJpeg(bytes, name, maxPixels) : decodePng(bytes, name, maxPixels);
}

function decodePng(bytes: Uint8Array, name: string, maxPixels: number): RgbaImage {
  // pngjs trusts the header and accepts a file that lacks half of its pixels, so the file is checked first.
  const { end, rows } = checkPng(bytes, name, maxPixels);
  try {
    if (rows) return pixelsOfRows(rows);
    const { width, height, data } = PNG.sync.read(Buffer.from(bytes.buffer, bytes.byteOffset, end));
    return { width, height, data };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return failsFor(name)(`the PNG is damaged (${reason})`);
  }
}

function decodeJpeg(bytes: Uint8Array, name: string, maxPixels: number): RgbaImage {
  const { end, rgb, orientation } = checkJpeg(bytes, name, maxPixels);
  try {
    const image = jpeg.decode(bytes.subarray(0, end), {
      useTArray: true,
      // jpeg-js takes three components for YCbCr even where Adobe's marker says that they are not.
      ...(rgb && { colorTransform: false }),
      // It is what lets a grey picture end between two restarts; image data that is cut is refused anyhow.
      tolerantDecoding: true,
      // The size is checked already.
      maxResolutionInMP: Number.POSITIVE_INFINITY,
      maxMemoryUsageInMB: Number.POSITIVE_INFINITY,
    });
    return upright({ width: image.width, height: image.height, data: image.data }, orientation);
  } catch {
    // What jpeg-js trips over tells nothing to who has the file ("Cannot read properties of undefined").
    return failsFor(name)('the image data of the JPEG is damaged');
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

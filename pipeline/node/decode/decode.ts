import { PNG } from 'pngjs';
import { interleavedBytes, isPlanar, type PlanarImage, type RgbaImage } from '../../image/image.ts';
import { upright } from '../../image/orientation.ts';
import type { DecodeOptions } from './decodeOptions.ts';
import { decodePng } from './decodePng.ts';
import { checkFormat } from './formats.ts';
import { checkJpeg, isJpeg } from './jpeg.ts';
import { DECODER_BYTES, decodeWithMozjpeg } from './jpegDecoder.ts';
import { failsFor, MAX_PIXELS } from './refusal.ts';

/**
 * Decodes a PNG file of any colour type and depth, or a JPEG file, to 8-bit RGBA, upright. What it is is told
 * from its content. Gamma and colour profiles are left aside, and of an animated PNG so is all but the picture
 * that programs show which know no animations.
 *
 * @param bytes the whole file
 * @param name what an error calls the file, its path as a rule
 * @param maxPixels the largest picture that is read
 * @throws InkgradError `<name>: <what is wrong>; <what to do>` for anything but a whole, undamaged file of at
 *   most `maxPixels` pixels
 */
export function decodeImage(bytes: Uint8Array, name: string, maxPixels = MAX_PIXELS): RgbaImage {
  checkFormat(bytes, name);
  return isJpeg(bytes) ? decodeJpeg(bytes, name, { maxPixels }) : decodePng(bytes, name, maxPixels);
}

/** Bytes of a pixel as it is decoded, and of a block that is kept from scan to scan: 64 numbers of 16 bits. */
const PIXEL_BYTES = 4;
const BLOCK_BYTES = 128;

/**
 * Decodes a JPEG file; see `decodeImage`.
 *
 * @param bytes the file, for which `isJpeg` holds
 */
export function decodeJpeg(
  bytes: Uint8Array,
  name: string,
  { maxPixels = MAX_PIXELS, onSize }: DecodeOptions = {},
): RgbaImage {
  const fail = failsFor(name);
  const { width, height, blocks, scans, end, orientation } = checkJpeg(bytes, name, maxPixels);
  const memory = PIXEL_BYTES * width * height + (scans > 1 ? BLOCK_BYTES * blocks : 0) + 2 * end;
  if (memory > DECODER_BYTES)
    fail('the JPEG takes more memory than its decoder has (2 GB)', 'shrink it', 'too-large');
  onSize?.(width, height);
  try {
    return upright(decodeWithMozjpeg(bytes.subarray(0, end)), orientation);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return fail(`the image data of the JPEG is damaged (${reason})`);
  }
}

/** Kinds of a PNG file: RGBA, and what images by channels become, grey or RGB. */
const RGBA = 6;
const COLOUR_TYPES = { 1: 0, 3: 2 } as const;

/**
 * The most pixels of a picture whose rows are not filtered: characters of 28×28 take a third of the time so, and a fifth
 * less bytes.
 */
const UNFILTERED_PIXELS = 64 * 64;

/** What zlib gives of such a picture at a time; 32 KB of new memory for each, the default, take as long as all the rest. */
const SMALL_CHUNK = 1024;

/** Encodes an image as a PNG file: 8-bit RGBA, or 8-bit grey or RGB for one by channels (rounded and clamped). */
export function encodePng(image: RgbaImage | PlanarImage): Uint8Array {
  const { width, height } = image;
  const png = new PNG({ width, height });
  png.data = isPlanar(image) ? Buffer.from(interleavedBytes(image).buffer) : Buffer.from(image.data);
  const colorType = isPlanar(image) ? COLOUR_TYPES[image.channels ?? 1] : RGBA;
  return PNG.sync.write(png, {
    // The bytes are of the kind that is written, or each would be turned to RGBA and back.
    ...{ colorType, inputColorType: colorType, inputHasAlpha: colorType === RGBA },
    ...(width * height <= UNFILTERED_PIXELS && { filterType: 0, deflateChunkSize: SMALL_CHUNK }),
  });
}

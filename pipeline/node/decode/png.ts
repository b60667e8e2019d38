/**
 * What a PNG file says about itself, checked before any pixel is allocated. Section numbers are those of
 * "Portable Network Graphics (PNG) Specification", W3C, second edition (2003).
 */
import { readOrientation } from '../../image/orientation.ts';
import { Chunks, isCritical, SUM } from './pngChunks.ts';
import { type Colours, checkPaletteIsThere, withClear, withPalette } from './pngColours.ts';
import { imageDataLength, type PngHeader, readHeader } from './pngHeader.ts';
import type { Packed } from './pngInflate.ts';
import { type Fail, failsFor } from './refusal.ts';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** The chunks that a picture is made of: the critical ones, transparency and, of EXIF, how it lies. */
const MATTERS = ['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'eXIf'];

/** What is known of a PNG file before a pixel of it is decoded. */
export interface PngFacts {
  readonly header: PngHeader;
  readonly colours: Colours;
  readonly packed: Packed;
  /** the value of EXIF's Orientation, 1 to 8 */
  readonly orientation: number;
}

export const isPng = (bytes: Uint8Array): boolean => SIGNATURE.every((byte, i) => bytes[i] === byte);

/**
 * Checks the chunks of a PNG file and their order, its checksums and its size; whether its image data is whole is seen
 * when that is inflated. Frames of an animation (APNG) are passed over like any chunk that is not needed: the picture is
 * the one that all programs show. So are damaged chunks of that kind, but none within the image data, where a part of it
 * may have been (5.6).
 *
 * @param bytes the file, for which `isPng` holds
 * @param name what an error calls the file
 * @param maxPixels the largest picture that is read
 * @throws InkgradError `<name>: <what is wrong>; <what to do>`
 */
export function checkPng(bytes: Uint8Array, name: string, maxPixels: number): PngFacts {
  const fail: Fail = failsFor(name);
  const parts: Uint8Array[] = [];
  let header: PngHeader | undefined;
  let colours: Colours = { listed: false };
  let orientation = 1;
  let before = '';
  const chunks = new Chunks(bytes);
  let chunk = chunks.after(SIGNATURE.length, fail);
  for (; chunk; chunk = chunks.after(chunk.end + SUM, fail)) {
    const { type } = chunk;
    const last = before;
    before = type;
    if (!header !== (type === 'IHDR')) fail('the PNG does not start with its one header (IHDR)');
    if (!MATTERS.includes(type)) {
      if (!isCritical(type)) continue;
      fail(`the PNG has a chunk of a kind that is not known (${type}), and cannot be shown without it`);
    }
    const whole = chunks.isWhole(chunk);
    const body = chunks.body(chunk);
    if (type === 'eXIf') {
      if (whole) orientation = readOrientation(body);
      continue;
    }
    if (!whole) fail(`the checksum of the PNG's ${type} chunk is wrong`);
    if (!header) {
      header = readHeader(body, maxPixels, fail);
      continue;
    }
    const late = parts.length > 0;
    if (type === 'PLTE') colours = withPalette(colours, body, header, late, fail);
    if (type === 'tRNS') colours = withClear(colours, body, header, late, fail);
    if (type === 'IDAT') {
      if (!late) checkPaletteIsThere(colours, header, fail);
      else if (last !== 'IDAT') fail(`the image data (IDAT) of the PNG is torn apart by its ${last} chunk`);
      parts.push(body);
    }
    if (type === 'IEND') {
      if (parts.every(({ length }) => length === 0)) fail('the PNG has no image data (IDAT)');
      return { header, colours, packed: { parts, expected: imageDataLength(header) }, orientation };
    }
  }
  return fail('the PNG ends before its last chunk (IEND)');
}

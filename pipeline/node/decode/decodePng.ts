import type { RgbaImage } from '../../image/image.ts';
import { upright } from '../../image/orientation.ts';
import type { DecodeOptions } from './decodeOptions.ts';
import { checkPng, type PngFacts } from './png.ts';
import { canHold, inflateInParts, inflateWhole } from './pngInflate.ts';
import { PngRows } from './pngRows.ts';
import { type Fail, failsFor, MAX_PIXELS } from './refusal.ts';

/** Decodes a PNG file at once, in up to 8 bytes a pixel beside the file and the picture; see `decodeImage`. */
export const decodePng = (bytes: Uint8Array, name: string, maxPixels: number): RgbaImage =>
  atOnce(checkPng(bytes, name, maxPixels), failsFor(name));

function atOnce({ header, colours, packed, orientation }: PngFacts, fail: Fail): RgbaImage {
  const data = inflateWhole(packed, fail);
  const rows = new PngRows(header, colours);
  addTo(rows, data, fail);
  return upright(rows.image, orientation);
}

/** From so many bytes of image data on they are never in memory as a whole; for fewer a stream takes longer. */
const MANY = 2 ** 24;

/**
 * Decodes a PNG file in hardly more memory than the file and the picture take, and the picture once more where it is
 * turned.
 *
 * @param many from how many bytes of image data on; for tests
 * @throws InkgradError as `decodeImage` does
 */
export async function decodePngInParts(
  bytes: Uint8Array,
  name: string,
  { maxPixels = MAX_PIXELS, onSize }: DecodeOptions = {},
  many = MANY,
): Promise<RgbaImage> {
  const fail = failsFor(name);
  const facts = checkPng(bytes, name, maxPixels);
  const { header, colours, packed, orientation } = facts;
  // What cannot hold its pixels is refused before there is memory for them.
  if (!canHold(packed)) return atOnce(facts, fail);
  onSize?.(header.width, header.height);
  if (packed.expected < many) return atOnce(facts, fail);
  const rows = new PngRows(header, colours);
  await inflateInParts(packed, fail, (part) => addTo(rows, part, fail));
  return upright(rows.image, orientation);
}

/** Adds image data to a picture. */
function addTo(rows: PngRows, data: Uint8Array, fail: Fail): void {
  try {
    rows.add(data);
  } catch (error) {
    fail(`the PNG is damaged (${(error as Error).message})`);
  }
}

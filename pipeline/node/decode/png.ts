/**
 * What a PNG file says about itself, checked before any pixel is allocated. Section numbers are those of
 * "Portable Network Graphics (PNG) Specification", W3C, second edition (2003).
 */
import { crc32, inflateSync } from 'node:zlib';
import { readOrientation } from '../../image/orientation.ts';
import type { PngRows } from './pngRows.ts';
import { checkSize, type Fail, failsFor } from './refusal.ts';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** The chunks beside the critical ones that a picture is made of: transparency and, of EXIF, how it lies. */
const MATTERS = ['tRNS', 'eXIf'];

/** The last chunk, whole. */
const IEND = [0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82];

/** Samples a pixel and bit depths allowed, by colour type (section 11.2.2, table 11.1). */
const COLOUR_TYPES: Record<number, { samples: number; depths: number[] }> = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16] },
  2: { samples: 3, depths: [8, 16] },
  3: { samples: 1, depths: [1, 2, 4, 8] },
  4: { samples: 2, depths: [8, 16] },
  6: { samples: 4, depths: [8, 16] },
};

/** First column, first row, column step and row step of the seven Adam7 passes (section 8.2). */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

interface Header {
  width: number;
  height: number;
  depth: number;
  colourType: number;
  interlaced: boolean;
}

/** What is known of a PNG file before a pixel of it is decoded. */
export interface PngFacts {
  /** the image data, inflated by the check, where nothing but filters stands between it and the pixels */
  readonly rows?: PngRows;
  /**
   * Otherwise the same picture and nothing else: the critical chunks and tRNS, all image data in one chunk, whose
   * checksum is left out. So neither comments nor colour profiles, which may inflate without end, nor a million tiny
   * chunks reach the decoder.
   */
  readonly plain?: Buffer;
  /** the value of EXIF's Orientation, 1 to 8 */
  readonly orientation: number;
}

export const isPng = (bytes: Uint8Array): boolean => SIGNATURE.every((byte, i) => bytes[i] === byte);

/**
 * Checks that a file is a whole PNG: chunks, checksums, size, and exactly as much image data as the header
 * claims. Costs about as much as inflating the image data that is really there. Frames of an animation (APNG)
 * are passed over like any chunk that is not needed: the picture is the one that all programs show. So are
 * damaged chunks of that kind.
 *
 * @param bytes the file, for which `isPng` holds
 * @param name what an error calls the file
 * @param maxPixels the largest picture that is read
 * @throws InkgradError `<name>: <what is wrong>; <what to do>`
 */
export function checkPng(bytes: Uint8Array, name: string, maxPixels: number): PngFacts {
  const fail: Fail = failsFor(name);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept: Uint8Array[] = [];
  const parts: Uint8Array[] = [];
  let header: Header | undefined;
  let orientation = 1;
  for (let at = SIGNATURE.length; at < bytes.length; ) {
    if (at + 8 > bytes.length) fail('the PNG ends in the middle of a chunk');
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const end = at + 12 + length;
    if (!header !== (type === 'IHDR')) fail('the PNG does not start with its one header (IHDR)');
    if (end > bytes.length) {
      const part = type === 'IDAT' ? 'image data' : `${printable(type)} chunk`;
      fail(`the PNG ends in the middle of its ${part}`);
    }
    const chunk = bytes.subarray(at, end);
    const body = chunk.subarray(8, -4);
    const critical = (bytes[at + 4] & 0x20) === 0;
    at = end;
    if (!critical && !MATTERS.includes(type)) continue;
    const whole = crc32(chunk.subarray(4, -4)) === view.getUint32(end - 4);
    if (type === 'eXIf') {
      if (whole) orientation = readOrientation(body);
      continue;
    }
    if (!whole) fail(`the checksum of the PNG's ${printable(type)} chunk is wrong`);
    if (type === 'IHDR') header = readHeader(body, maxPixels, fail);
    if (type === 'IEND' && header) {
      const packed = Buffer.concat(parts);
      if (packed.length === 0) fail('the PNG has no image data (IDAT)');
      const data = inflateImageData(packed, imageDataLength(header), fail);
      // The header is kept always; a palette or a clear colour beside it is left to the decoder.
      if (isUsual(header) && kept.length === 1) return { rows: rowsOf(header, data), orientation };
      return { plain: plainPng(kept, packed), orientation };
    }
    if (type === 'IDAT') parts.push(body);
    else kept.push(chunk);
  }
  return fail('the PNG ends before its last chunk (IEND)');
}

/** A PNG of these chunks and this image data. */
function plainPng(kept: readonly Uint8Array[], packed: Uint8Array): Buffer {
  const head = Buffer.from('\0\0\0\0IDAT');
  head.writeUInt32BE(packed.length);
  return Buffer.concat([
    Uint8Array.from(SIGNATURE),
    ...kept,
    head,
    packed,
    Uint8Array.of(0, 0, 0, 0, ...IEND),
  ]);
}

function readHeader(body: Uint8Array, maxPixels: number, fail: Fail): Header {
  if (body.length !== 13) fail(`the PNG header has ${body.length} bytes where 13 belong`);
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const width = view.getUint32(0);
  const height = view.getUint32(4);
  const [depth, colourType, compression, filter, interlace] = body.subarray(8);
  checkSize('PNG', width, height, maxPixels, fail);
  const colours = COLOUR_TYPES[colourType];
  if (!colours?.depths.includes(depth) || compression !== 0 || filter !== 0 || interlace > 1) {
    fail('the PNG header names a pixel format that does not exist');
  }
  return { width, height, depth, colourType, interlaced: interlace === 1 };
}

/** Bytes of the inflated image data: each row of each pass is one filter byte and its packed pixels (7.2). */
function imageDataLength({ width, height, depth, colourType, interlaced }: Header): number {
  const bitsPerPixel = COLOUR_TYPES[colourType].samples * depth;
  let total = 0;
  for (const [x, y, stepX, stepY] of interlaced ? ADAM7 : [[0, 0, 1, 1]]) {
    const columns = Math.ceil((width - x) / stepX);
    const rows = Math.ceil((height - y) / stepY);
    if (columns > 0 && rows > 0) total += rows * (1 + Math.ceil((columns * bitsPerPixel) / 8));
  }
  return total;
}

/** No stream of DEFLATE grows to more than this many times its length: P. Deutsch, RFC 1951 (1996), by its codes. */
const LARGEST_GROWTH = 1032;

/** Inflating under a cap costs what the file holds, however much its header claims or its data expands to. */
function inflateImageData(packed: Uint8Array, expected: number, fail: Fail): Uint8Array {
  // Room for all of it and a byte more, so that it comes in one piece.
  const chunkSize = Math.max(64, Math.min(expected, LARGEST_GROWTH * packed.length) + 1);
  let data = new Uint8Array();
  try {
    data = inflateSync(packed, { maxOutputLength: expected, chunkSize });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ERR_BUFFER_TOO_LARGE') fail('the PNG holds more image data than its header claims');
    if (code === 'Z_BUF_ERROR') fail('the PNG ends in the middle of its image data');
    fail('the image data of the PNG is damaged');
  }
  const found = data.length;
  if (found < expected) fail(`the PNG holds ${found} of the ${expected} bytes of image data that it claims`);
  return data;
}

/** Whether a row of image data is a filter and then the pixels, byte by byte. */
const isUsual = ({ depth, colourType, interlaced }: Header): boolean =>
  depth === 8 && colourType !== 3 && !interlaced;

const rowsOf = ({ width, height, colourType }: Header, data: Uint8Array): PngRows => ({
  width,
  height,
  samples: COLOUR_TYPES[colourType].samples,
  data,
});

const printable = (type: string): string => (/^[A-Za-z]{4}$/.test(type) ? type : 'next');

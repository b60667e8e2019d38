/**
 * What a PNG file says about itself, checked before any pixel is allocated. Section numbers are those of
 * "Portable Network Graphics (PNG) Specification", W3C, second edition (2003).
 */
import { crc32, inflateSync } from 'node:zlib';
import type { PngRows } from './pngRows.ts';
import { checkSize, type Fail, failsFor } from './refusal.ts';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

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

/** What a decoder of pixels is told. */
export interface PngFacts {
  /** where the IEND chunk ends; bytes after it are no part of the image */
  readonly end: number;
  /** the image data, inflated by the check, where nothing but filters stands between it and the pixels */
  readonly rows?: PngRows;
}

/**
 * Checks that a file is a whole PNG: signature, chunks, checksums, size, and exactly as much image data as
 * the header claims. Costs about as much as inflating the image data that is really there.
 *
 * @param bytes the file
 * @param name what an error calls the file
 * @param maxPixels the largest picture that is read
 * @throws InkgradError `<name>: <what is wrong>; <what to do>`
 */
export function checkPng(bytes: Uint8Array, name: string, maxPixels: number): PngFacts {
  const fail: Fail = failsFor(name);
  checkSignature(bytes, fail);

  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: Uint8Array[] = [];
  const types = new Set<string>();
  let header: Header | undefined;
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
    const critical = (bytes[at + 4] & 0x20) === 0;
    if (critical && crc32(bytes.subarray(at + 4, end - 4)) !== view.getUint32(end - 4)) {
      fail(`the checksum of the PNG's ${printable(type)} chunk is wrong`);
    }
    types.add(type);
    const body = bytes.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') header = readHeader(body, maxPixels, fail);
    if (type === 'IDAT') parts.push(body);
    if (type === 'IEND' && header) {
      const data = inflateImageData(parts, imageDataLength(header), fail);
      return { end, ...(isPlain(header, types) && { rows: rowsOf(header, data) }) };
    }
    at = end;
  }
  return fail('the PNG ends before its last chunk (IEND)');
}

function checkSignature(bytes: Uint8Array, fail: Fail): void {
  if (bytes.length === 0) fail('the file is empty');
  const start = bytes.subarray(0, SIGNATURE.length);
  if (start.some((byte, i) => byte !== SIGNATURE[i])) {
    fail('this is neither a PNG nor a JPEG file', 'convert it to PNG');
  }
  if (start.length < SIGNATURE.length) fail('the PNG ends in the middle of its signature');
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
function inflateImageData(parts: Uint8Array[], expected: number, fail: Fail): Uint8Array {
  if (parts.length === 0) fail('the PNG has no image data (IDAT)');
  const packed = Buffer.concat(parts);
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

/** The critical chunks of a picture without a palette. */
const PLAIN = ['IHDR', 'IDAT', 'IEND'];

/** Ancillary chunks, in lower case, change no pixel (5.4), but for tRNS, which makes a colour clear. */
const isPlain = ({ depth, colourType, interlaced }: Header, types: ReadonlySet<string>): boolean =>
  depth === 8 &&
  colourType !== 3 &&
  !interlaced &&
  [...types].every((type) => (/^[a-z]/.test(type) ? type !== 'tRNS' : PLAIN.includes(type)));

const rowsOf = ({ width, height, colourType }: Header, data: Uint8Array): PngRows => ({
  width,
  height,
  samples: COLOUR_TYPES[colourType].samples,
  data,
});

const printable = (type: string): string => (/^[A-Za-z]{4}$/.test(type) ? type : 'next');

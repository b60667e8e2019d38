/**
 * What a PNG file says about itself, checked before any pixel is allocated. Section numbers are those of
 * "Portable Network Graphics (PNG) Specification", W3C, second edition (2003).
 */
import { inflateSync, type ZlibOptions } from 'node:zlib';
import { readOrientation } from '../../image/orientation.ts';
import { Chunks, isCritical, SUM } from './pngChunks.ts';
import { arePlain, type Colours, checkPaletteIsThere, withClear, withPalette } from './pngColours.ts';
import type { PngRows } from './pngRows.ts';
import { checkSize, type Fail, failsFor } from './refusal.ts';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** The chunks that a picture is made of: the critical ones, transparency and, of EXIF, how it lies. */
const MATTERS = ['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'eXIf'];

/** The signature and the header, which always come first. */
const HEAD_BYTES = SIGNATURE.length + 25;

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
   * Otherwise the same picture and nothing else: header, palette, what is clear, and all image data in one chunk,
   * without checksums. So neither comments nor colour profiles, which may inflate without end, nor a million tiny
   * chunks reach the decoder.
   */
  readonly plain?: Buffer;
  /** the value of EXIF's Orientation, 1 to 8 */
  readonly orientation: number;
}

export const isPng = (bytes: Uint8Array): boolean => SIGNATURE.every((byte, i) => bytes[i] === byte);

/**
 * Checks that a file is a whole PNG: chunks and their order, checksums, size, and exactly as much image data as the
 * header claims. Costs about as much as inflating the image data that is really there. Frames of an animation (APNG)
 * are passed over like any chunk that is not needed: the picture is the one that all programs show. So are
 * damaged chunks of that kind, but none within the image data, where a part of it may have been (5.6).
 *
 * @param bytes the file, for which `isPng` holds
 * @param name what an error calls the file
 * @param maxPixels the largest picture that is read
 * @throws InkgradError `<name>: <what is wrong>; <what to do>`
 */
export function checkPng(bytes: Uint8Array, name: string, maxPixels: number): PngFacts {
  const fail: Fail = failsFor(name);
  const parts: Uint8Array[] = [];
  let header: Header | undefined;
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
      const packed = Buffer.concat(parts);
      if (packed.length === 0) fail('the PNG has no image data (IDAT)');
      const length = imageDataLength(header);
      if (isUsual(header) && arePlain(colours)) {
        return { rows: rowsOf(header, inflateImageData(packed, length, fail)), orientation };
      }
      const stream = trimImageData(packed, length, fail);
      const plain = plainPng(bytes.subarray(0, HEAD_BYTES), colours, stream);
      return { plain, orientation };
    }
  }
  return fail('the PNG ends before its last chunk (IEND)');
}

/** A PNG of this signature and header, these colours and this image data. */
const plainPng = (head: Uint8Array, { palette, clear }: Colours, packed: Uint8Array): Buffer =>
  Buffer.concat([
    head,
    ...(palette ? chunkOf('PLTE', palette) : []),
    ...(clear ? chunkOf('tRNS', clear) : []),
    ...chunkOf('IDAT', packed),
    ...chunkOf('IEND', new Uint8Array()),
  ]);

/** A chunk in its parts, without its checksum. */
function chunkOf(type: string, body: Uint8Array): Uint8Array[] {
  const start = Buffer.from(`\0\0\0\0${type}`);
  start.writeUInt32BE(body.length);
  return [start, body, new Uint8Array(4)];
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
  const data = inflate(() => inflateSync(packed, limits(packed, expected)), fail);
  return checkLength(data, expected, fail);
}

/**
 * Does the same, and gives the part of `packed` that is the stream. Bytes after its end are no image data, and would
 * bring the decoder to a halt; looking for it takes an eighth of the time of a small picture.
 */
function trimImageData(packed: Uint8Array, expected: number, fail: Fail): Uint8Array {
  // With `info` it gives what its type does not say: the data, and what has counted the bytes that went in.
  const { buffer, engine } = inflate(
    () => inflateSync(packed, { ...limits(packed, expected), info: true }),
    fail,
  ) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
  checkLength(buffer, expected, fail);
  return packed.subarray(0, engine.bytesWritten);
}

/** Room for all of it and a byte more, so that it comes in one piece. */
const limits = (packed: Uint8Array, expected: number): ZlibOptions => ({
  maxOutputLength: expected,
  chunkSize: Math.max(64, Math.min(expected, LARGEST_GROWTH * packed.length) + 1),
});

function inflate<T>(action: () => T, fail: Fail): T {
  try {
    return action();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ERR_BUFFER_TOO_LARGE') fail('the PNG holds more image data than its header claims');
    if (code === 'Z_BUF_ERROR') fail('the PNG ends in the middle of its image data');
    return fail('the image data of the PNG is damaged');
  }
}

function checkLength(data: Uint8Array, expected: number, fail: Fail): Uint8Array {
  const { length } = data;
  if (length < expected)
    fail(`the PNG holds ${length} of the ${expected} bytes of image data that it claims`);
  return data;
}

/** Whether a row of image data is a filter and then the samples, byte by byte. */
const isUsual = ({ depth, colourType, interlaced }: Header): boolean =>
  depth === 8 && colourType !== 3 && !interlaced;

const rowsOf = ({ width, height, colourType }: Header, data: Uint8Array): PngRows => ({
  width,
  height,
  samples: COLOUR_TYPES[colourType].samples,
  data,
});

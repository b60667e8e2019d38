/**
 * What a JPEG file says about itself, checked before any pixel is allocated. Section numbers are those of
 * "Digital compression and coding of continuous-tone still images", ITU-T T.81 (1992).
 */
import { readOrientation } from '../../image/orientation.ts';
import { checkSize, type Fail, failsFor } from './refusal.ts';

/** Markers (B.1.1.3): the byte after 0xff. */
const TEM = 0x01;
const RST0 = 0xd0;
const RST7 = 0xd7;
const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const DRI = 0xdd;
const APP1 = 0xe1;

/** Frames with Huffman codes, sequential or progressive, are read. */
const FRAMES = [0xc0, 0xc1, 0xc2];
/** Lossless, hierarchical and arithmetic ones are so rare that browsers do not read them either. */
const RARE_FRAMES = [0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf];

/** Encoders make some ten scans of a progressive picture; each more costs time, and few bytes. */
const MAX_SCANS = 100;

interface Component {
  readonly id: number;
  /** 8×8 blocks in all */
  readonly blocks: number;
}

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly components: readonly Component[];
  /** groups of blocks in a scan of several components (A.2.3) */
  readonly groups: number;
}

/** What is known of a JPEG file before a pixel of it is decoded. */
export interface JpegFacts {
  /** pixels in a row as they lie in the file */
  readonly width: number;
  /** rows as they lie in the file */
  readonly height: number;
  /** 8×8 blocks of all components */
  readonly blocks: number;
  /** how often the decoder goes through the picture */
  readonly scans: number;
  /** where the picture ends; bytes after it are no part of it */
  readonly end: number;
  /** the value of EXIF's Orientation, 1 to 8 */
  readonly orientation: number;
}

export const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === SOI;

/**
 * Checks that a file is a whole JPEG: segments, size, scans of every component, and no fewer bits than its
 * blocks take at the least. Costs one walk through the file, on the very path that libjpeg takes, so that no other
 * header than the one checked here is decoded. Like libjpeg it passes over bytes between segments: some cameras
 * and drones leave them, and no pixel is lost by them.
 *
 * @param bytes the file, for which `isJpeg` holds
 * @param name what an error calls the file
 * @param maxPixels the largest picture that is read
 * @throws InkgradError `<name>: <what is wrong>; <what to do>`
 */
export function checkJpeg(bytes: Uint8Array, name: string, maxPixels: number): JpegFacts {
  const fail: Fail = failsFor(name);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const scanned = new Set<number>();
  let frame: Frame | undefined;
  let orientation = 0;
  let restartInterval = 0;
  let scans = 0;
  let bits = 0;
  for (let at = 2; ; ) {
    at = nextMarker(bytes, at);
    if (at < 0) fail('the JPEG ends before its last marker (EOI)');
    const marker = bytes[at - 1];
    if (marker === EOI) {
      const { width, height, components } = checkScans(frame, scanned, bits, fail);
      const blocks = blocksOf(components);
      return { width, height, blocks, scans, end: at, orientation: orientation || 1 };
    }
    if (marker === TEM || isRestart(marker)) continue;
    const length = at + 2 > bytes.length ? Number.POSITIVE_INFINITY : view.getUint16(at);
    const next = at + length;
    if (next > bytes.length) fail('the JPEG ends in the middle of a segment');
    if (length < 2 || marker < 0xc0 || marker === SOI) fail('a segment of the JPEG is damaged');
    const body = bytes.subarray(at + 2, next);
    at = next;
    if (FRAMES.includes(marker)) {
      if (frame) fail('the JPEG has more than one frame');
      frame = readFrame(body, maxPixels, fail);
    }
    if (RARE_FRAMES.includes(marker)) {
      fail(
        'this kind of JPEG (lossless, hierarchical or arithmetic) is not read',
        'convert it to PNG',
        'not-an-image',
      );
    }
    if (marker === DRI && body.length >= 2) restartInterval = 256 * body[0] + body[1];
    if (marker === APP1 && isExif(body)) orientation ||= readOrientation(body.subarray(6));
    if (marker !== SOS) continue;
    if (!frame) return fail('the JPEG has image data before its header');
    if (++scans > MAX_SCANS) fail(`the JPEG has more than ${MAX_SCANS} scans`);
    const groups = readScan(body, frame, scanned, fail);
    const { end, restarts } = skipScan(bytes, next);
    if (end === bytes.length) fail('the JPEG ends in the middle of its image data');
    if (restartInterval > 0 && restarts < Math.ceil(groups / restartInterval) - 1) {
      fail('a part of the image data of the JPEG is missing');
    }
    bits += 8 * (end - next);
    at = end;
  }
}

const isRestart = (marker: number): boolean => marker >= RST0 && marker <= RST7;

/** EXIF data stands behind this name in its segment. */
const isExif = (body: Uint8Array): boolean => String.fromCharCode(...body.subarray(0, 6)) === 'Exif\0\0';

/** Where the next marker ends: one or more bytes 0xff, and one that is neither 0xff nor 0 (B.1.1.2); or -1. */
function nextMarker(bytes: Uint8Array, start: number): number {
  for (let at = start; ; at++) {
    at = bytes.indexOf(0xff, at);
    if (at < 0) return -1;
    while (bytes[at] === 0xff) at++;
    if (at >= bytes.length) return -1;
    if (bytes[at] !== 0) return at + 1;
  }
}

/** The frame header (B.2.2). */
function readFrame(body: Uint8Array, maxPixels: number, fail: Fail): Frame {
  const [precision, highHeight, lowHeight, highWidth, lowWidth, count] = body;
  if (body.length < 6 || body.length !== 6 + 3 * count) return fail('the JPEG header has a wrong length');
  const [width, height] = [256 * highWidth + lowWidth, 256 * highHeight + lowHeight];
  checkSize('JPEG', width, height, maxPixels, fail);
  if (precision !== 8)
    fail(`the JPEG has ${precision} bits a sample, and 8 are read`, 'convert it to PNG', 'not-an-image');
  if (count === 4) fail('the JPEG has CMYK colours', 'convert it to RGB', 'not-an-image');
  if (count !== 1 && count !== 3) fail(`the JPEG has ${count} colour components where 1 or 3 belong`);
  const sampled = Array.from({ length: count }, (_, i) => {
    const [id, factors] = body.subarray(6 + 3 * i);
    return { id, h: factors >> 4, v: factors & 15 };
  });
  const sound = sampled.every(({ h, v }) => h >= 1 && h <= 4 && v >= 1 && v <= 4);
  if (!sound || new Set(sampled.map(({ id }) => id)).size < count) fail('the JPEG header is damaged');
  const maxH = Math.max(...sampled.map(({ h }) => h));
  const maxV = Math.max(...sampled.map(({ v }) => v));
  const eighths = (size: number, factor: number, max: number) =>
    Math.ceil(Math.ceil((size * factor) / max) / 8);
  return {
    width,
    height,
    components: sampled.map(({ id, h, v }) => ({
      id,
      blocks: eighths(width, h, maxH) * eighths(height, v, maxV),
    })),
    groups: Math.ceil(width / (8 * maxH)) * Math.ceil(height / (8 * maxV)),
  };
}

/** Notes the components of a scan (B.2.3), and gives how many groups of blocks it holds. */
function readScan(body: Uint8Array, { components, groups }: Frame, scanned: Set<number>, fail: Fail): number {
  const count = body[0];
  if (count === 0 || body.length !== 4 + 2 * count) fail('a scan header of the JPEG is damaged');
  const ids = Array.from({ length: count }, (_, i) => body[1 + 2 * i]);
  const found = components.filter(({ id }) => ids.includes(id));
  if (found.length !== count) fail('a scan of the JPEG is of no component');
  for (const id of ids) scanned.add(id);
  return count === 1 ? found[0].blocks : groups;
}

/**
 * The image data of a scan goes on to the next marker that is no restart; a 0 after 0xff stuffs (B.1.1.5), and
 * 0xff may be repeated before a marker (B.1.1.2).
 */
function skipScan(bytes: Uint8Array, start: number): { end: number; restarts: number } {
  let restarts = 0;
  for (let at = start; ; ) {
    const end = bytes.indexOf(0xff, at);
    if (end < 0) return { end: bytes.length, restarts };
    at = end + 1;
    while (bytes[at] === 0xff) at++;
    if (at >= bytes.length) return { end: bytes.length, restarts };
    if (isRestart(bytes[at])) restarts++;
    else if (bytes[at] !== 0) return { end, restarts };
    at++;
  }
}

const blocksOf = (components: readonly Component[]): number =>
  components.reduce((sum, { blocks }) => sum + blocks, 0);

/** A block takes a bit for its mean at the least (F.1.2.1), so few bytes cannot claim many pixels. */
function checkScans(frame: Frame | undefined, scanned: Set<number>, bits: number, fail: Fail): Frame {
  if (!frame) return fail('the JPEG has no header (SOF)');
  if (scanned.size < frame.components.length) fail('the JPEG lacks a part of its image data');
  if (bits < blocksOf(frame.components)) {
    fail(`the JPEG holds ${bits / 8} bytes of image data, too few for the size that it claims`);
  }
  return frame;
}

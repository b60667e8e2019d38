import { isJpeg } from './jpeg.ts';
import { isPng } from './png.ts';
import { AGAIN, type Fail, failsFor } from './refusal.ts';

/** As many bytes as tell the format of a file. */
export const HEAD_BYTES = 512;

const CONVERT = 'convert it to PNG or JPEG';
const UNPACK = 'unpack it';

/**
 * What people take for a picture, or give the name of one: what its first bytes are, where `?` is any byte, what an
 * error calls it and what to do. The first that fits counts. In the family of MP4 (ISO 14496-12) the brand after
 * `ftyp` tells what it is.
 */
const OTHERS: readonly (readonly [starts: string[], name: string, advice: string])[] = [
  [['GIF87a', 'GIF89a'], 'a GIF image', CONVERT],
  [['RIFF????WEBP'], 'a WebP image', CONVERT],
  [['BM????\0\0\0\0'], 'a BMP image', CONVERT],
  [['II*\0', 'MM\0*', 'II+\0', 'MM\0+'], 'a TIFF image', CONVERT],
  [['????ftypavif', '????ftypavis'], 'an AVIF image', CONVERT],
  [['????ftyphe', '????ftypmif1', '????ftypmsf1'], 'a HEIC image', CONVERT],
  [['????ftyp', '\x1a\x45\xdf\xa3', 'RIFF????AVI '], 'a video', 'save one picture of it'],
  [['\xff\x0a', '\0\0\0\x0cJXL '], 'a JPEG XL image', CONVERT],
  [['\xff\x4f\xff\x51', '\0\0\0\x0cjP  '], 'a JPEG 2000 image', CONVERT],
  [['8BPS'], 'a Photoshop file', CONVERT],
  [['\0\0\x01\0', '\0\0\x02\0'], 'an icon', CONVERT],
  [['%PDF-'], 'a PDF document', 'save its page as PNG or JPEG'],
  [['PK\x03\x04'], 'a ZIP archive', UNPACK],
  [['\x1f\x8b'], 'a gzip archive', UNPACK],
];

/** Kinds of text, by a pattern over the start of it. */
const TEXTS: readonly (readonly [start: RegExp, name: string, advice: string])[] = [
  [/^<(!doctype html|html)/i, 'a web page', 'save the picture itself'],
  [/^(<[?!].*)?<svg[\s>]/is, 'an SVG drawing', CONVERT],
  [/^P[1-7]\s[\s\d#]/, 'a PNM image', CONVERT],
  [/^/, 'text', 'give a picture'],
];

/**
 * Refuses what starts neither as a PNG nor as a JPEG, and says what it is where that can be told.
 *
 * @param bytes the file, or its first `HEAD_BYTES` at the least
 * @param name what an error calls the file
 * @throws InkgradError `<name>: <what it is>; <what to do>`
 */
export function checkFormat(bytes: Uint8Array, name: string): void {
  const fail: Fail = failsFor(name);
  if (isPng(bytes) || isJpeg(bytes)) return;
  if (bytes.length === 0) fail('the file is empty');
  const head = String.fromCharCode(...bytes.subarray(0, HEAD_BYTES));
  if ('\x89PNG\r\n\x1a\n'.startsWith(head)) fail('the PNG ends in the middle of its signature');
  // Transfers as text change the rest of the signature, which is there to show them (PNG, 12.11).
  if (startsAs(head, '?PNG')) fail('the signature of the PNG is damaged', AGAIN);
  const text = textOf(bytes.subarray(0, HEAD_BYTES));
  const [, what, advice] =
    OTHERS.find(([starts]) => starts.some((start) => startsAs(head, start))) ??
    (text === undefined ? [] : (TEXTS.find(([start]) => start.test(text)) ?? []));
  if (what) fail(`this is ${what}, neither a PNG nor a JPEG file`, advice, 'not-an-image');
  fail('this is neither a PNG nor a JPEG file', CONVERT, 'not-an-image');
}

const startsAs = (head: string, start: string): boolean =>
  [...start].every((char, i) => (char === '?' ? i < head.length : head[i] === char));

/** The start of a text without the space before it, where bytes are UTF-8 and no control characters but spaces. */
function textOf(head: Uint8Array): string | undefined {
  if (head.some((byte) => byte < 0x20 && (byte < 0x09 || byte > 0x0d))) return undefined;
  try {
    // The last character may be cut, which `stream` allows.
    return new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true }).trimStart();
  } catch {
    return undefined;
  }
}

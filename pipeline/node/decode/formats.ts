import { type Format, isSharpFormat } from '../files/imageNames.ts';
import { isJpeg } from './jpeg.ts';
import { isPng } from './png.ts';
import { AGAIN, type Fail, failsFor } from './refusal.ts';

/** As many bytes as tell the format of a file. */
export const HEAD_BYTES = 1024;

const MAGICK = 'convert it to PNG, such as with ImageMagick (magick A.bmp A.png)';
const EXPORT = 'save it as PNG in the program that it is from';
const UNPACK = 'unpack it';

/**
 * What people take for a picture, or give the name of one: what its first bytes are, where `?` is any byte, what an
 * error calls it and what to do; pictures that the npm package sharp reads have no advice. The first that fits counts.
 * In the family of MP4 (ISO 14496-12) the brand after `ftyp` tells what it is.
 */
const STARTS: readonly (readonly [starts: string[], name: string, advice?: string])[] = [
  [['GIF87a', 'GIF89a'], 'GIF'],
  [['RIFF????WEBP'], 'WebP'],
  [['II*\0', 'MM\0*', 'II+\0', 'MM\0+'], 'TIFF'],
  [['????ftypavif', '????ftypavis'], 'AVIF'],
  [['BM????\0\0\0\0'], 'a BMP picture', MAGICK],
  [
    ['????ftyphe', '????ftypmif1', '????ftypmsf1'],
    'a HEIC picture',
    'convert it to JPEG, such as with heif-convert; iPhones save JPEG where the camera is set to Most Compatible',
  ],
  [
    ['????ftyp', '\x1a\x45\xdf\xa3', 'RIFF????AVI '],
    'a video',
    'save one picture of it, such as with ffmpeg -frames:v 1',
  ],
  [['\xff\x0a', '\0\0\0\x0cJXL '], 'a JPEG XL picture', 'convert it to PNG, such as with djxl'],
  [
    ['\xff\x4f\xff\x51', '\0\0\0\x0cjP  '],
    'a JPEG 2000 picture',
    'convert it to PNG, such as with opj_decompress',
  ],
  [['8BPS'], 'a Photoshop file', EXPORT],
  [['%PDF-'], 'a PDF document', 'save its page as PNG, such as with pdftoppm -png -r 200'],
  [['PK\x03\x04'], 'a ZIP archive', UNPACK],
  [['\x1f\x8b'], 'a gzip archive', UNPACK],
  [['\0\0\x08\x01', '\0\0\x08\x03'], 'an IDX file of a data set', 'give it as `data`'],
];

/** Kinds that more than their first bytes tell. */
const SHAPES: readonly (readonly [is: (head: Uint8Array) => boolean, name: string, advice: string])[] = [
  [isTga, 'a TGA picture', MAGICK],
  [isIcon, 'an icon', MAGICK],
];

/** Kinds of text, by a pattern over the start of it. */
const TEXTS: readonly (readonly [start: RegExp, name: string, advice?: string])[] = [
  [/^version https:\/\/git-lfs\./, 'a Git LFS pointer', 'run git lfs pull'],
  [/^<(!doctype html|html)/i, 'a web page', 'save the picture itself'],
  [/^(<[?!].*)?<svg[\s>]/is, 'SVG'],
  [/^P[1-7]\s[\s\d#]/, 'a PNM picture', MAGICK],
  [/^/, 'text', 'give a picture'],
];

/** What a file is: a format that is read, or what an error calls it and what to do. */
function tell(bytes: Uint8Array): Format | readonly [name: string, advice: string] | undefined {
  if (isPng(bytes)) return 'PNG';
  if (isJpeg(bytes)) return 'JPEG';
  const start = bytes.subarray(0, HEAD_BYTES);
  const head = String.fromCharCode(...start);
  const text = textOf(start);
  const found =
    STARTS.find(([starts]) => starts.some((each) => startsAs(head, each))) ??
    SHAPES.find(([is]) => is(start)) ??
    (text === undefined ? undefined : TEXTS.find(([pattern]) => pattern.test(text)));
  if (found === undefined) return undefined;
  const [, name, advice] = found;
  return advice === undefined ? (name as Format) : [name, advice];
}

/** The format of a file that is read, or can be with the npm package sharp; undefined for all else. */
export function formatOf(bytes: Uint8Array): Format | undefined {
  const found = tell(bytes);
  return typeof found === 'string' ? found : undefined;
}

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
  const head = String.fromCharCode(...bytes.subarray(0, 8));
  if ('\x89PNG\r\n\x1a\n'.startsWith(head)) fail('the PNG ends in the middle of its signature');
  // Transfers as text change the rest of the signature, which is there to show them (PNG, 12.11).
  if (startsAs(head, '?PNG')) fail('the signature of the PNG is damaged', AGAIN);
  const found = tell(bytes);
  if (found === undefined)
    fail('this is neither a PNG nor a JPEG file', 'convert it to PNG or JPEG', 'not-an-image');
  if (isSharpFormat(found)) {
    const article = found === 'AVIF' || found === 'SVG' ? 'an' : 'a';
    fail(
      `${article} ${found} picture`,
      'install sharp (npm install sharp) to read it, or convert it to PNG',
      'not-an-image',
    );
  }
  const [what, advice] = found as readonly [string, string];
  const more = /picture|pointer/.test(what) ? what : `this is ${what}, neither a PNG nor a JPEG file`;
  fail(more, advice, 'not-an-image');
}

const startsAs = (head: string, start: string): boolean =>
  [...start].every((char, i) => (char === '?' ? i < head.length : head[i] === char));

/**
 * Whether a file starts as TGA files do, which have no signature: a map of colours or none, as its type has it, a size,
 * and the bits of a pixel (Truevision TGA, version 2.0).
 */
function isTga(head: Uint8Array): boolean {
  if (head.length < 18) return false;
  const [, map, type] = head;
  const mapped = type === 1 || type === 9;
  const view = new DataView(head.buffer, head.byteOffset);
  return (
    map === Number(mapped) &&
    [1, 2, 3, 9, 10, 11].includes(type) &&
    (mapped || head.subarray(3, 8).every((byte) => byte === 0)) &&
    view.getUint16(12, true) > 0 &&
    view.getUint16(14, true) > 0 &&
    [8, 15, 16, 24, 32].includes(head[16])
  );
}

/** Whether a file starts as icons and cursors of Windows do: their kind, and how many there are. */
function isIcon(head: Uint8Array): boolean {
  const [zero, more, kind, high, count] = head;
  return zero + more + high === 0 && (kind === 1 || kind === 2) && head.length >= 6 && count + head[5] > 0;
}

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

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeImage, encodePng } from '../../../../pipeline/node/decode/decode.ts';
import { gray, refuses } from '../../../support/images.ts';

const latin = (text: string) => Buffer.from(text.padEnd(40, '\0'), 'latin1');

/** Starts of files, and what they are called. */
const FILES: readonly (readonly [start: Buffer, expected: string])[] = [
  [latin('GIF89a\x0a\0\x0a\0'), 'GIF picture'],
  [latin('RIFF\x24\0\0\0WEBPVP8 '), 'WebP picture'],
  [latin('BM\x46\0\0\0\0\0\0\0\x36\0\0\0'), 'BMP picture'],
  [latin('II*\0\x08\0\0\0'), 'TIFF picture'],
  [latin('MM\0*\0\0\0\x08'), 'TIFF picture'],
  [latin('\0\0\0\x18ftypheic\0\0\0\0mif1heic'), 'HEIC picture'],
  [latin('\0\0\0\x18ftypmif1\0\0\0\0mif1heic'), 'HEIC picture'],
  [latin('\0\0\0\x1cftypavif\0\0\0\0'), 'AVIF picture'],
  [latin('\0\0\0\x20ftypisom\0\0\x02\0'), 'video'],
  [latin('\x1a\x45\xdf\xa3'), 'video'],
  [latin('\xff\x0a\x0b'), 'JPEG XL'],
  [latin('\0\0\0\x0cJXL \x0d\x0a\x87\x0a'), 'JPEG XL'],
  [latin('\0\0\0\x0cjP  \x0d\x0a\x87\x0a'), 'JPEG 2000'],
  [latin('8BPS\0\x01'), 'Photoshop'],
  [latin('\0\0\x01\0\x01\0'), 'icon'],
  [latin('\0\0\x02\0\x03\0\x20\x20'), 'icon'],
  [latin('\0\0\x02\0\0\0\0\0\0\0\0\0\x20\0\x10\0\x18\x20'), 'TGA picture'],
  [latin('\x05\0\x0a\0\0\0\0\0\0\0\0\0\x20\0\x10\0\x20\x08'), 'TGA picture'],
  [latin('\0\x01\x01\0\0\0\x01\x18\0\0\0\0\x20\0\x10\0\x08\0'), 'TGA picture'],
  [latin('\0\0\x08\x03\0\0\xea\x60\0\0\0\x1c\0\0\0\x1c'), 'IDX'],
  [
    Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n'),
    'Git LFS pointer; run git lfs pull',
  ],
  [latin('%PDF-1.7\n'), 'PDF'],
  [latin('PK\x03\x04\x14\0'), 'ZIP'],
  [latin('\x1f\x8b\x08\0'), 'gzip'],
  [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'SVG'],
  [Buffer.from('\ufeff<?xml version="1.0"?>\n<!-- é -->\n<svg width="2">'), 'SVG'],
  [Buffer.from('\n<!DOCTYPE html>\n<html><svg>'), 'web page'],
  [Buffer.from('P2\n# grey\n2 2\n'), 'PNM picture'],
  [Buffer.from('image,label\na.png,7\n'), 'text'],
  [Buffer.from(`${'ä'.repeat(600)}`), 'text'],
  [latin('\x7fELF\x02\x01'), 'this is neither'],
  [latin('\xe9t\xe9'), 'this is neither'],
  [Buffer.alloc(600), 'this is neither'],
  [Buffer.alloc(0), 'empty'],
];

for (const [i, [start, expected]] of FILES.entries()) {
  test(`names what is no PNG or JPEG, ${i}: ${expected}`, async () => {
    const code = start.length === 0 ? 'damaged' : 'not-an-image';
    await refuses(() => decodeImage(start, 'a.png'), code, 'a.png:', expected);
  });
}

test('what helps is named: a program, or a package to install', async () => {
  const helps: [Buffer, string][] = [
    [latin('BM\x46\0\0\0\0\0\0\0'), 'magick'],
    [latin('\0\0\0\x18ftypheic'), 'heif-convert'],
    [latin('%PDF-1.7\n'), 'pdftoppm'],
    [latin('\xff\x0a\x0b'), 'djxl'],
  ];
  for (const [start, program] of helps) {
    const said = await refuses(() => decodeImage(start, 'photo'), 'not-an-image', 'photo: ', program);
    assert.not.match(said, /sharp/);
  }
  const expected =
    'photo: a WebP picture; install sharp (npm install sharp) to read it, or convert it to PNG';
  assert.is(
    await refuses(() => decodeImage(latin('RIFF\x24\0\0\0WEBPVP8 '), 'photo'), 'not-an-image'),
    expected,
  );
});

test('a PNG that was moved as text is a damaged PNG', async () => {
  const file = Buffer.from(encodePng(gray([0, 1])));
  const moved = [
    Buffer.from(file.toString('latin1').replaceAll('\r\n', '\n'), 'latin1'),
    Buffer.from(file.toString('latin1').replaceAll(/\r?\n/g, '\r\n'), 'latin1'),
    Buffer.from(file.map((byte) => byte & 127)),
  ];
  for (const bytes of moved) {
    await refuses(() => decodeImage(bytes, 'a.png'), 'damaged', 'a.png', 'signature');
  }
});

test.run();

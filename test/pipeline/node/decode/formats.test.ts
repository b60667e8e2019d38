import { test } from 'uvu';
import { decodeImage, encodePng } from '../../../../pipeline/node/decode/decode.ts';
import { gray, refuses } from '../../../support/images.ts';

const latin = (text: string) => Buffer.from(text.padEnd(40, '\0'), 'latin1');

/** Starts of files, and what they are called. */
const FILES: readonly (readonly [start: Buffer, expected: RegExp])[] = [
  [latin('GIF89a\x0a\0\x0a\0'), /this is a GIF image, .*; convert it to PNG or JPEG$/],
  [latin('RIFF\x24\0\0\0WEBPVP8 '), /a WebP image/],
  [latin('BM\x46\0\0\0\0\0\0\0\x36\0\0\0'), /a BMP image/],
  [latin('II*\0\x08\0\0\0'), /a TIFF image/],
  [latin('MM\0*\0\0\0\x08'), /a TIFF image/],
  [latin('\0\0\0\x18ftypheic\0\0\0\0mif1heic'), /a HEIC image/],
  [latin('\0\0\0\x18ftypmif1\0\0\0\0mif1heic'), /a HEIC image/],
  [latin('\0\0\0\x1cftypavif\0\0\0\0'), /an AVIF image/],
  [latin('\0\0\0\x20ftypisom\0\0\x02\0'), /a video, .*; save one picture of it/],
  [latin('\x1a\x45\xdf\xa3'), /a video/],
  [latin('\xff\x0a\x0b'), /a JPEG XL image/],
  [latin('\0\0\0\x0cJXL \x0d\x0a\x87\x0a'), /a JPEG XL image/],
  [latin('\0\0\0\x0cjP  \x0d\x0a\x87\x0a'), /a JPEG 2000 image/],
  [latin('8BPS\0\x01'), /a Photoshop file/],
  [latin('\0\0\x01\0\x01\0'), /an icon/],
  [latin('%PDF-1.7\n'), /a PDF document, .*; save its page/],
  [latin('PK\x03\x04\x14\0'), /a ZIP archive, .*; unpack it/],
  [latin('\x1f\x8b\x08\0'), /a gzip archive/],
  [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), /an SVG drawing, .*; convert/],
  [Buffer.from('\ufeff<?xml version="1.0"?>\n<!-- é -->\n<svg width="2">'), /an SVG drawing/],
  [Buffer.from('\n<!DOCTYPE html>\n<html><svg>'), /a web page, .*; save the picture itself/],
  [Buffer.from('P2\n# grey\n2 2\n'), /a PNM image/],
  [Buffer.from('image,label\na.png,7\n'), /this is text, .*; give a picture/],
  [Buffer.from(`${'ä'.repeat(600)}`), /this is text/],
  [latin('\x7fELF\x02\x01'), /this is neither a PNG nor a JPEG file; convert/],
  [latin('\xe9t\xe9'), /this is neither a PNG nor a JPEG file; convert/],
  [Buffer.alloc(600), /this is neither a PNG nor a JPEG file; convert/],
  [Buffer.alloc(0), /the file is empty; /],
];

for (const [i, [start, expected]] of FILES.entries()) {
  test(`names what is no PNG or JPEG, ${i}: ${expected}`, async () => {
    await refuses(() => decodeImage(start, 'a.png'), /^a\.png: .*; /);
    await refuses(() => decodeImage(start, 'a.png'), expected);
  });
}

test('a PNG that was moved as text is a damaged PNG', async () => {
  const file = Buffer.from(encodePng(gray([0, 1])));
  const moved = [
    Buffer.from(file.toString('latin1').replaceAll('\r\n', '\n'), 'latin1'),
    Buffer.from(file.toString('latin1').replaceAll(/\r?\n/g, '\r\n'), 'latin1'),
    Buffer.from(file.map((byte) => byte & 127)),
  ];
  for (const bytes of moved) {
    await refuses(() => decodeImage(bytes, 'a.png'), /^a\.png: the signature of the PNG is damaged; save or/);
  }
});

test.run();

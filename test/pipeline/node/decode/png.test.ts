// Every kind of PNG against a decoder written plainly, and what else is in such files.
import { deflateSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeImage } from '../../../../pipeline/node/decode/decode.ts';
import { pngChunk, refuses } from '../../../support/images.ts';
import { exif } from '../../../support/jpegs.ts';
import { numbers, type PngKind, randomPng } from '../../../support/makePng.ts';
import { referencePixels } from '../../../support/referencePng.ts';

/** Colour types and their depths (PNG, second edition, table 11.1). */
const DEPTHS: readonly (readonly [colourType: number, depths: number[]])[] = [
  [0, [1, 2, 4, 8, 16]],
  [2, [8, 16]],
  [3, [1, 2, 4, 8]],
  [4, [8, 16]],
  [6, [8, 16]],
];

/** Decodes a file, and holds it to the reference; the colour of what is clear does not count. */
function checkPixels(file: Buffer, what: string): void {
  const image = decodeImage(file, what);
  const expected = referencePixels(file);
  assert.equal([image.width, image.height], [expected.width, expected.height], what);
  for (const pixels of [image.data, expected.data]) {
    for (let i = 0; i < pixels.length; i += 4) if (pixels[i + 3] === 0) pixels.fill(0, i, i + 3);
  }
  const wrong = expected.data.findIndex((byte, i) => byte !== image.data[i]);
  assert.is(wrong, -1, `${what}: byte ${wrong}`);
}

for (const [colourType, depths] of DEPTHS) {
  test(`colour type ${colourType} decodes as the specification says, in every depth, size and order`, () => {
    const random = numbers(colourType);
    for (const depth of depths) {
      for (const interlaced of [false, true]) {
        for (const [width, height] of [
          [1, 1],
          [1, 9],
          [9, 1],
          [2, 3],
          [5, 5],
          [8, 8],
          [17, 13],
          [33, 30],
        ]) {
          const kind = { width, height, colourType, depth, interlaced };
          checkPixels(
            randomPng(kind, random),
            `${width}×${height}, depth ${depth}, interlaced ${interlaced}`,
          );
        }
      }
    }
  });

  test(`colour type ${colourType} with transparency`, () => {
    const random = numbers(10 + colourType);
    if (colourType > 3) return;
    for (const depth of depths) {
      // One colour is clear, or each of a palette has its own opacity, where the last may be left out.
      const level = () => [0, random(depth < 8 ? 2 ** depth : 4)];
      const clear = {
        0: () => level(),
        2: () => [...level(), ...level(), ...level()],
        3: () => Array.from({ length: 2 ** depth - 1 }, () => random(256)),
      }[colourType]!;
      const chunks = [pngChunk('tRNS', Buffer.from(clear()))];
      checkPixels(
        randomPng({ width: 23, height: 19, colourType, depth, interlaced: false, chunks }, random),
        `${depth}`,
      );
    }
  });
}

const plain: PngKind = { width: 7, height: 5, colourType: 2, depth: 8, interlaced: false };
const withChunks = (...chunks: Buffer[]) => randomPng({ ...plain, chunks }, numbers(5));
const expected = decodeImage(withChunks(), 'plain');

test('image data in chunks of one byte, and many chunks of none', () => {
  assert.equal(decodeImage(randomPng({ ...plain, chunkBytes: 1 }, numbers(5)), 'a'), expected);
  const none = pngChunk('IDAT', Buffer.alloc(0));
  assert.equal(decodeImage(withChunks(...Array.from({ length: 100_000 }, () => none)), 'a'), expected);
});

test('what is no pixel is not looked into: comments, profiles and unknown chunks, damaged or bombs', () => {
  const bomb = deflateSync(Buffer.alloc(1e8));
  const start = process.memoryUsage().rss;
  const damaged = pngChunk('tEXt', Buffer.from('Comment\0hello'));
  damaged[damaged.length - 1] ^= 1;
  const chunks = [
    pngChunk('iCCP', Buffer.concat([Buffer.from('profile\0\0', 'latin1'), bomb])),
    pngChunk('zTXt', Buffer.concat([Buffer.from('Comment\0\0', 'latin1'), bomb])),
    pngChunk('gAMA', Buffer.from([0, 0, 0, 1])),
    pngChunk('vpAg', Buffer.alloc(9)),
    damaged,
  ];
  assert.equal(decodeImage(withChunks(...chunks), 'a'), expected);
  assert.ok(process.memoryUsage().rss - start < 50e6);
});

test('of an animated PNG the picture is read that every program shows', () => {
  const frame = Buffer.alloc(26);
  frame.writeUInt32BE(7, 4);
  frame.writeUInt32BE(5, 8);
  const animation = [pngChunk('acTL', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0])), pngChunk('fcTL', frame)];
  assert.equal(decodeImage(withChunks(...animation, pngChunk('fdAT', Buffer.alloc(40))), 'a'), expected);
});

test('a transparency that is damaged is refused, since it changes pixels', async () => {
  const clear = pngChunk('tRNS', Buffer.alloc(6));
  clear[clear.length - 1] ^= 1;
  await refuses(() => decodeImage(withChunks(clear), 'a.png'), 'damaged', 'a.png', 'checksum', 'tRNS');
});

test('EXIF in a PNG turns it; damaged EXIF does not', () => {
  const tiff = (orientation: number) => exif(orientation).subarray(6);
  const turned = decodeImage(withChunks(pngChunk('eXIf', tiff(6))), 'a');
  assert.equal([turned.width, turned.height], [5, 7]);
  // Orientation 6: the first row is the right side, its first column the top.
  assert.equal([...turned.data.subarray(16, 20)], [...expected.data.subarray(0, 4)]);
  const wrongSum = pngChunk('eXIf', tiff(6));
  wrongSum[wrongSum.length - 1] ^= 1;
  for (const chunk of [wrongSum, pngChunk('eXIf', Buffer.from('II')), pngChunk('eXIf', Buffer.alloc(0))]) {
    assert.equal(decodeImage(withChunks(chunk), 'a'), expected);
  }
});

test.run();

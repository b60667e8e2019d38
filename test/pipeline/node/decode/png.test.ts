// Every kind of PNG against a decoder written plainly, and what else is in such files.
import { deflateSync, inflateSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RgbaImage } from '../../../../pipeline/image/image.ts';
import { decodeImage } from '../../../../pipeline/node/decode/decode.ts';
import { decodePngInParts } from '../../../../pipeline/node/decode/decodePng.ts';
import { checkPng } from '../../../../pipeline/node/decode/png.ts';
import { PngRows } from '../../../../pipeline/node/decode/pngRows.ts';
import { pngChunk, pngFile, refusal, refuses } from '../../../support/images.ts';
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

/** Its image data at once, as a stream, and in parts of one byte or so. */
const WAYS: Record<string, (file: Buffer, what: string) => RgbaImage | Promise<RgbaImage>> = {
  'at once': (file, what) => decodeImage(file, what),
  'as a stream': (file, what) => decodePngInParts(file, what, {}, 0),
  'in small parts': (file, what) => {
    const { header, colours, packed } = checkPng(file, what, 1e6);
    const rows = new PngRows(header, colours);
    const data = inflateSync(Buffer.concat(packed.parts));
    for (let at = 0, length = 1; at < data.length; at += length, length = (length % 5) + 1)
      rows.add(data.subarray(at, at + length));
    return rows.image;
  },
};

/** Decodes a file, and holds it to the reference; the colour of what is clear does not count. */
async function checkPixels(file: Buffer, what: string): Promise<void> {
  const expected = withoutClear(referencePixels(file));
  for (const [way, decode] of Object.entries(WAYS)) {
    const image = withoutClear(await decode(file, what));
    assert.equal([image.width, image.height], [expected.width, expected.height], `${what}, ${way}`);
    const wrong = expected.data.findIndex((byte, i) => byte !== image.data[i]);
    assert.is(wrong, -1, `${what}, ${way}: byte ${wrong}`);
  }
}

function withoutClear({ width, height, data }: RgbaImage): RgbaImage {
  for (let i = 0; i < data.length; i += 4) if (data[i + 3] === 0) data.fill(0, i, i + 3);
  return { width, height, data };
}

for (const [colourType, depths] of DEPTHS) {
  test(`colour type ${colourType} decodes as the specification says, in every depth, size and order`, async () => {
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
          await checkPixels(
            randomPng(kind, random),
            `${width}×${height}, depth ${depth}, interlaced ${interlaced}`,
          );
        }
      }
    }
  });

  test(`colour type ${colourType} with transparency`, async () => {
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
      await checkPixels(
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

/** A picture of a colour type whose chunks come in the order given, `data` being its image data. */
function ordered(colourType: number, ...chunks: (Buffer | 'data')[]): Buffer {
  const depth = 8;
  const file = randomPng({ width: 7, height: 5, colourType, depth, interlaced: false }, numbers(5));
  const [start, end] = [33, file.length - 12];
  const at = file.indexOf('IDAT') - 4;
  const data = file.subarray(at, end);
  return Buffer.concat([
    file.subarray(0, start),
    ...chunks.map((chunk) => (chunk === 'data' ? data : chunk)),
    file.subarray(end),
  ]);
}

const text = pngChunk('tEXt', Buffer.from('a\0b'));

/** A picture whose image data has a text in its middle. */
function torn(): Buffer {
  const file = randomPng({ ...plain, chunkBytes: 40 }, numbers(5));
  const second = file.indexOf('IDAT', file.indexOf('IDAT') + 4) - 4;
  return Buffer.concat([file.subarray(0, second), text, file.subarray(second)]);
}

const palette = (bytes: number) => pngChunk('PLTE', Buffer.alloc(bytes, 5));
const clear = (...bytes: number[]) => pngChunk('tRNS', Buffer.from(bytes));
const [GREY, COLOUR, PALETTE, ALPHA] = [0, 2, 3, 6];

/** Files whose chunks are not as the specification says, and what the refusal names (5.4, 5.6, 11.2.3, 11.3.2.1). */
const WRONG: Record<string, readonly [file: Buffer, ...names: string[]]> = {
  'a text within the image data': [torn(), 'image data (IDAT)', 'tEXt'],
  'image data and, after a text, more of it': [ordered(COLOUR, 'data', text, 'data'), 'IDAT', 'tEXt'],
  'no palette': [ordered(PALETTE, 'data'), 'PLTE'],
  'a palette after the image data': [ordered(PALETTE, 'data', palette(768)), 'PLTE'],
  'two palettes': [ordered(PALETTE, palette(768), palette(768), 'data'), 'PLTE'],
  'two palettes that no pixel needs': [ordered(COLOUR, palette(48), palette(48), 'data'), 'PLTE'],
  'a palette of 47 bytes': [ordered(PALETTE, palette(47), 'data'), 'PLTE', '47 bytes'],
  'a palette of no colours': [ordered(PALETTE, palette(0), 'data'), 'PLTE', '0 bytes'],
  'a palette of 257 colours': [ordered(PALETTE, palette(771), 'data'), 'PLTE', '771 bytes'],
  'a clear grey after the image data': [ordered(GREY, 'data', clear(0, 7)), 'tRNS', 'after'],
  'a clear grey of one byte': [ordered(GREY, clear(7), 'data'), 'tRNS', '1 bytes where 2'],
  'a clear colour of 5 bytes': [ordered(COLOUR, clear(0, 1, 0, 2, 0), 'data'), 'tRNS', '5 bytes where 6'],
  'two clear colours': [ordered(GREY, clear(0, 7), clear(0, 8), 'data'), 'tRNS', 'once'],
  'what is clear before the palette': [ordered(PALETTE, clear(7), palette(768), 'data'), 'tRNS', 'PLTE'],
  'more clear colours than colours': [ordered(PALETTE, palette(6), clear(7, 8, 9), 'data'), '3', '2'],
  'a name that is not of letters': [ordered(COLOUR, pngChunk('te3t', Buffer.alloc(3)), 'data'), 'letters'],
  'a needed chunk that nobody knows': [ordered(COLOUR, pngChunk('ABCD', Buffer.alloc(3)), 'data'), 'ABCD'],
};

for (const [what, [file, ...names]] of Object.entries(WRONG)) {
  test(`refuses ${what}`, async () => {
    await refuses(() => decodeImage(file, 'a.png'), 'damaged', 'a.png: ', ...names);
  });
}

test('a stream of image data is refused in the words in which all of it is', async () => {
  const size = { width: 7, height: 5 };
  const data = Buffer.alloc(5 * 8, 1);
  const packed = deflateSync(data);
  const changed = Buffer.from(packed);
  changed[changed.length - 1] ^= 1;
  const palette16 = pngFile({ ...size, format: [8, PALETTE, 0, 0, 0] }, packed);
  for (const file of [
    pngFile(size, deflateSync(data.subarray(0, 39))),
    pngFile(size, deflateSync(Buffer.alloc(41))),
    pngFile(size, deflateSync(Buffer.alloc(1e6))),
    pngFile(size, packed.subarray(0, -5)),
    pngFile(size, changed),
    pngFile(size, Buffer.alloc(9)),
    pngFile(size, deflateSync(Buffer.alloc(40, 5))),
    pngFile({ width: 7000, height: 5000 }, packed),
    Buffer.concat([palette16.subarray(0, 33), pngChunk('PLTE', Buffer.alloc(3)), palette16.subarray(33)]),
  ]) {
    const { message } = await refusal(() => decodeImage(file, 'a.png'));
    await refuses(() => decodePngInParts(file, 'a.png', {}, 0), 'damaged', message);
  }
});

test('chunks that no pixel depends on may be anything: palettes of colours, clear colours beside alpha', () => {
  const same = (colourType: number, ...chunks: (Buffer | 'data')[]) =>
    assert.equal(
      decodeImage(ordered(colourType, ...chunks), 'a.png'),
      decodeImage(ordered(colourType, 'data'), 'a.png'),
    );
  for (const colourType of [GREY, COLOUR, ALPHA]) {
    same(colourType, palette(48), 'data');
    same(colourType, palette(47), 'data');
    same(colourType, 'data', palette(48));
    same(colourType, clear(), 'data');
  }
  same(ALPHA, clear(1, 2, 3), 'data');
  same(ALPHA, 'data', clear(0, 1), clear(0, 1));
});

test('of a clear colour only the bits count that a sample has (11.3.2.1)', () => {
  for (const [colourType, one] of [
    [GREY, [0, 7]],
    [COLOUR, [0, 7, 0, 9, 0, 200]],
  ] as const) {
    const high = one.map((byte, i) => (i % 2 === 0 ? 3 : byte));
    const clearOf = (bytes: readonly number[]) => ordered(colourType, clear(...bytes), 'data');
    assert.equal(decodeImage(clearOf(high), 'a.png'), decodeImage(clearOf(one), 'a.png'));
  }
  for (const depth of [1, 2, 4]) {
    const kind = { width: 9, height: 9, colourType: GREY, depth, interlaced: true };
    const [low, high] = [1, 0xf0 + 1].map((byte) =>
      decodeImage(randomPng({ ...kind, chunks: [clear(0xff, byte)] }, numbers(depth)), 'a.png'),
    );
    assert.equal(high, low);
    assert.ok(low.data.some((byte, i) => i % 4 === 3 && byte === 0));
  }
});

test('bytes after the end of the image data are passed over, in every kind of picture', async () => {
  for (const [colourType, depths] of DEPTHS) {
    for (const depth of depths) {
      const kind = { width: 9, height: 5, colourType, depth, interlaced: depth === 1 };
      const file = randomPng(kind, numbers(depth));
      const more = pngChunk('IDAT', Buffer.from([0x78, 0, 1, 2, 3]));
      const longer = Buffer.concat([file.subarray(0, -12), more, file.subarray(-12)]);
      assert.equal(decodeImage(longer, 'a.png'), decodeImage(file, 'a.png'));
      assert.equal(await decodePngInParts(longer, 'a.png', {}, 0), decodeImage(file, 'a.png'));
    }
  }
});

test.run();

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeImage, encodePng } from '../../../../pipeline/node/decode/decode.ts';
import { gray, pngChunk, pngFile, refusal, refuses } from '../../../support/images.ts';
import { referencePixels } from '../../../support/referencePng.ts';

const SUITE = '../shared/conformance/pngsuite';

/** 2×2 grey pixels 10, 20, 30, 40, each row after a filter byte of 0. */
const ROWS = Uint8Array.of(0, 10, 20, 0, 30, 40);
const SMALL = pngFile({ width: 2, height: 2 }, deflateSync(ROWS));

test('decodes a grey PNG made by hand', () => {
  const image = decodeImage(SMALL, 'a.png');
  assert.is(image.width, 2);
  assert.is(image.height, 2);
  const expected = [10, 20, 30, 40].flatMap((byte) => [byte, byte, byte, 255]);
  assert.equal([...image.data], expected);
});

test('a PNG in the middle of a larger buffer, and one with bytes after its end, decode', () => {
  const padded = Buffer.concat([Buffer.alloc(5, 7), SMALL, Buffer.alloc(9, 7)]);
  assert.is(decodeImage(padded.subarray(5), 'a.png').data[4], 20);
});

test('encodes and decodes colour and grey without loss', () => {
  const rgba = { width: 1, height: 2, data: Uint8Array.of(1, 2, 3, 255, 4, 5, 6, 7) };
  assert.equal([...decodeImage(encodePng(rgba), 'a').data], [...rgba.data]);
  const back = decodeImage(encodePng(gray([0, 0.4, 1.5])), 'a');
  assert.equal([...back.data], [0, 0, 0, 255, 102, 102, 102, 255, 255, 255, 255, 255]);
});

test('encodes images by channels, small and large, as bytes of their own kind', () => {
  for (const side of [3, 70]) {
    const pixels = side * side;
    for (const channels of [1, 3] as const) {
      const bytes = Uint8Array.from({ length: channels * pixels }, (_, i) => (i * 37 + (i >> 3)) % 256);
      const image = {
        width: side,
        height: side,
        data: Float32Array.from(bytes, (byte) => byte / 255),
        channels,
      };
      const file = Buffer.from(encodePng(image));
      // The colour type in the header.
      assert.is(file[25], channels === 1 ? 0 : 2);
      const back = decodeImage(file, 'a').data;
      for (let i = 0; i < pixels; i++) {
        const pixel = [0, 1, 2].map((k) => bytes[channels === 1 ? i : k * pixels + i]);
        assert.equal([...back.subarray(4 * i, 4 * i + 4)], [...pixel, 255]);
      }
    }
  }
});

test('refuses a PNG cut at any byte', async () => {
  for (let length = 0; length < SMALL.length; length++) {
    await refuses(() => decodeImage(SMALL.subarray(0, length), 'a.png'), 'damaged', 'a.png:');
  }
});

test('refuses a PNG with any byte of its header or image data changed', async () => {
  for (let at = 0; at < SMALL.length; at++) {
    const changed = Buffer.from(SMALL);
    changed[at] ^= 0x10;
    const { code, message } = await refusal(() => decodeImage(changed, 'a.png'));
    assert.match(message, /^a\.png: .+; .+/);
    // Without its first bytes it is no PNG that is damaged, but anything.
    if (at >= 8) assert.is(code, 'damaged');
  }
});

test('names the cut in the image data', async () => {
  const idat = SMALL.indexOf('IDAT');
  await refuses(() => decodeImage(SMALL.subarray(0, idat + 6), 'a.png'), 'damaged', 'a.png:', 'image data');
});

test('refuses a PNG with half of its rows, or with more than its header claims', async () => {
  const half = pngFile({ width: 2, height: 2 }, deflateSync(ROWS.subarray(0, 3)));
  await refuses(() => decodeImage(half, 'a.png'), 'damaged', 'a.png', '3 of the 6');
  const cut = pngFile({ width: 2, height: 2 }, deflateSync(ROWS).subarray(0, -4));
  await refuses(() => decodeImage(cut, 'a.png'), 'damaged', 'a.png', 'image data');
  const long = pngFile({ width: 2, height: 2 }, deflateSync(Buffer.alloc(1e6)));
  await refuses(() => decodeImage(long, 'a.png'), 'damaged', 'a.png', 'image data');
});

test('counts the rows of interlaced passes', async () => {
  // 3×3 pixels in Adam7: 1 in pass 1, 1 in pass 4, 2 in pass 5, 2 in pass 6, 3 in pass 7, and 6 filter bytes
  // (pass 6 has two rows of one pixel; passes 2 and 3 are empty).
  const header = { width: 3, height: 3, format: [8, 0, 0, 0, 1] };
  const full = deflateSync(Buffer.alloc(9 + 6));
  assert.is(decodeImage(pngFile(header, full), 'a.png').data.length, 36);
  const short = deflateSync(Buffer.alloc(9 + 5));
  await refuses(() => decodeImage(pngFile(header, short), 'a.png'), 'damaged', 'a.png', '14 of the 15');
});

test('says what is wrong with the chunks of a PNG', async () => {
  await refuses(
    () => decodeImage(pngFile({ width: 0, height: 2 }, ROWS), 'a.png'),
    'damaged',
    'a.png',
    '0×2',
  );
  const format = { width: 2, height: 2, format: [16, 3, 0, 0, 0] };
  await refuses(() => decodeImage(pngFile(format, ROWS), 'a.png'), 'damaged', 'a.png', 'pixel format');
  const idat = SMALL.indexOf('IDAT') - 4;
  const noData = Buffer.concat([SMALL.subarray(0, idat), pngChunk('IEND', Buffer.alloc(0))]);
  await refuses(() => decodeImage(noData, 'a.png'), 'damaged', 'a.png', 'IDAT');
  const noHeader = Buffer.concat([SMALL.subarray(0, 8), SMALL.subarray(idat)]);
  await refuses(() => decodeImage(noHeader, 'a.png'), 'damaged', 'a.png', 'IHDR');
  const twice = Buffer.concat([SMALL.subarray(0, idat), SMALL.subarray(8)]);
  await refuses(() => decodeImage(twice, 'a.png'), 'damaged', 'a.png', 'IHDR');
});

if (existsSync(SUITE)) {
  const names = readdirSync(`${SUITE}/png`).map((name) => name.replace('.png', ''));
  const bytesOf = (name: string) => readFileSync(`${SUITE}/png/${name}.png`);

  test('PngSuite: every valid file decodes, to the pixels that the suite gives', () => {
    const valid = names.filter((name) => !name.startsWith('x'));
    assert.is(valid.length, 161);
    const different = valid.filter((name) => {
      const image = decodeImage(bytesOf(name), name);
      const pixels: number[] = JSON.parse(readFileSync(`${SUITE}/json/${name}.json`, 'utf8'));
      // The suite gives 16-bit files as 16-bit pixels, and decoders differ in how they round them to 8 bits.
      const wide = name.endsWith('16');
      const near = (value: number, i: number) =>
        wide ? Math.abs(value / 257 - image.data[i]) <= 1 : value === image.data[i];
      // What has no opacity has no colour either: decoders keep or clear it.
      const same = (value: number, i: number) => near(value, i) || (i % 4 < 3 && image.data[i | 3] === 0);
      return pixels.length !== image.data.length || !pixels.every(same);
    });
    assert.equal(different, []);
  });

  test('PngSuite: every valid file decodes exactly as the specification says', () => {
    const valid = names.filter((name) => !name.startsWith('x'));
    const different = valid.filter((name) => {
      const { width, height, data } = decodeImage(bytesOf(name), name);
      const expected = referencePixels(bytesOf(name));
      // pngjs makes black what a transparent colour clears (tRNS), which shows nowhere.
      for (const pixels of [data, expected.data]) {
        for (let i = 0; i < pixels.length; i += 4) if (pixels[i + 3] === 0) pixels.fill(0, i, i + 3);
      }
      return (
        width !== expected.width || height !== expected.height || Buffer.compare(data, expected.data) !== 0
      );
    });
    assert.equal(different, []);
  });

  test('PngSuite: every corrupt file is refused', async () => {
    const corrupt = names.filter((name) => name.startsWith('x'));
    assert.is(corrupt.length, 14);
    for (const name of corrupt) {
      const { message } = await refusal(() => decodeImage(bytesOf(name), name));
      assert.match(message, /: .+; .+/);
      assert.ok(message.startsWith(name), message);
    }
  });
} else {
  console.log(`PngSuite is not tested: there is no folder ${SUITE}`);
}

test.run();

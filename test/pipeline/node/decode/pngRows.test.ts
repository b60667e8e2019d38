// Usual PNG files take a path of their own through the decoder: it must come out where the specification says.
import { deflateSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Random } from '../../../../engine/random.ts';
import { decodeImage } from '../../../../pipeline/node/decode/decode.ts';
import { pngChunk, pngFile, refuses } from '../../../support/images.ts';
import { referencePixels } from '../../../support/referencePng.ts';

const random = new Random(5);
const below = (n: number): number => Math.floor(random.uniform() * n);

/** Colour types of 8 bits without a palette, by samples of a pixel. */
const TYPES = { 1: 0, 2: 4, 3: 2, 4: 6 };

/** Rows of random bytes, row y after the filter that `filterOf` names. */
function rows(width: number, height: number, samples: number, filterOf: (y: number) => number): Uint8Array {
  const stride = 1 + width * samples;
  const data = Uint8Array.from({ length: height * stride }, () => below(256));
  for (let y = 0; y < height; y++) data[y * stride] = filterOf(y);
  return data;
}

for (const [samples, type] of Object.entries(TYPES)) {
  test(`every filter, first row or not, ${samples} samples a pixel`, () => {
    for (const [width, height] of [
      [1, 1],
      [1, 7],
      [7, 1],
      [2, 3],
      [13, 17],
    ]) {
      for (let filter = 0; filter <= 5; filter++) {
        const filterOf = (y: number) => (filter < 5 ? (filter + y) % 5 : below(5));
        const idat = deflateSync(rows(width, height, Number(samples), filterOf));
        const file = pngFile({ width, height, format: [8, type, 0, 0, 0] }, idat);
        const { data, ...size } = decodeImage(file, 'a.png');
        const expected = referencePixels(file);
        assert.equal(size, { width, height });
        assert.is(Buffer.compare(data, expected.data), 0, `${width}×${height}, filter ${filter}`);
      }
    }
  });
}

test('a filter that does not exist is refused, in the first row and in the last', async () => {
  for (const wrong of [0, 2]) {
    const data = rows(3, 3, 1, (y) => (y === wrong ? 5 : 0));
    await refuses(
      () => decodeImage(pngFile({ width: 3, height: 3 }, deflateSync(data)), 'a.png'),
      'damaged',
      'a.png',
      'filter type - 5',
    );
  }
});

/** The same file with a chunk before its image data. */
function withChunk(file: Buffer, type: string, body: Uint8Array): Buffer {
  const at = file.indexOf('IDAT') - 4;
  return Buffer.concat([file.subarray(0, at), pngChunk(type, body), file.subarray(at)]);
}

test('a palette and a colour that is clear are not lost', async () => {
  const grey = pngFile({ width: 2, height: 1 }, deflateSync(Uint8Array.of(0, 7, 9)));
  assert.equal([...decodeImage(grey, 'a').data], [7, 7, 7, 255, 9, 9, 9, 255]);
  const clear = decodeImage(withChunk(grey, 'tRNS', Uint8Array.of(0, 9)), 'a').data;
  assert.equal([clear[3], clear[7]], [255, 0]);

  const indices = pngFile(
    { width: 2, height: 1, format: [8, 3, 0, 0, 0] },
    deflateSync(Uint8Array.of(0, 1, 0)),
  );
  const coloured = decodeImage(withChunk(indices, 'PLTE', Uint8Array.of(1, 2, 3, 4, 5, 6)), 'a').data;
  assert.equal([...coloured], [4, 5, 6, 255, 1, 2, 3, 255]);
  await refuses(() => decodeImage(indices, 'a.png'), 'damaged', 'a.png', 'palette');
});

test('chunks that change no pixel are passed over, but not unknown ones that a decoder must know', async () => {
  const grey = pngFile({ width: 2, height: 1 }, deflateSync(Uint8Array.of(0, 7, 9)));
  const same = decodeImage(grey, 'a').data;
  for (const type of ['gAMA', 'tEXt', 'zzZz']) {
    assert.equal(decodeImage(withChunk(grey, type, Uint8Array.of(0, 0, 0, 1)), 'a').data, same);
  }
  await refuses(() => decodeImage(withChunk(grey, 'ABCD', Uint8Array.of(1)), 'a.png'), 'damaged', 'a.png');
});

test.run();

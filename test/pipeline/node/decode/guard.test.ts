// What a small file can make a reader do. This is a file of its own since it looks at the peak of memory of its
// process.
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createDeflate, deflateSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Fault } from '../../../../pipeline/faults.ts';
import { decodeImage } from '../../../../pipeline/node/decode/decode.ts';
import { MAX_PIXELS } from '../../../../pipeline/node/decode/refusal.ts';
import { pngFile, refusal, refuses } from '../../../support/images.ts';
import { jpegFile } from '../../../support/jpegs.ts';

const PNG_1000 = { width: 1000, height: 1000, format: [8, 2, 0, 0, 0] };
const pixels = Buffer.alloc(1000 * 3001);
for (let i = 0; i < pixels.length; i++) pixels[i] = i % 3001 === 0 ? 0 : (i * i) % 251;
const packed = deflateSync(pixels);

/** A hundred megabytes of zeros, deflated piece by piece: making them at once would raise the peak. */
const million = Buffer.alloc(1e6);
const zeros = Readable.from(Array.from({ length: 100 }, () => million));
const bomb = await buffer(zeros.pipe(createDeflate()));
const whole = pngFile(PNG_1000, packed);

/** Files that claim more than they hold, and what is said of them. */
const FILES: readonly (readonly [string, Buffer, Fault, ...string[]])[] = [
  [
    'a PNG of 69 bytes that claims 15000×15000',
    pngFile({ width: 15000, height: 15000, format: [8, 6, 0, 0, 0] }, deflateSync(Buffer.alloc(9))),
    'too-large',
    '15000×15000',
    '64 megapixels',
  ],
  [
    'a PNG that claims as much as is read, and holds a byte',
    pngFile({ width: 8000, height: 8000, format: [16, 6, 0, 0, 0] }, deflateSync(Buffer.alloc(1))),
    'damaged',
    '1 of the 512008000',
  ],
  ['a PNG that is cut in half', whole.subarray(0, whole.length / 2), 'damaged', 'PNG', 'image data'],
  [
    'a PNG whose image data is cut in half',
    pngFile(PNG_1000, packed.subarray(0, packed.length / 2)),
    'damaged',
    'PNG',
    'image data',
  ],
  [
    'a PNG with half of its rows',
    pngFile(PNG_1000, deflateSync(pixels.subarray(0, 500 * 3001))),
    'damaged',
    '1500500 of the 3001000',
  ],
  [
    'a PNG of 100 KB that inflates to 100 MB',
    pngFile({ width: 10, height: 10 }, bomb),
    'damaged',
    'PNG',
    'image data',
  ],
  ['a JPEG that claims 15000×15000', jpegFile(15000, 15000), 'too-large', '15000×15000', '64 megapixels'],
  ['a JPEG that claims as much as is read', jpegFile(8000, 8000), 'damaged', '1 bytes'],
];

// What each takes for the first time, such as compiling the code, is not the file's doing.
for (const [, file] of FILES) await refusal(() => decodeImage(file.subarray(0, 60), 'a'));

for (const [name, file, code, ...names] of FILES) {
  test(`${name}: refused within 50 ms and 50 MB`, async () => {
    const before = process.memoryUsage().rss;
    // Others may have the processor for a while, so the best of a few counts.
    const times: number[] = [];
    for (let i = 0; i < 5; i++) {
      const start = performance.now();
      await refuses(() => decodeImage(file, 'a'), code, ...names);
      times.push(performance.now() - start);
    }
    // The peak of the whole process, so what making the files took counts too.
    const grown = 1024 * process.resourceUsage().maxRSS - before;
    assert.ok(grown < 50e6, `took ${grown / 1e6} MB`);
    const best = Math.min(...times);
    assert.ok(best < 50, `took ${best} ms`);
  });
}

test('a picture may have 64 megapixels, unless it is told otherwise', async () => {
  assert.is(MAX_PIXELS, 8000 * 8000);
  await refuses(() => decodeImage(whole, 'a', 1000 * 1000 - 1), 'too-large', '1000×1000', '0.999999 mega');
  assert.is(decodeImage(whole, 'a', 1000 * 1000).width, 1000);
});

test.run();

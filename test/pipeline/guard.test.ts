// What a small file can make a reader do. In a process of its own, whose peak of memory nothing else has raised.
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createDeflate, deflateSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeImage } from '../../pipeline/decode.ts';
import { pngFile, refuses } from '../support/images.ts';
import { jpegFile } from '../support/jpegs.ts';

const PNG_1000 = { width: 1000, height: 1000, format: [8, 2, 0, 0, 0] };
const pixels = Buffer.from(
  Array.from({ length: 1000 * 3001 }, (_, i) => (i % 3001 === 0 ? 0 : (i * i) % 251)),
);
const packed = deflateSync(pixels);

/** A hundred megabytes of zeros, deflated piece by piece: making them at once would raise the peak. */
const bomb = await buffer(
  Readable.from(
    (function* zeros() {
      for (let i = 0; i < 100; i++) yield Buffer.alloc(1e6);
    })(),
  ).pipe(createDeflate()),
);
const whole = pngFile(PNG_1000, packed);

/** Files that claim more than they hold, and what is said of them. */
const FILES: readonly (readonly [string, Buffer, RegExp])[] = [
  [
    'a PNG of 69 bytes that claims 15000×15000',
    pngFile({ width: 15000, height: 15000, format: [8, 6, 0, 0, 0] }, deflateSync(Buffer.alloc(9))),
    /claims 15000×15000 pixels; at most 64 megapixels/,
  ],
  [
    'a PNG that claims as much as is read, and holds a byte',
    pngFile({ width: 8000, height: 8000, format: [16, 6, 0, 0, 0] }, deflateSync(Buffer.alloc(1))),
    /holds 1 of the 512008000 bytes/,
  ],
  ['a PNG that is cut in half', whole.subarray(0, whole.length / 2), /ends in the middle of its image data/],
  [
    'a PNG whose image data is cut in half',
    pngFile(PNG_1000, packed.subarray(0, packed.length / 2)),
    /ends in the middle of its image data/,
  ],
  [
    'a PNG with half of its rows',
    pngFile(PNG_1000, deflateSync(pixels.subarray(0, 500 * 3001))),
    /holds 1500500 of the 3001000 bytes/,
  ],
  [
    'a PNG of 100 KB that inflates to 100 MB',
    pngFile({ width: 10, height: 10 }, bomb),
    /more image data than its header claims/,
  ],
  ['a JPEG that claims 15000×15000', jpegFile(15000, 15000), /claims 15000×15000 pixels; at most 64/],
  ['a JPEG that claims as much as is read', jpegFile(8000, 8000), /too few for the size/],
];

// What each takes for the first time, such as compiling the code, is not the file's doing.
for (const [, file] of FILES) await refuses(() => decodeImage(file.subarray(0, 60), 'a'), /./);

for (const [name, file, pattern] of FILES) {
  test(`${name}: refused within 50 ms and 50 MB`, async () => {
    const before = process.resourceUsage().maxRSS;
    // Others may have the processor for a while, so the best of a few counts.
    const times: number[] = [];
    for (let i = 0; i < 5; i++) {
      const start = performance.now();
      await refuses(() => decodeImage(file, 'a'), pattern);
      times.push(performance.now() - start);
    }
    const grown = 1024 * (process.resourceUsage().maxRSS - before);
    assert.ok(grown < 50e6, `took ${grown / 1e6} MB`);
    const best = Math.min(...times);
    assert.ok(best < 50, `took ${best} ms`);
    console.log(`${name}: ${best.toFixed(1)} ms, ${(grown / 1e6).toFixed(1)} MB`);
  });
}

test.run();

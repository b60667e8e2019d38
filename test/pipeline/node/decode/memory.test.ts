// What pictures take at the most while they are decoded. This is a file of its own since it looks at the peak of memory of
// its process, which never falls: from the smallest to the largest.
import { deflateSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decodePicture } from '../../../../pipeline/node/decode/decodePicture.ts';
import { pngFile } from '../../../support/images.ts';

/** Sizes in whole blocks of 8×8 pixels, so that all rows of a pass are as long. */
const picture = (width: number, height: number, interlaced: boolean) => {
  const bytes = (columns: number, rows: number) => rows * (1 + 8 * columns);
  const passes = interlaced ? [8, 8, 4, 4, 2, 2, 1] : [1];
  const steps = interlaced ? [8, 8, 8, 4, 4, 2, 2] : [1];
  const length = passes.reduce((sum, step, i) => sum + bytes(width / step, height / steps[i]), 0);
  return pngFile(
    { width, height, format: [16, 6, 0, 0, Number(interlaced)] },
    deflateSync(new Uint8Array(length), { level: 1 }),
  );
};

const FILES: readonly (readonly [string, Buffer, number])[] = [
  ['16 bits', picture(4000, 2000, false), 8e6],
  ['16 bits, interlaced', picture(4000, 2000, true), 8e6],
  ['16 bits, 64 pixels wide', picture(64, 160_000, false), 10.24e6],
];

for (const [kind, file, pixels] of FILES) {
  test(`${kind}: at most 16 bytes a pixel`, async () => {
    const before = process.memoryUsage().rss;
    const { image } = await decodePicture(file, 'a.png');
    const grown = 1024 * process.resourceUsage().maxRSS - before;
    assert.is(image.width * image.height, pixels);
    assert.ok(grown <= 16 * pixels, `${(grown / pixels).toFixed(1)} bytes a pixel`);
  });
}

test.run();

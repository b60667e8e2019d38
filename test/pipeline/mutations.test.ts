import { readFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { InkgradError } from '../../engine/errors.ts';
import { decodeImage } from '../../pipeline/decode.ts';
import { pngFile } from '../support/images.ts';

const COUNT = 5000;

/** Files of every kind, small enough that thousands are decoded in seconds. */
const PNGS = [
  [8, 0, 0, 0, 0],
  [1, 0, 0, 0, 1],
  [8, 2, 0, 0, 0],
  [16, 6, 0, 0, 1],
].map((format) => {
  const [depth, type] = format;
  const pixel = (depth * { 0: 1, 2: 3, 6: 4 }[type]!) / 8;
  // 16×16 pixels in Adam7 lie in 30 rows of 256 pixels in all, each a whole number of bytes.
  const passes = [2, 2, 4, 4, 8, 8, 16].map((columns, i) => ({ columns, rows: [2, 2, 2, 4, 4, 8, 8][i] }));
  const rows = format[4] === 1 ? passes : [{ columns: 16, rows: 16 }];
  const length = rows.reduce((sum, each) => sum + each.rows * (1 + Math.ceil(each.columns * pixel)), 0);
  const data = Buffer.from(Array.from({ length }, (_, i) => (i * 7) % 5));
  return pngFile({ width: 16, height: 16, format }, deflateSync(data));
});

const JPEGS = ['grey', 'grey-restarts', 'colour-420', 'colour-progressive', 'colour-rgb'].map((name) =>
  readFileSync(`test/jpeg/fixtures/${name}.jpg`),
);

/** The same numbers each time: a linear congruential generator (Numerical Recipes, 7.1). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Changes, doubles or removes a few bytes somewhere. */
function mutated(file: Buffer, random: (below: number) => number): Buffer {
  let bytes = Buffer.from(file);
  for (let n = random(3); n >= 0; n--) {
    const at = random(bytes.length);
    const end = at + 1 + random(8);
    const kind = random(6);
    if (kind < 3) bytes[at] ^= 1 << random(8);
    if (kind === 3) bytes[at] = random(256);
    if (kind === 4) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
    if (kind === 5) bytes = Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
  }
  return bytes;
}

/** Makes the checksums of a PNG right again, as far as it has chunks, so that a change gets past them. */
function withChecksums(file: Buffer): Buffer {
  for (let at = 8; at + 12 <= file.length; ) {
    const end = at + 12 + file.readUInt32BE(at);
    if (end > file.length) break;
    file.writeUInt32BE(crc32(file.subarray(at + 4, end - 4)), end - 4);
    at = end;
  }
  return file;
}

/** Decodes mutations of files; each is refused in one line, or comes out whole, in the time a small file takes. */
function check(files: readonly Buffer[], mutate: (file: Buffer, n: number) => Buffer): void {
  let decoded = 0;
  let slowest = 0;
  for (let n = 0; n < COUNT; n++) {
    const bytes = mutate(files[n % files.length], n);
    const start = performance.now();
    try {
      const { width, height, data } = decodeImage(bytes, 'a file');
      assert.is(data.length, 4 * width * height);
      decoded++;
    } catch (error) {
      assert.instance(error, InkgradError, `mutation ${n}: ${error}`);
      assert.match((error as Error).message, /^a file: [^\n]+; [^\n]+$/);
    }
    slowest = Math.max(slowest, performance.now() - start);
  }
  assert.ok(decoded > COUNT / 100 && decoded < COUNT, `${decoded} of ${COUNT} decoded`);
  assert.ok(slowest < 2000, `the slowest took ${slowest} ms`);
}

for (const file of [...PNGS, ...JPEGS]) decodeImage(file, 'a seed');

test('mutated PNG files are decoded or refused', () => {
  const random = numbers(1);
  check(PNGS, (file, n) => (n % 4 === 0 ? mutated(file, random) : withChecksums(mutated(file, random))));
});

test('mutated JPEG files are decoded or refused', () => {
  const random = numbers(2);
  check(JPEGS, (file) => mutated(file, random));
});

test.run();

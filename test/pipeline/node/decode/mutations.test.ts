// Thousands of damaged files: each is refused in one line, or comes out in the size that its header claims, and
// none takes long. They are decoded by threads, which can be watched, and ended where one hangs.
import { readFileSync } from 'node:fs';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PipelineError } from '../../../../pipeline/faults.ts';
import { decodeImage } from '../../../../pipeline/node/decode/decode.ts';
import { checkJpeg } from '../../../../pipeline/node/decode/jpeg.ts';
import { pngChunk } from '../../../support/images.ts';
import { exif, withSegment } from '../../../support/jpegs.ts';
import { numbers, randomPng } from '../../../support/makePng.ts';

const COUNT = 5000;
/** Milliseconds that a file of a few hundred bytes may take. */
const PATIENCE = 5000;

type Random = (below: number) => number;

/** Changes, doubles or removes a few bytes somewhere. */
function mutated(file: Buffer, random: Random): Buffer {
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

/** Files of every kind, small enough that thousands are decoded in seconds. */
function pngs(random: Random): Buffer[] {
  const clear = pngChunk('tRNS', Buffer.from([255, 128, 0]));
  const kinds = [
    { colourType: 0, depth: 8, interlaced: false },
    { colourType: 0, depth: 1, interlaced: true },
    { colourType: 2, depth: 8, interlaced: false, chunkBytes: 50 },
    { colourType: 3, depth: 2, interlaced: false, chunks: [clear] },
    { colourType: 4, depth: 8, interlaced: true, chunks: [pngChunk('eXIf', exif(5).subarray(6))] },
    { colourType: 6, depth: 16, interlaced: true },
  ];
  return kinds.map((kind) => randomPng({ width: 15, height: 11, ...kind }, random));
}

function jpegs(): Buffer[] {
  const kinds = [
    'grey',
    'grey-restarts',
    'colour-420',
    'colour-rgb',
    'colour-scans',
    'colour-progressive-restarts',
  ];
  const files = kinds.map((name) => readFileSync(`test/jpeg/fixtures/${name}.jpg`));
  return [...files, withSegment(files[0], 0xe1, exif(8))];
}

/** What an image must be in size, as its header says, and told apart only by which side is which. */
function claimed(bytes: Buffer): number[] {
  if (bytes[0] === 0x89) return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const { width, height } = checkJpeg(bytes, 'a file', Number.POSITIVE_INFINITY);
  return [width, height];
}

interface Outcome {
  readonly decoded: number;
  readonly wrong: string[];
}

/** Decodes all mutations of a kind, and says in `place` which it is at. */
function decodeAll(kind: string, place: Int32Array): Outcome {
  const random = numbers(kind === 'PNG' ? 1 : 2);
  const files = kind === 'PNG' ? pngs(random) : jpegs();
  const outcome = { decoded: 0, wrong: [] as string[] };
  for (const [i, file] of files.entries()) {
    try {
      decodeImage(file, 'a seed');
    } catch (error) {
      outcome.wrong.push(`seed ${i}: ${error}`);
    }
  }
  for (let n = 0; n < COUNT; n++) {
    Atomics.store(place, 0, n);
    const damaged = mutated(files[n % files.length], random);
    const bytes = kind === 'PNG' && n % 4 > 0 ? withChecksums(damaged) : damaged;
    try {
      const { width, height, data } = decodeImage(bytes, 'a file');
      const sides = claimed(bytes);
      const fits = sides.includes(width) && sides.includes(height) && width * height === sides[0] * sides[1];
      if (!fits || data.length !== 4 * width * height)
        outcome.wrong.push(`${n}: ${width}×${height}, not ${sides}`);
      outcome.decoded++;
    } catch (error) {
      const refused = error instanceof PipelineError && /^a file: [^\n]+; [^\n]+$/.test(error.message);
      if (!refused) outcome.wrong.push(`${n}: ${error}`);
    }
  }
  return outcome;
}

/** Has a thread decode all mutations of a kind, and ends it when it stays at one for too long. */
function watched(kind: string): Promise<Outcome> {
  const place = new Int32Array(new SharedArrayBuffer(4));
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL(import.meta.url), { workerData: { kind, place } });
    let last = -1;
    const watch = setInterval(() => {
      const now = Atomics.load(place, 0);
      if (now === last) {
        reject(new Error(`mutation ${now} of a ${kind} takes more than ${PATIENCE} ms`));
        void thread.terminate();
      }
      last = now;
    }, PATIENCE);
    thread.on('message', resolve).on('error', reject);
    thread.on('exit', (code) => {
      clearInterval(watch);
      reject(new Error(`the thread ended with ${code} at mutation ${Atomics.load(place, 0)}`));
    });
  });
}

if (isMainThread) {
  const outcomes = { PNG: watched('PNG'), JPEG: watched('JPEG') };
  for (const [kind, outcome] of Object.entries(outcomes)) {
    test(`${COUNT} mutated ${kind} files are decoded whole or refused`, async () => {
      const { decoded, wrong } = await outcome;
      assert.equal(wrong, []);
      assert.ok(decoded > COUNT / 100 && decoded < COUNT / 2, `${decoded} of ${COUNT} decoded`);
      console.log(`${decoded} of ${COUNT} mutated ${kind} files decoded`);
    });
  }
  test.run();
} else {
  parentPort!.postMessage(decodeAll(workerData.kind, workerData.place));
}

// What libjpeg says of a file: something harmless must not hide the damage that comes after it.
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { judgeComplaints, tellingAll } from '../../pipeline/node/decode/complaints.ts';
import { decodeImage } from '../../pipeline/node/decode/decode.ts';
import { refuses } from '../support/images.ts';
import { withSegment } from '../support/jpegs.ts';

const read = (kind: string): Buffer => readFileSync(`test/jpeg/fixtures/${kind}.jpg`);
const scanOf = (file: Buffer): number => file.lastIndexOf(Uint8Array.of(0xff, 0xda));

/** A file with other bytes in the place of the `count` ones from `at` on. */
const replaced = (file: Buffer, at: number, count: number, ...bytes: number[]): Buffer =>
  Buffer.concat([file.subarray(0, at), Uint8Array.from(bytes), file.subarray(at + count)]);

/** The file with the last bytes of its last scan header, Ss, Se and the nibbles of Ah and Al, as given (T.81, B.2.3). */
function withBand(file: Buffer, ...band: [number, number, number]): Buffer {
  const scan = scanOf(file);
  return replaced(file, scan + 2 + file.readUInt16BE(scan + 2) - 3, 3, ...band);
}

/** What can be in front of all else, and loses no pixel. */
const HARMLESS: Record<string, (file: Buffer) => Buffer> = {
  'stray bytes': (file) => replaced(file, 2, 0, 7, 8, 9),
  'an unknown version of JFIF': (file) =>
    withSegment(file, 0xe0, Uint8Array.of(0x4a, 0x46, 0x49, 0x46, 0, 3, 1, 0, 0, 1, 0, 1, 0, 0)),
  'an unknown transform of Adobe': (file) =>
    withSegment(file, 0xee, Uint8Array.of(0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, 44)),
  'a band in a sequential scan': (file) => withBand(file, 0, 0, 0),
};

/** What loses pixels, and what the refusal names. */
const DAMAGES: Record<string, readonly [damage: (file: Buffer) => Buffer, names: string]> = {
  'bits that are no code': [
    (file) => replaced(file, scanOf(file) + 40, 6, 0xff, 0, 0xff, 0, 0xff, 0),
    'Huffman code',
  ],
  'a half of the image data': [
    (file) => replaced(file, Math.floor((scanOf(file) + file.length) / 2), file.length, 0xff, 0xd9),
    'damaged',
  ],
};

for (const [harmless, add] of Object.entries(HARMLESS)) {
  test(`${harmless}: no pixel is lost`, () => {
    const expected = decodeImage(read('colour'), 'a.jpg');
    assert.equal(decodeImage(add(read('colour')), 'a.jpg'), expected);
  });

  for (const [what, [damage, names]] of Object.entries(DAMAGES)) {
    test(`${harmless} in front of ${what} does not hide it`, async () => {
      const file = damage(add(read('colour')));
      await refuses(() => decodeImage(file, 'a.jpg'), 'damaged', 'a.jpg: ', names);
    });
  }
}

test('stray bytes do not hide a wrong restart marker', async () => {
  const file = read('colour-restarts');
  const at = file.indexOf(Uint8Array.of(0xff, 0xd1), scanOf(file));
  const wrong = replaced(replaced(file, at, 2, 0xff, 0xd5), 2, 0, 7, 8, 9);
  await refuses(() => decodeImage(wrong, 'a.jpg'), 'damaged', 'a.jpg', 'RST1');
});

test('stray bytes do not hide that a progressive picture lacks its first scan', async () => {
  const file = read('grey-progressive');
  const first = file.indexOf(Uint8Array.of(0xff, 0xda));
  const second = file.indexOf(Uint8Array.of(0xff, 0xc4), first);
  const without = replaced(replaced(file, first, second - first), 2, 0, 7, 8, 9);
  await refuses(() => decodeImage(without, 'a.jpg'), 'damaged', 'a.jpg', 'progression');
});

test('the band of a sequential scan is ignored, whatever it is', () => {
  const expected = decodeImage(read('colour'), 'a.jpg');
  assert.equal(decodeImage(withBand(read('colour'), 0, 63, 0x11), 'a.jpg'), expected);
  assert.equal(decodeImage(withBand(read('colour'), 5, 9, 0xff), 'a.jpg'), expected);
});

test('a file of nothing but stray bytes ends soon', async () => {
  const stray = Buffer.alloc(600_000, Uint8Array.of(7, 0xff, 0xd1));
  const file = read('grey');
  const long = Buffer.concat([file.subarray(0, 2), stray, file.subarray(2)]);
  await refuses(() => decodeImage(long, 'a.jpg'), 'damaged', 'a.jpg', '100,000');
});

test('only what is harmless is passed over', () => {
  const judge = judgeComplaints();
  judge('Corrupt JPEG data: 3 extraneous bytes before marker 0xc0');
  assert.throws(() => judge('Corrupt JPEG data: bad Huffman code'), /^bad Huffman code$/);
});

test('code that is not known is refused, and not changed at a wrong place', () => {
  const place = Buffer.of(0x28, 2, 104, 0x41, 3, 0x48);
  assert.equal([...tellingAll(place)], [0x28, 2, 104, 0x41, 0, 0x48]);
  assert.is(place[4], 3);
  for (const other of [Buffer.alloc(20), Buffer.concat([place, place])]) {
    assert.throws(() => tellingAll(other), /@jsquash\/jpeg/);
  }
});

test.run();

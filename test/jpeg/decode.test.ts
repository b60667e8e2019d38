import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeImage } from '../../pipeline/decode.ts';
import { refuses } from '../support/images.ts';
import { exif, jpegFile, withSegment } from '../support/jpegs.ts';

const FIXTURES = 'test/jpeg/fixtures';
const read = (file: string) => readFileSync(`${FIXTURES}/${file}`);
const kinds = readdirSync(FIXTURES)
  .filter((file) => file.endsWith('.png'))
  .map((file) => file.replace('.png', ''));

test('there is a fixture of each kind', () => assert.is(kinds.length, 9));

for (const kind of kinds) {
  test(`${kind} decodes to what libjpeg makes of it`, () => {
    const image = decodeImage(read(`${kind}.jpg`), kind);
    const expected = decodeImage(read(`${kind}.png`), kind);
    assert.equal([image.width, image.height], [expected.width, expected.height]);
    const apart = expected.data.map((byte, i) => Math.abs(byte - image.data[i]));
    // Decoders round as they like, and enlarge subsampled colour as they like.
    const subsampled = /42|progressive|restarts/.test(kind) && kind.startsWith('colour');
    const largest = apart.reduce((a, b) => Math.max(a, b));
    assert.ok(largest <= (subsampled ? 48 : 4), `differs by up to ${largest}`);
    const mean = apart.reduce((a, b) => a + b) / apart.length;
    assert.ok(mean <= (subsampled ? 4 : 1), `differs by ${mean} in the mean`);
  });

  test(`${kind}: cut at any byte it is refused`, async () => {
    const file = read(`${kind}.jpg`);
    for (let length = 2; length < file.length; length++) {
      await refuses(() => decodeImage(file.subarray(0, length), 'a.jpg'), /^a\.jpg: the JPEG ends .*; /);
    }
  });

  test(`${kind}: without a half of its image data it is refused`, async () => {
    const file = read(`${kind}.jpg`);
    const scan = file.lastIndexOf(Uint8Array.of(0xff, 0xda));
    const half = scan + Math.floor((file.length - scan) / 2);
    const cut = Buffer.concat([file.subarray(0, half), Uint8Array.of(0xff, 0xd9)]);
    await refuses(() => decodeImage(cut, 'a.jpg'), /^a\.jpg: .*JPEG.*; /);
  });
}

/**
 * What EXIF says of its values 1 to 8 (JEITA CP-3451, 4.6.4): the visual side that the 0th row of the file is,
 * and the one that its 0th column is.
 */
const SIDES = [
  ['top', 'left'],
  ['top', 'right'],
  ['bottom', 'right'],
  ['bottom', 'left'],
  ['left', 'top'],
  ['right', 'top'],
  ['right', 'bottom'],
  ['left', 'bottom'],
];

for (const [i, [rowSide, columnSide]] of SIDES.entries()) {
  for (const little of [false, true]) {
    test(`EXIF orientation ${i + 1}, ${little ? 'little' : 'big'} endian`, () => {
      const file = read('colour.jpg');
      const lying = decodeImage(file, 'a.jpg');
      const image = decodeImage(withSegment(file, 0xe1, exif(i + 1, little)), 'a.jpg');
      const turned = rowSide === 'left' || rowSide === 'right';
      const size = [lying.width, lying.height];
      assert.equal([image.width, image.height], turned ? size.reverse() : size);
      for (let row = 0; row < lying.height; row++) {
        for (let column = 0; column < lying.width; column++) {
          const place = { x: 0, y: 0 };
          for (const [side, n] of [
            [rowSide, row],
            [columnSide, column],
          ] as const) {
            if (side === 'left') place.x = n;
            if (side === 'right') place.x = image.width - 1 - n;
            if (side === 'top') place.y = n;
            if (side === 'bottom') place.y = image.height - 1 - n;
          }
          const at = 4 * (place.y * image.width + place.x);
          const from = 4 * (row * lying.width + column);
          const [found, expected] = [image.data.slice(at, at + 4), lying.data.slice(from, from + 4)];
          if (Buffer.compare(found, expected) !== 0) assert.equal([...found], [...expected]);
        }
      }
    });
  }
}

test('an orientation that is broken counts as upright', () => {
  const file = read('grey.jpg');
  const { width } = decodeImage(file, 'a.jpg');
  const broken = [exif(0), exif(9), exif(65535), exif(6).subarray(0, 24), exif(6).subarray(0, 9)];
  for (const body of broken) {
    assert.is(decodeImage(withSegment(file, 0xe1, body), 'a.jpg').width, width);
  }
});

test('bytes before and after a JPEG in a larger buffer are no part of it', () => {
  const file = read('grey.jpg');
  const padded = Buffer.concat([Buffer.alloc(5, 7), file, Buffer.alloc(9, 7)]).subarray(5);
  assert.equal(decodeImage(padded, 'a.jpg'), decodeImage(file, 'a.jpg'));
});

test('refuses a tiny file that claims a huge picture, quickly and without its pixels', async () => {
  const claim = (width: number, height: number) => () => decodeImage(jpegFile(width, height), 'a.jpg');
  const before = process.memoryUsage().rss;
  const start = performance.now();
  await refuses(claim(15000, 15000), /^a\.jpg: the JPEG header claims 15000×15000 pixels; at most 64 mega/);
  await refuses(claim(8000, 8000), /^a\.jpg: the JPEG holds 1 bytes of image data, too few for the size/);
  assert.ok(performance.now() - start < 50, `took ${performance.now() - start} ms`);
  assert.ok(process.memoryUsage().rss - before < 50e6);
  await refuses(claim(0, 10), /claims 0×10 pixels/);
  await refuses(
    () => decodeImage(read('grey.jpg'), 'a.jpg', 700),
    /37×21 .*at most 0\.0007 mega.*--max-pixels/,
  );
});

test('names the kinds of JPEG that are not read', async () => {
  await refuses(
    () => decodeImage(read('cmyk.jpg'), 'a.jpg'),
    /^a\.jpg: the JPEG has CMYK colours; convert it/,
  );
  const changed = (at: number, byte: number) => {
    const file = jpegFile(8, 8);
    file[at] = byte;
    return () => decodeImage(file, 'a.jpg');
  };
  const frame = jpegFile(8, 8).indexOf(Uint8Array.of(0xff, 0xc0));
  await refuses(changed(frame + 1, 0xc9), /kind of JPEG \(lossless, hierarchical or arithmetic\).*; convert/);
  await refuses(changed(frame + 4, 12), /12 bits a sample, and 8 are read; convert/);
  await refuses(changed(frame + 11, 0), /header is damaged; /);
});

test('refuses a JPEG of too many scans', async () => {
  const file = read('grey-progressive.jpg');
  const scan = file.lastIndexOf(Uint8Array.of(0xff, 0xda));
  const scans = Array.from({ length: 100 }, () => file.subarray(scan, -2));
  const long = Buffer.concat([file.subarray(0, -2), ...scans, file.subarray(-2)]);
  await refuses(() => decodeImage(long, 'a.jpg'), /more than 100 scans/);
});

test.run();

import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeImage } from '../../pipeline/node/decode/decode.ts';
import { encodeJpeg } from '../support/encodeJpeg.ts';
import { refuses } from '../support/images.ts';
import { exif, jpegFile, withSegment } from '../support/jpegs.ts';

const FIXTURES = 'test/jpeg/fixtures';
const read = (file: string) => readFileSync(`${FIXTURES}/${file}`);
const kinds = readdirSync(FIXTURES)
  .filter((file) => file.endsWith('.png'))
  .map((file) => file.replace('.png', ''));

test('there is a fixture of each kind', () => assert.is(kinds.length, 13));

/**
 * The decoder rounds as libjpeg-turbo does, of which it is made. It is an older one, which repeats the colours of
 * rows where the newer blends them (`colour-440`).
 */
const APART: Record<string, number> = { 'colour-440': 2 };

for (const kind of kinds) {
  test(`${kind} decodes to what libjpeg makes of it`, () => {
    const image = decodeImage(read(`${kind}.jpg`), kind);
    const expected = decodeImage(read(`${kind}.png`), kind);
    assert.equal([image.width, image.height], [expected.width, expected.height]);
    const apart = expected.data.map((byte, i) => Math.abs(byte - image.data[i]));
    const largest = apart.reduce((a, b) => Math.max(a, b));
    assert.ok(largest <= (APART[kind] ?? 0), `differs by up to ${largest}`);
  });

  test(`${kind}: cut at any byte it is refused`, async () => {
    const file = read(`${kind}.jpg`);
    for (let length = 2; length < file.length; length++) {
      await refuses(() => decodeImage(file.subarray(0, length), 'a.jpg'), 'damaged', 'a.jpg');
    }
  });

  test(`${kind}: without a half of its image data it is refused`, async () => {
    const file = read(`${kind}.jpg`);
    const scan = file.lastIndexOf(Uint8Array.of(0xff, 0xda));
    const half = scan + Math.floor((file.length - scan) / 2);
    const cut = Buffer.concat([file.subarray(0, half), Uint8Array.of(0xff, 0xd9)]);
    await refuses(() => decodeImage(cut, 'a.jpg'), 'damaged', 'a.jpg');
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

test('EXIF data that is no TIFF, or whose entries lead out of it, counts as upright', () => {
  const file = read('grey.jpg');
  const changed = (at: number, ...values: number[]) => {
    const body = exif(6);
    body.set(values, at);
    return body;
  };
  const bodies = [
    changed(6, 0x58, 0x58),
    changed(8, 0, 43),
    changed(10, 0xff, 0xff, 0xff, 0xff),
    changed(14, 0xff, 0xff, 0, 0),
    changed(18, 0, 4),
  ];
  for (const body of bodies) {
    assert.equal(decodeImage(withSegment(file, 0xe1, body), 'a.jpg'), decodeImage(file, 'a.jpg'));
  }
  assert.is(decodeImage(withSegment(file, 0xe1, exif(6)), 'a.jpg').height, 37);
});

test('bytes between segments, repeated 0xff and what is left at the end of image data harm no pixel', () => {
  for (const kind of ['grey', 'grey-restarts', 'colour-420', 'colour-progressive-restarts', 'colour-scans']) {
    const file = read(`${kind}.jpg`);
    const expected = decodeImage(file, kind);
    const scan = file.indexOf(Uint8Array.of(0xff, 0xda));
    const inserted = (at: number, ...bytes: number[]) =>
      Buffer.concat([file.subarray(0, at), Uint8Array.from(bytes), file.subarray(at)]);
    const same = (changed: Buffer) => assert.equal(decodeImage(changed, kind), expected);
    for (const at of [2, scan, file.length - 2]) {
      same(inserted(at, 0xff));
      same(inserted(at, 0xff, 0xff, 0xff));
      same(inserted(at, 1, 2, 3));
      same(inserted(at, 0xff, 0, 7));
      same(inserted(at, 0xff, 0xd3));
    }
    const restart = file.indexOf(Uint8Array.of(0xff, 0xd0), scan);
    assert.is(restart > 0, kind.endsWith('restarts'));
    if (restart > 0) same(inserted(restart, 0xff, 0xff));
  }
});

test('bytes before and after a JPEG in a larger buffer are no part of it', () => {
  const file = read('grey.jpg');
  const padded = Buffer.concat([Buffer.alloc(5, 7), file, Buffer.alloc(9, 7)]).subarray(5);
  assert.equal(decodeImage(padded, 'a.jpg'), decodeImage(file, 'a.jpg'));
});

test('refuses the size that a header claims', async () => {
  const claim = (width: number, height: number, maxPixels?: number) => () =>
    decodeImage(jpegFile(width, height), 'a.jpg', maxPixels);
  await refuses(claim(15000, 15000), 'too-large', 'a.jpg', '15000×15000', '64 mega');
  await refuses(claim(8000, 8000), 'damaged', 'a.jpg', '1 bytes');
  await refuses(claim(0, 10), 'damaged', 'a.jpg', '0×10');
  await refuses(claim(10, 0), 'damaged', 'a.jpg', '10×0');
  await refuses(claim(37, 21, 700), 'too-large', '37×21', '0.0007 mega', '`maxPixels`');
});

test('refuses what the decoder has no memory for, before it starts', async () => {
  const scan = Buffer.alloc(2e6);
  const huge = jpegFile(30000, 30000, scan);
  await refuses(() => decodeImage(huge, 'a.jpg', 1e9), 'too-large', 'a.jpg', '2 GB');
});

test('a decoder that gave up, or grew large, is followed by another', async () => {
  const expected = decodeImage(read('grey.jpg'), 'grey');
  const broken = Buffer.from(read('grey.jpg'));
  // A Huffman table of more codes than there are.
  broken.fill(
    0xff,
    broken.indexOf(Uint8Array.of(0xff, 0xc4)) + 5,
    broken.indexOf(Uint8Array.of(0xff, 0xc4)) + 21,
  );
  const large = jpegFile(8000, 8000, Buffer.alloc(1e6));
  for (let round = 0; round < 3; round++) {
    await refuses(() => decodeImage(broken, 'a.jpg'), 'damaged', 'a.jpg', 'Huffman');
    assert.equal(decodeImage(read('grey.jpg'), 'grey'), expected);
    await refuses(() => decodeImage(large, 'a.jpg'), 'damaged', 'a.jpg', 'Quantization');
    assert.equal(decodeImage(read('grey.jpg'), 'grey'), expected);
  }
});

test('a photograph comes out as it went in, but for what JPEG drops', async () => {
  const [width, height] = [611, 403];
  const wave = (i: number) => 128 + 100 * Math.sin((i % width) / 40) * Math.cos(Math.floor(i / width) / 30);
  const data = Uint8Array.from({ length: 4 * width * height }, (_, i) => (i % 4 === 3 ? 255 : wave(i >> 2)));
  for (const progressive of [false, true]) {
    const file = await encodeJpeg({ width, height, data }, { quality: 90, progressive });
    assert.is(file.includes(Buffer.of(0xff, progressive ? 0xc2 : 0xc0)), true);
    const image = decodeImage(file, 'a.jpg');
    const apart = image.data.reduce((most, byte, i) => Math.max(most, Math.abs(byte - data[i])), 0);
    assert.ok(apart <= 6, `differs by up to ${apart}`);
  }
});

test('names the kinds of JPEG that are not read', async () => {
  await refuses(() => decodeImage(read('cmyk.jpg'), 'a.jpg'), 'not-an-image', 'a.jpg', 'CMYK');
  await refuses(
    () => decodeImage(read('grey-arithmetic.jpg'), 'a.jpg'),
    'not-an-image',
    'a.jpg',
    'arithmetic',
  );
  const changed = (at: number, byte: number) => {
    const file = jpegFile(8, 8);
    file[at] = byte;
    return () => decodeImage(file, 'a.jpg');
  };
  const frame = jpegFile(8, 8).indexOf(Uint8Array.of(0xff, 0xc0));
  await refuses(changed(frame + 1, 0xc9), 'not-an-image', 'a.jpg', 'arithmetic');
  await refuses(changed(frame + 4, 12), 'not-an-image', 'a.jpg', '12 bits');
  await refuses(changed(frame + 11, 0), 'damaged', 'a.jpg', 'header');
});

test('refuses a JPEG of too many scans', async () => {
  const file = read('grey-progressive.jpg');
  const scan = file.lastIndexOf(Uint8Array.of(0xff, 0xda));
  const scans = Array.from({ length: 100 }, () => file.subarray(scan, -2));
  const long = Buffer.concat([file.subarray(0, -2), ...scans, file.subarray(-2)]);
  await refuses(() => decodeImage(long, 'a.jpg'), 'damaged', 'a.jpg', '100 scans');
});

test.run();

// Further formats come by the npm package sharp, which is no dependency: a stand-in shows what is asked of it, and how
// the command line finds and loads it, in threads too.
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decodePicture } from '../../../../pipeline/node/decode/decodePicture.ts';
import type { Sharp } from '../../../../pipeline/node/decode/sharp.ts';
import { inkgrad, json } from '../../../support/cli.ts';
import { refuses } from '../../../support/images.ts';
import { tempFolders } from '../../../support/tempFolders.ts';

const folders = tempFolders();
test.after(() => folders.remove());

const WEBP = Buffer.from('RIFF\x24\0\0\0WEBPVP8 and so on', 'latin1');
const GIF = Buffer.from('GIF89a\x02\0\x01\0', 'latin1');

/** A stand-in that notes what is asked of it, and gives two pixels. */
function standIn(said: unknown[], { width = 2, height = 1, channels = 4, broken = '' } = {}): Sharp {
  return (_, options) => {
    said.push(options);
    const picture = {
      metadata: async () => ({ width, height }),
      toBuffer: async (how: unknown) => {
        said.push(how);
        if (broken) throw new Error(broken);
        const data = Uint8Array.from({ length: width * height * channels }, (_, i) => i);
        return { data, info: { width, height, channels } };
      },
    };
    for (const name of ['timeout', 'rotate', 'toColourspace', 'ensureAlpha', 'raw'])
      Object.assign(picture, { [name]: (...given: unknown[]) => said.push([name, ...given]) && picture });
    return picture as unknown as ReturnType<Sharp>;
  };
}

test('a picture is turned upright once, is bounded, and keeps its alpha', async () => {
  const said: unknown[] = [];
  const { image, format } = await decodePicture(WEBP, 'a.webp', { maxPixels: 1000 }, async () =>
    standIn(said),
  );
  assert.is(format, 'WebP');
  assert.equal(image, { width: 2, height: 1, data: Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7) });
  assert.equal(said, [
    { limitInputPixels: false, failOn: 'error' },
    { limitInputPixels: 1000, failOn: 'error' },
    ['timeout', { seconds: 60 }],
    ['rotate'],
    ['toColourspace', 'srgb'],
    ['ensureAlpha'],
    ['raw', { depth: 'uchar' }],
    { resolveWithObject: true },
  ]);
});

test('a picture that is too large is refused by its header', async () => {
  const said: unknown[] = [];
  const load = async () => standIn(said, { width: 40, height: 30 });
  await refuses(
    () => decodePicture(GIF, 'a.gif', { maxPixels: 1199 }, load),
    'too-large',
    'a.gif',
    'GIF',
    '40×30',
    '`maxPixels`',
  );
  assert.is(said.length, 1, 'nothing is decoded');
});

test('what sharp says of a broken file is one line', async () => {
  const load = async () => standIn([], { broken: 'VipsJpeg: out of order\nVipsJpeg: cut' });
  await refuses(
    () => decodePicture(WEBP, 'a.webp', { maxPixels: 1000 }, load),
    'damaged',
    'a.webp',
    'WebP',
    'out of order)',
  );
});

test('without the package a line says what to install', async () => {
  for (const [bytes, name, what] of [
    [WEBP, 'photo.webp', 'a WebP'],
    [GIF, 'moving.gif', 'a GIF'],
    [Buffer.from('<svg width="2"/>'), 'drawn.svg', 'an SVG'],
    [Buffer.from('II*\0\x08\0\0\0'), 'scan.tif', 'a TIFF'],
    [Buffer.from('\0\0\0\x1cftypavif'), 'photo.avif', 'an AVIF'],
  ] as const) {
    const said = await refuses(
      () => decodePicture(bytes, name, { maxPixels: 1000 }, () => undefined),
      'not-an-image',
    );
    assert.is(
      said,
      `${name}: ${what} picture; install sharp (npm install sharp) to read it, or convert it to PNG`,
    );
  }
});

/** A package called sharp whose pictures are 8×8, black in the column that the last byte of the file names. */
const PACKAGE = `
module.exports = (bytes) => {
  const data = Buffer.alloc(8 * 8 * 4, 255);
  const column = bytes[bytes.length - 1] % 8;
  for (let y = 1; y < 7; y++) data.fill(0, 4 * (8 * y + column), 4 * (8 * y + column) + 3);
  const picture = {
    metadata: async () => ({ width: 8, height: 8 }),
    toBuffer: async () => ({ data, info: { width: 8, height: 8, channels: 4 } }),
  };
  for (const name of ['timeout', 'rotate', 'toColourspace', 'ensureAlpha', 'raw']) picture[name] = () => picture;
  return picture;
};`;

const webps = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`set/${i % 2}/${i}.webp`, Buffer.concat([WEBP, Buffer.of(i)])]),
  );

interface Inspected {
  readonly images: number;
  readonly unreadable: readonly unknown[];
  readonly sizes: { readonly largest: object };
  readonly otherFormat: readonly unknown[];
  readonly passedOver: readonly object[];
}

test('the command line loads it where it is installed, on the first thread and on others', async () => {
  const { path: cwd } = folders.make({
    'modules/sharp/index.js': PACKAGE,
    'modules/sharp/package.json': '{"name": "sharp", "version": "0.0.1"}',
    ...webps(40),
  });
  for (const threads of ['1', '2']) {
    const found = await json<Inspected>(['data', 'inspect', 'set', '--threads', threads], {
      cwd,
      env: { NODE_PATH: join(cwd, 'modules') },
    });
    assert.equal([found.images, found.unreadable, found.otherFormat], [40, [], []]);
    assert.equal(found.sizes.largest, { width: 8, height: 8 });
  }
});

test('where it does not load, the line says so', async () => {
  const { path: cwd } = folders.make({
    'modules/sharp/index.js': "throw new Error('made for another system')",
    'modules/sharp/package.json': '{"name": "sharp", "version": "0.0.1"}',
    ...webps(1),
  });
  const { stderr, code } = await inkgrad(['preprocess', 'set/0/0.webp'], {
    cwd,
    env: { NODE_PATH: join(cwd, 'modules') },
  });
  assert.is(code, 1);
  assert.match(
    stderr,
    /^inkgrad: set\/0\/0\.webp: the npm package sharp does not load \(made for another system\); install it anew/,
  );
});

test.run();

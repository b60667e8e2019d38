// A data set of image files is the same from any number of threads, and with and without a cache of whatever state.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { count, type Dataset } from '../../../../pipeline/data/dataset.ts';
import { keyOf, removeOldest, WORTH_KEEPING } from '../../../../pipeline/node/cache/imageCache.ts';
import { findKept, readKept, writeKept } from '../../../../pipeline/node/cache/keptImages.ts';
import { BrokenImagesError } from '../../../../pipeline/node/data/brokenImages.ts';
import { hashDataset } from '../../../../pipeline/node/data/hashDataset.ts';
import { type LoadImagesOptions, loadImageFiles } from '../../../../pipeline/node/data/imageFiles.ts';
import { encodePng } from '../../../../pipeline/node/decode/decode.ts';
import version from '../../../../pipeline/node/tasks/build/prepareFile.version.txt';
import type { Recipe } from '../../../../pipeline/preprocess/recipe.ts';
import { draw } from '../../../support/cli.ts';
import { refusal, refuses } from '../../../support/images.ts';
import { tempFolders } from '../../../support/tempFolders.ts';

const MANY = WORTH_KEEPING + 3;
const folders = tempFolders();
const { XDG_CACHE_HOME } = process.env;
test.before.each(() => {
  process.env.XDG_CACHE_HOME = folders.make().path;
});
test.after(() => {
  folders.remove();
  if (XDG_CACHE_HOME === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = XDG_CACHE_HOME;
});

/** Recipes that take little time. */
const plain: Recipe = {
  name: 'plain',
  size: 28,
  steps: [
    { step: 'grayscale', weights: 'rec709' },
    { step: 'resize', box: 20 },
    { step: 'centre', size: 28 },
  ],
  mean: 0,
  std: 1,
};
const inverted: Recipe = { ...plain, steps: plain.steps.toSpliced(1, 0, { step: 'polarity', ink: 'dark' }) };

/** A bar whose place and length tell i. */
const picture = (i: number): Uint8Array =>
  encodePng(draw(30, 30, (x, y) => Math.abs(x - 15) < 2 + (i % 3) && y > 3 && y < 10 + (i % 17)));

/** A data set whose image i is the picture of `what[i]`, or what stands there. */
function dataset(what: readonly (number | Uint8Array)[] = Array.from({ length: MANY }, (_, i) => i)) {
  const content = what.map((each) => (typeof each === 'number' ? picture(each) : each));
  const { path } = folders.make(Object.fromEntries(content.map((bytes, i) => [`${i}.png`, bytes])));
  const files = what.map((_, i) => ({
    path: join(path, `${i}.png`),
    label: `class ${i % 3}`,
    where: `${i}.png`,
  }));
  const load = async (options: Partial<LoadImagesOptions> = {}) =>
    (await loadImageFiles('pictures', files, { recipe: plain, threads: 1, cache: true, ...options })).dataset;
  return { path, load };
}

/** Two data sets are the same; told by their hashes, since a list of all pixels helps nobody. */
function same(found: Dataset, expected: Dataset, where = ''): void {
  assert.is(hashDataset(found), hashDataset(expected), where);
  const { images: _, ...others } = found;
  const { images: __, ...wanted } = expected;
  assert.equal(others, wanted, where);
}

const cacheFiles = (): string[] => {
  const folder = join(process.env.XDG_CACHE_HOME!, 'inkgrad/images');
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
};

/** Whether loading wrote the cache: what is written is another file under the same name. */
async function writes(load: () => Promise<unknown>): Promise<boolean> {
  const inodes = () => cacheFiles().map((path) => `${path} ${statSync(path).ino}`);
  const before = inodes();
  await load();
  return inodes().join() !== before.join();
}

test('the same data set from 1, 2 and 3 threads, without a cache, with a new one and with a full one', async () => {
  const { load } = dataset();
  const expected = await load({ cache: false });
  assert.equal(cacheFiles(), []);
  assert.is(count(expected), MANY);
  for (const threads of [1, 2, 3]) {
    process.env.XDG_CACHE_HOME = folders.make().path;
    for (const options of [{ cache: false }, { cache: true }, { cache: true }]) {
      const found = await load({ ...options, threads });
      same(found, expected);
    }
    assert.is(cacheFiles().length, 1);
  }
});

test('progress counts every image once, whether it is kept or not', async () => {
  const { load } = dataset();
  for (const threads of [2, 2]) {
    const seen: number[] = [];
    await load({ threads, onProgress: (done, total) => seen.push(done * 1000 + total) });
    assert.equal(
      seen,
      Array.from({ length: MANY }, (_, i) => (i + 1) * 1000 + MANY),
    );
  }
});

test('a second start prepares nothing, and takes what is kept', async () => {
  const { load } = dataset();
  const expected = await load();
  assert.is(await writes(load), false);
  // A cache whose images are all white is believed: its checksum is right.
  const [path] = cacheFiles();
  const key = keyOf({ recipe: plain, version: [undefined, version] });
  const coloured = { ...plain, channels: 3, steps: [] } as const;
  assert.not.equal(
    keyOf({ recipe: coloured, version: [] }),
    keyOf({ recipe: { ...plain, steps: [] }, version: [] }),
  );
  const kept = readKept(path, key, 784)!;
  const white = new Uint8Array(kept.images.length).fill(255);
  writeKept(path, key, { ...kept, images: white }, [...Array(kept.digests.length / 32).keys()]);
  for (const threads of [1, 2]) assert.ok((await load({ threads })).images.every((byte) => byte === 255));
  same(await load({ cache: false }), expected);
});

test('images are known by their content alone', async () => {
  const first = dataset();
  await first.load();
  // The same name, size of the folder and time, but another picture.
  const path = join(first.path, '5.png');
  const { atime, mtime } = statSync(path);
  writeFileSync(path, encodePng(draw(30, 30, (x) => x < 9)));
  utimesSync(path, atime, mtime);
  assert.is(await writes(first.load), true);
  same(await first.load(), await first.load({ cache: false }));
  // Files that change places.
  renameSync(join(first.path, '1.png'), join(first.path, 'other.png'));
  renameSync(join(first.path, '2.png'), join(first.path, '1.png'));
  renameSync(join(first.path, 'other.png'), join(first.path, '2.png'));
  assert.is(await writes(first.load), false);
  same(await first.load(), await first.load({ cache: false }));
});

test('another recipe has a file of its own; another name of the same recipe does not', async () => {
  const { load } = dataset();
  const first = await load();
  const second = await load({ recipe: inverted });
  assert.is(cacheFiles().length, 2);
  assert.is.not(hashDataset(second), hashDataset(first));
  same(await load({ recipe: inverted }), second);
  assert.is(await writes(() => load({ recipe: { ...inverted, name: 'mine', mean: 0.5 } })), false);
});

test('what is refused is refused with and without a cache, and a lower limit holds', async () => {
  const { load } = dataset();
  await load({ maxPixels: 900 });
  for (const cache of [true, false]) {
    await refuses(() => load({ cache, maxPixels: 899 }), 'broken-images', '67 of 67', '0.png', '30×30');
  }
});

test('broken files are named in order, are never kept, and leave the others kept', async () => {
  const what = Array.from({ length: MANY }, (_, i) => (i % 30 === 7 ? Uint8Array.of(0, i) : i));
  const { path, load } = dataset(what);
  for (const options of [{ cache: false }, { threads: 1 }, { threads: 2 }, { threads: 3 }]) {
    const error = await refusal(() => load(options));
    assert.instance(error, BrokenImagesError);
    const { code, message, lines } = error as BrokenImagesError;
    assert.is(code, 'broken-images');
    assert.equal(
      lines.map((line) => line.split(':')[0]),
      ['7.png', '37.png'],
    );
    assert.ok(message.startsWith(`pictures: 2 of ${MANY} `) && message.endsWith(lines[0]), message);
  }
  writeFileSync(join(path, '7.png'), picture(7));
  await refuses(load, 'not-an-image', '37.png:');
  writeFileSync(join(path, '37.png'), picture(37));
  same(await load(), await load({ cache: false }));
});

test('few files are not kept', async () => {
  const { load } = dataset(Array.from({ length: WORTH_KEEPING - 1 }, (_, i) => i));
  await load();
  assert.equal(cacheFiles(), []);
});

test('a cache file that is damaged in any way is as good as none, and is made anew', async () => {
  const { load } = dataset();
  const expected = await load();
  const [path] = cacheFiles();
  const good = readFileSync(path);
  const flipped = (at: number) => {
    const copy = Buffer.from(good);
    copy[at] ^= 1;
    return copy;
  };
  const bad = [
    Buffer.alloc(0),
    good.subarray(0, 10),
    good.subarray(0, 32),
    good.subarray(0, good.length / 2),
    good.subarray(0, -1),
    Buffer.concat([good, good.subarray(0, 1)]),
    Buffer.from('no cache at all'),
    ...[0, 31, 32, 40, 32 + 32 * MANY, good.length - 1].map(flipped),
  ];
  for (const [i, content] of bad.entries()) {
    writeFileSync(path, content);
    same(await load({ threads: 1 + (i % 2) }), expected, `damage ${i}`);
    assert.is(Buffer.compare(readFileSync(path), good), 0, `damage ${i} is mended`);
  }
  rmSync(path);
  mkdirSync(path);
  same(await load(), expected, 'a folder in its place');
});

test('a cache that cannot be made is no error', async () => {
  const { path, load } = dataset();
  const expected = await load({ cache: false });
  const file = join(path, '0.png');
  for (const place of [file, join(file, 'below'), '/proc/nowhere', '/dev/null']) {
    process.env.XDG_CACHE_HOME = place;
    for (const _ of [1, 2]) same(await load(), expected);
  }
});

test('what was prepared is kept when a start is stopped, but never instead of more', async () => {
  const { load } = dataset();
  const stopAfter = (images: number) => {
    const controller = new AbortController();
    const onProgress = (done: number) => done === images && controller.abort();
    return load({ signal: controller.signal, onProgress }).catch((error) => error.name);
  };
  assert.is(await stopAfter(40), 'AbortError');
  const [path] = cacheFiles();
  const sizes = [statSync(path).size];
  assert.is(await writes(() => stopAfter(20)), false);
  await load();
  sizes.push(statSync(path).size);
  assert.equal(
    sizes,
    [40, MANY].map((images) => 32 + images * (32 + 784)),
  );
  assert.is(await writes(() => stopAfter(20)), false);
});

test('several at once disturb neither each other nor the cache', async () => {
  const { load } = dataset();
  const expected = await load({ cache: false });
  const all = await Promise.all([load({ threads: 2 }), load(), load({ threads: 2 })]);
  for (const found of all) same(found, expected);
  assert.is(cacheFiles().length, 1, 'nothing unfinished is left');
  assert.is(await writes(load), false);
});

test('digests are found, also among many that begin alike, and no other', () => {
  const digests = Uint8Array.from({ length: 32 * 300 }, (_, i) => {
    const [image, byte] = [Math.floor(i / 32), i % 32];
    // Images 2k and 2k + 1 share their first 48 bits.
    return byte < 6 ? ((image >> 1) * 7 + byte) % 251 : image % 256;
  });
  const images = Uint8Array.from({ length: 300 }, (_, i) => i % 256);
  const path = join(folders.make().path, 'kept');
  const every = [...Array(300).keys()];
  writeKept(path, 'key', { digests, images, pixels: 1 }, every);
  const kept = readKept(path, 'key', 1)!;
  const found = every.map((i) => findKept(kept, digests.subarray(32 * i, 32 * i + 32))?.[0]);
  const twice = every.filter((i) => found[i] === undefined);
  assert.ok(twice.length <= 150, 'of two that begin alike one may be missed');
  assert.ok(every.every((i) => found[i] === undefined || found[i] === i % 256));
  assert.is(findKept(kept, new Uint8Array(32).fill(1)), null);
  assert.is(findKept(kept, new Uint8Array(32).fill(255)), null, 'past the last');
  assert.is(readKept(path, 'another key', 1), null);
});

test('the files that were not used for longest go, and no more than needed', () => {
  const sizes = { old: 40, older: 30, newest: 50, oldest: 20 };
  const { path } = folders.make(
    Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, new Uint8Array(size)])),
  );
  for (const [age, name] of ['newest', 'old', 'older', 'oldest'].entries()) {
    utimesSync(join(path, name), 1e9 - age, 1e9 - age);
  }
  const left = (limit: number) => {
    removeOldest(path, limit);
    return readdirSync(path).sort();
  };
  assert.equal(left(140), ['newest', 'old', 'older', 'oldest']);
  assert.equal(left(139), ['newest', 'old', 'older']);
  assert.equal(left(90), ['newest', 'old']);
  assert.equal(left(49), []);
});

test.run();

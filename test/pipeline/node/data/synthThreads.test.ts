// Synthetic letters are the same from any number of threads, and with and without a cache.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { count } from '../../../../pipeline/data/dataset.ts';
import { synthPicture } from '../../../../pipeline/data/synth/picture.ts';
import { preparePicture } from '../../../../pipeline/front/preparePicture.ts';
import { type LoadOptions, loadData } from '../../../../pipeline/node/data/load.ts';
import { digestOfFonts, handwritingFont } from '../../../../pipeline/node/draw/handwritingFont.ts';
import fileVersion from '../../../../pipeline/node/tasks/build/prepareFile.version.txt';
import synthVersion from '../../../../pipeline/node/tasks/build/prepareSynth.version.txt';
import { type Recipe, recipes } from '../../../../pipeline/preprocess/recipe.ts';
import { tempFolders } from '../../../support/tempFolders.ts';

/** A recipe that costs next to nothing. */
const quick: Recipe = {
  ...recipes.handwriting,
  name: 'quick',
  steps: [
    { step: 'grayscale', weights: 'rec709' },
    { step: 'resize', box: 28 },
    { step: 'centre', size: 28 },
  ],
};

const folders = tempFolders();
const { XDG_CACHE_HOME } = process.env;
process.env.XDG_CACHE_HOME = folders.make().path;
test.after(() => {
  folders.remove();
  if (XDG_CACHE_HOME === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = XDG_CACHE_HOME;
});

/** The files of the cache; what is written anew is another file, if under the same name. */
const cacheFiles = (): string[] => {
  const folder = join(process.env.XDG_CACHE_HOME!, 'inkgrad/images');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => `${name} ${statSync(join(folder, name)).ino}`);
};

const load = (options: Partial<LoadOptions>) =>
  loadData('synth', { seed: 8, synthCount: 1, recipe: quick, ...options });

const alone = load({ threads: 1 });

test('three threads write what one does, and two take it from the cache', async () => {
  const { train, test: held } = await alone;
  assert.equal([count(train), count(held), cacheFiles()], [62, 15 * 62, []]);
  for (const i of [0, 40, 61]) {
    const image = train.images.subarray(i * 784, (i + 1) * 784);
    assert.equal(image, preparePicture(synthPicture('train', i, 8, handwritingFont), quick).image);
  }
  let kept: string[] = [];
  for (const threads of [3, 2]) {
    const data = await load({ threads, cache: true });
    assert.is(Buffer.compare(data.train.images, train.images), 0, `${threads} threads`);
    assert.is(Buffer.compare(data.test.images, held.images), 0, `${threads} threads`);
    assert.is(cacheFiles().length, 1);
    if (kept.length > 0) assert.equal(cacheFiles(), kept, 'nothing is drawn anew');
    kept = cacheFiles();
  }
});

test('what is kept serves any number of pictures of the same seed, and no other seed', async () => {
  const { train, test: held } = await alone;
  const [kept] = cacheFiles();
  const testOnly = await load({ synthCount: 0, cache: true });
  assert.equal([count(testOnly.train), count(testOnly.test)], [0, 15 * 62]);
  assert.is(Buffer.compare(testOnly.test.images, held.images), 0);
  assert.equal(cacheFiles(), [kept]);

  const more = await load({ synthCount: 2, cache: true });
  assert.is(Buffer.compare(more.train.images.subarray(0, train.images.length), train.images), 0);
  const [grown] = cacheFiles();
  assert.is.not(grown, kept);
  assert.is(grown.split(' ')[0], kept.split(' ')[0], 'under the same name');

  const another = await load({ seed: 9, cache: true });
  assert.is.not(Buffer.compare(another.test.images, held.images), 0);
  assert.is(cacheFiles().length, 2);
  assert.ok(cacheFiles().includes(grown));
});

test('drawing that is stopped ends with the reason given', async () => {
  for (const threads of [1, 2]) {
    const controller = new AbortController();
    const reason = new Error('enough');
    let seen = 0;
    const loading = load({
      threads,
      signal: controller.signal,
      onProgress: (done, total) => {
        assert.equal([done, total], [++seen, 16 * 62]);
        if (done === 3) controller.abort(reason);
      },
    });
    assert.is(await loading.catch((error) => error), reason);
    assert.ok(seen < 100, `${seen} were drawn`);
  }
});

test('files and letters have versions of their own', () => {
  assert.is(new Set([synthVersion, fileVersion, digestOfFonts()]).size, 3);
  for (const version of [synthVersion, fileVersion, digestOfFonts()]) assert.match(version, /^[0-9a-f]{64}$/);
});

test.run();

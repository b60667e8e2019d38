// What is noted of single images, and what is found in small data sets whose faults are known.
import { deflateSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RgbaImage } from '../../../../pipeline/image/image.ts';
import { thumbnail } from '../../../../pipeline/image/thumbnail.ts';
import { histogram, spreadOf } from '../../../../pipeline/inspect/spread.ts';
import { encodePng } from '../../../../pipeline/node/decode/decode.ts';
import { drawUp, type Inspection } from '../../../../pipeline/node/inspect/inspection.ts';
import { type ImageList, listImages } from '../../../../pipeline/node/inspect/list.ts';
import { addThumbnails, drawExamples, scanImages } from '../../../../pipeline/node/inspect/scan.ts';
import {
  classGroups,
  inspectionSheet,
  MAX_CLASSES,
  suspiciousGroups,
} from '../../../../pipeline/node/inspect/sheet.ts';
import { factsOf, inspectImage } from '../../../../pipeline/node/tasks/facts.ts';
import { grayscale } from '../../../../pipeline/preprocess/grayscale.ts';
import { inkIsDark } from '../../../../pipeline/preprocess/polarity.ts';
import { draw, idx } from '../../../support/cli.ts';
import { encodeJpeg } from '../../../support/encodeJpeg.ts';
import { gray, pngFile, refuses, toRgba } from '../../../support/images.ts';
import { numbers } from '../../../support/makePng.ts';
import { tempFolders } from '../../../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);

type Files = Record<string, string | Uint8Array>;

async function inspected(files: Files, path = '.'): Promise<{ list: ImageList; found: Inspection }> {
  const list = listImages(`${folders.make(files).path}/${path}`);
  return { list, found: drawUp(list, await scanImages(list, { thumbnail: 8, examples: [] })) };
}

const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-6, `${actual} is not ${expected}`);

/** Dark ink on bright paper, or the other way round; another column is another picture. */
const bar = (column: number, dark = true) =>
  encodePng(
    gray(
      ...Array.from({ length: 6 }, (_, y) =>
        Array.from({ length: 6 }, (_, x) => ((x === column && y > 0 && y < 5) === dark ? 0 : 1)),
      ),
    ),
  );

test('the facts of an image: size, mean, deviation, polarity', () => {
  const image = toRgba(gray([1, 1, 1, 1], [1, 0, 1, 1], [1, 1, 1, 1]));
  const facts = factsOf(image);
  assert.equal([facts.width, facts.height, facts.inkIsDark, facts.format], [4, 3, true, null]);
  near(facts.mean, 11 / 12);
  near(facts.deviation, Math.sqrt((11 / 12) * (1 / 12)));
  assert.is(factsOf(toRgba(gray([0, 0, 0], [0, 1, 0], [0, 0, 0]))).inkIsDark, false);
  assert.is(factsOf(toRgba(gray([0.4, 0.4]))).deviation < 1e-6, true);
});

test('white ink on clear ground is blank, for it lies on white paper', () => {
  const data = Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0);
  const { mean, deviation } = factsOf({ width: 2, height: 1, data });
  assert.equal([mean, deviation], [1, 0]);
});

/** A picture of random pixels, every third of them clear to some degree. */
function randomPicture(width: number, height: number, random: (below: number) => number): RgbaImage {
  const data = Uint8Array.from({ length: 4 * width * height }, (_, i) =>
    i % 4 === 3 && random(3) > 0 ? 255 : random(256),
  );
  return { width, height, data };
}

const SIZES: readonly [number, number][] = [
  [1, 1],
  [2, 1],
  [1, 2],
  [1, 9],
  [9, 1],
  [2, 2],
  [3, 3],
  [17, 5],
  [31, 64],
];

test('one pass tells what plain loops over all pixels tell', () => {
  const random = numbers(3);
  for (const [width, height] of SIZES) {
    for (let round = 0; round < 20; round++) {
      const image = randomPicture(width, height, random);
      const grey = grayscale(image, 'rec709');
      const count = width * height;
      const mean = grey.data.reduce((sum, value) => sum + value, 0) / count;
      const variance = grey.data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
      const facts = factsOf(image);
      near(facts.mean, mean);
      near(facts.deviation, Math.sqrt(variance));
      assert.is(facts.inkIsDark, inkIsDark(grey), `${width}×${height}, round ${round}`);
    }
  }
});

test('a picture of one row of a million pixels has facts too', () => {
  const data = new Uint8Array(4e6).fill(255);
  data[0] = 0;
  const { deviation, inkIsDark: dark } = factsOf({ width: 1e6, height: 1, data });
  assert.ok(deviation > 0 && deviation < 1e-3);
  assert.is(dark, true);
});

test('the hash is that of the pixels, not of the file', async () => {
  // The same black pixel and white pixel: as two bits, and as eight bytes of red, green, blue and alpha.
  const bits = pngFile(
    { width: 2, height: 1, format: [1, 0, 0, 0, 0] },
    deflateSync(Uint8Array.of(0, 0b01000000)),
  );
  const bytes = encodePng(toRgba(gray([0, 1])));
  const options = { name: 'a.png' };
  const hash = (await inspectImage(bits, options)).hash;
  assert.is((await inspectImage(bytes, options)).hash, hash);
  assert.not.equal((await inspectImage(encodePng(gray([1, 0])), options)).hash, hash);
  assert.not.equal(
    (await inspectImage(encodePng(gray([0], [1])), options)).hash,
    hash,
    'the same bytes, upright',
  );
});

test('a file is what it holds, and one that is broken is refused by its name', async () => {
  const photo = await encodeJpeg(draw(20, 10, (x) => x === 9));
  assert.is((await inspectImage(photo, { name: 'a.png' })).format, 'JPEG');
  assert.is((await inspectImage(bar(2), { name: 'a.png' })).format, 'PNG');
  await refuses(() => inspectImage(bar(2).subarray(0, 50), { name: 'cut.png' }), 'damaged', 'cut.png:');
  await refuses(() => inspectImage(bar(2), { name: 'a.png', maxPixels: 10 }), 'too-large', 'a.png:', '6×6');
});

test('thumbnails average what each pixel covers, leave small pictures, and are made on demand', async () => {
  const { width, height, data } = thumbnail(gray([0, 1, 1], [0, 1, 1]), 2);
  assert.equal([width, height], [2, 1]);
  // Each covers one and a half columns: a third of the first is white.
  assert.equal([...data], [85, 85, 85, 255, 255, 255, 255, 255]);
  assert.is(thumbnail(gray([0, 1]), 9).width, 2);
  assert.is(factsOf(toRgba(gray([0, 1]))).thumbnail, undefined);
  assert.is((await inspectImage(bar(1), { name: '', thumbnail: 3 })).thumbnail?.width, 3);
});

test('thumbnails are means over white paper, of pictures that are clear in part and of opaque ones', () => {
  const random = numbers(9);
  for (const opaque of [false, true]) {
    const image = randomPicture(23, 14, random);
    if (opaque) for (let i = 3; i < image.data.length; i += 4) image.data[i] = 255;
    const before = Buffer.from(image.data);
    const small = thumbnail(image, 5);
    assert.equal([small.width, small.height], [5, 3]);
    assert.is(Buffer.compare(image.data, before), 0, 'the picture itself stays');
    for (let at = 0; at < small.data.length; at++) {
      const [x, y, c] = [Math.floor(at / 4) % 5, Math.floor(at / 20), at % 4];
      // The sum over all old pixels of colour times the area that the new one shares with them.
      const share = (i: number, low: number, high: number) =>
        Math.max(0, Math.min(i + 1, high) - Math.max(i, low)) / (high - low);
      let expected = 0;
      for (let i = 0; i < 23 * 14; i++) {
        const area =
          share(i % 23, (x * 23) / 5, ((x + 1) * 23) / 5) *
          share(Math.floor(i / 23), (y * 14) / 3, ((y + 1) * 14) / 3);
        const alpha = image.data[4 * i + 3] / 255;
        expected += area * (c === 3 ? 255 : alpha * image.data[4 * i + c] + (1 - alpha) * 255);
      }
      assert.ok(Math.abs(small.data[at] - expected) <= 1, `${at}: ${small.data[at]} is not ${expected}`);
    }
  }
});

/** A folder of many pictures, some of which are the same, turned round, blank, broken or photographs. */
async function manyFiles(): Promise<ImageList> {
  const photo = await encodeJpeg(draw(20, 10, (x) => x === 9));
  const kinds = (i: number) =>
    [bar(i % 5), bar(i % 4, false), encodePng(gray([0.7, 0.7])), 'text', photo, bar(2).subarray(0, 60)][
      i % 6
    ];
  const files = Array.from({ length: 90 }, (_, i): [string, string | Uint8Array] => [
    `${'abc'[i % 3]}/${i}.png`,
    kinds(i),
  ]);
  return listImages(folders.make(Object.fromEntries(files)).path);
}

test('one thread, two, three and one for each core find the same', async () => {
  const list = await manyFiles();
  const examples = [...drawExamples(list, 9, 1).values()].flat();
  const found = async (threads: number | undefined) => {
    const scan = await scanImages(list, { threads, thumbnail: 4, examples });
    const added = await addThumbnails(list, scan, list.images.keys(), { threads, thumbnail: 4 });
    return {
      reasons: [...scan.reasons],
      facts: scan.facts,
      examples: [...scan.thumbnails.keys()].sort((a, b) => a - b),
      thumbnails: [...added].sort(([a], [b]) => a - b),
      drawn: drawUp(list, scan),
    };
  };
  const expected = await found(1);
  assert.is(expected.reasons.length, 30);
  assert.is(expected.thumbnails.length, 60);
  assert.ok(expected.examples.length > 9 && expected.examples.length < 60);
  assert.is(expected.drawn.otherFormat.length, 15);
  for (const threads of [2, 3, undefined]) assert.equal(await found(threads), expected);
});

test('a scan that is stopped ends with the reason given, in threads and in memory', async () => {
  const files = await manyFiles();
  const pixels = Uint8Array.from({ length: 100 * 16 }, (_, i) => i);
  const { path } = folders.make({
    'x-images-idx3-ubyte': idx([100, 4, 4], pixels),
    'x-labels-idx1-ubyte': idx(
      [100],
      Uint8Array.from({ length: 100 }, (_, i) => i % 2),
    ),
  });
  for (const [list, threads] of [
    [files, 1],
    [files, 2],
    [listImages(path), 2],
  ] as const) {
    const controller = new AbortController();
    const reason = new Error('enough');
    let seen = 0;
    const scan = scanImages(list, {
      threads,
      thumbnail: 4,
      examples: [],
      signal: controller.signal,
      onProgress: (done, total) => {
        seen++;
        assert.equal([done, total], [seen, list.images.length]);
        if (done === 3) controller.abort(reason);
      },
    });
    assert.is(await scan.catch((error) => error), reason);
    assert.ok(seen < list.images.length, `${seen} were read`);
  }
});

test('spreads and histograms, worked by hand', () => {
  assert.is(spreadOf([]), null);
  assert.equal(spreadOf([3, 1, 2]), { mean: 2, low: 1, median: 2, high: 3 });
  const hundred = Array.from({ length: 101 }, (_, i) => 100 - i);
  assert.equal(spreadOf(hundred), { mean: 50, low: 5, median: 50, high: 95 });
  assert.equal(histogram([0, 0.05, 0.1, 0.999, 1], 0, 1, 0.25).counts, [3, 0, 0, 2]);
  // 0.15 / 0.05 is a little less than 3 in binary.
  assert.equal(histogram([0.15], 0, 0.2, 0.05).counts, [0, 0, 0, 1]);
  assert.equal(histogram([28, 28], 28, 29, 1).counts, [2]);
});

test('a folder: counts, balance, sizes, few images, what is passed over', async () => {
  const { list, found } = await inspected(
    {
      ...Object.fromEntries([0, 1, 2, 3, 4, 5].map((i) => [`set/a/${i}.png`, bar(i)])),
      'set/b/1.png': encodePng(draw(30, 20, (x) => x === 4)),
      'set/b/2.JPG': encodePng(draw(8, 50, (_, y) => y === 4)),
      'set/b/notes.txt': 'x',
      'set/b/more.txt': 'x',
      'set/b/.hidden.png': 'x',
      'set/b/old/9.png': bar(1),
      'set/outside.png': bar(2),
      'set/readme': 'x',
      'set/.DS_Store': 'x',
      'set/none/.keep': '',
    },
    'set',
  );
  assert.equal(list.classes, ['a', 'b']);
  assert.equal(
    found.classes.map(({ images }) => images),
    [6, 3],
  );
  assert.equal(found.parts, { all: 9 });
  assert.equal(
    [found.balance.largest.label, found.balance.smallest.label, found.balance.ratio],
    ['a', 'b', 2],
  );
  assert.equal(
    found.few.map(({ label, images }) => [label, images]),
    [['b', 3]],
  );
  const { smallest, median, largest, distinct } = found.sizes!;
  assert.equal(
    [smallest, median, largest, distinct],
    [{ width: 6, height: 6 }, { width: 6, height: 6 }, { width: 30, height: 20 }, 3],
  );
  assert.equal(list.faults.length, 1);
  assert.match(list.faults[0], /class none /);
  assert.equal(list.remarks.length, 1);
  assert.match(list.remarks[0], /folders within those of classes .*old.9\.png/);
  assert.equal(list.passedOver, [
    { what: '.txt', files: 2, example: 'b/more.txt' },
    { what: 'files without an ending', files: 1, example: 'readme' },
    { what: 'images in no class', files: 1, example: 'outside.png' },
  ]);
  assert.equal(
    found.otherFormat.map(({ image, format }) => [list.images[image].name, format]),
    [['b/2.JPG', 'PNG']],
  );
});

test('duplicates: other labels first, then train and test, then the rest', async () => {
  const { list, found } = await inspected({
    'train/a/1.png': bar(1),
    'train/a/twin.png': bar(1),
    'train/a/2.png': bar(2),
    'test/a/leak.png': bar(2),
    'train/b/3.png': bar(3),
    'train/a/wrong.png': bar(3),
    'train/b/4.png': bar(4),
    'test/b/5.png': bar(0),
  });
  assert.equal(found.parts, { train: 6, test: 2 });
  const named = found.duplicates.map(({ members, labels, parts }) => ({
    names: members.map((i) => list.images[i].name),
    labels,
    parts,
  }));
  assert.equal(named, [
    { names: ['train/a/wrong.png', 'train/b/3.png'], labels: ['a', 'b'], parts: ['train'] },
    { names: ['train/a/2.png', 'test/a/leak.png'], labels: ['a'], parts: ['train', 'test'] },
    { names: ['train/a/1.png', 'train/a/twin.png'], labels: ['a'], parts: ['train'] },
  ]);
});

test('parts by their names, what lies beside them, a class of the test alone', async () => {
  const { list } = await inspected({
    'train/a/1.png': bar(1),
    'test/a/1.png': bar(2),
    'test/z/1.png': bar(3),
    'Validation/a/1.png': bar(4),
    'extra/a/1.png': bar(4),
    'test/stray.png': bar(5),
  });
  assert.equal(
    list.images.map(({ name, part }) => [name, part]),
    [
      ['train/a/1.png', 'train'],
      ['Validation/a/1.png', 'validation'],
      ['test/a/1.png', 'test'],
      ['test/z/1.png', 'test'],
    ],
  );
  assert.is(list.faults.length, 1);
  assert.match(list.faults[0], /test .*class z\b/);
  assert.equal(list.passedOver, [{ what: 'images in no class', files: 2, example: 'extra/a/1.png' }]);
});

for (const dark of [true, false]) {
  test(`polarity: one with ${dark ? 'bright' : 'dark'} ink among others is suspected; blank ones have none`, async () => {
    const { list, found } = await inspected({
      ...Object.fromEntries([1, 2, 3, 4].map((i) => [`a/${i}.png`, bar(i, dark)])),
      'b/turned.png': bar(2, !dark),
      'b/blank.png': encodePng(gray([0.7, 0.7], [0.7, 0.71])),
    });
    const { polarity, blank } = found;
    assert.equal([polarity.dark, polarity.bright], dark ? [4, 1] : [1, 4]);
    assert.equal(
      polarity.suspected.map((i) => list.images[i].name),
      ['b/turned.png'],
    );
    assert.equal(
      blank.map((i) => list.images[i].name),
      ['b/blank.png'],
    );
  });
}

test('every unreadable file is told with its reason, and nothing else is made of it', async () => {
  const { list, found } = await inspected(
    {
      'a/1.png': bar(1),
      'a/2.png': bar(2).subarray(0, 60),
      'b/3.png': 'hello',
      'b/4.png': '',
      'table.csv': 'image,label\n',
    },
    '.',
  );
  const told = found.unreadable.map(({ image, reason }) => [list.images[image].name, reason]);
  assert.equal(
    told.map(([name]) => name),
    ['a/2.png', 'b/3.png', 'b/4.png'],
  );
  assert.match(told[0][1], /^the PNG ends in the middle of .*; save or download it again$/);
  assert.match(told[1][1], /^this is text, .*; /);
  assert.match(told[2][1], /^the file is empty; /);
  assert.equal(
    found.classes.map(({ images, unreadable }) => [images, unreadable]),
    [
      [2, 1],
      [2, 2],
    ],
  );
  assert.is(found.classes[1].brightness, null);
  assert.equal([found.duplicates, found.blank], [[], []]);
});

test('a set without one readable image has no sizes, but its faults', async () => {
  const { found } = await inspected({ 'a/1.png': 'x', 'b/1.png': 'y' });
  assert.equal([found.sizes, found.brightness, found.unreadable.length], [null, null, 2]);
});

test('a CSV: rows without a label, files that are missing, images in no row', async () => {
  const { list, found } = await inspected(
    {
      'table.csv':
        'image,label\npics/1.png,a\npics/1.png,b\npics/gone.png,a\n,a\npics/2.png,\n./pics/twin.png,b\n',
      'pics/1.png': bar(1),
      'pics/twin.png': bar(1),
      'pics/2.png': bar(2),
      'pics/x.gif': 'x',
    },
    'table.csv',
  );
  assert.equal(
    list.images.map(({ name, label, part }) => [name, label, part]),
    [
      ['row 2: image pics/1.png', 'a', 'all'],
      ['row 4: image pics/gone.png', 'a', 'all'],
      ['row 7: image ./pics/twin.png', 'b', 'all'],
    ],
  );
  assert.equal(list.faults, [
    'table.csv row 5: has no image; fill it in or remove the row',
    'table.csv row 6: has no label; fill it in or remove the row',
    'table.csv row 3: image pics/1.png is b, but a in row 2; correct or remove one of them',
  ]);
  assert.equal(found.unreadable, [{ image: 1, reason: 'no such file; correct the path' }]);
  assert.equal(
    found.duplicates.map(({ members }) => members),
    [[0, 2]],
  );
  assert.equal(list.passedOver, [
    { what: '.gif', files: 1, example: 'pics/x.gif' },
    { what: 'images in no row', files: 1, example: 'pics/2.png' },
  ]);
});

test('IDX files: images by their place in their part, with the names of the mapping', async () => {
  const pixels = Uint8Array.from({ length: 3 * 16 }, (_, i) => (i % 16 === 5 + Math.floor(i / 32) ? 255 : 0));
  const { list, found } = await inspected({
    'set-train-images-idx3-ubyte': idx([3, 4, 4], pixels),
    'set-train-labels-idx1-ubyte': idx([3], Uint8Array.of(0, 1, 1)),
    'set-test-images-idx3-ubyte': idx([1, 4, 4], pixels.subarray(32)),
    'set-test-labels-idx1-ubyte': idx([1], Uint8Array.of(1)),
    'set-mapping.txt': '0 65\n1 66\n',
  });
  assert.equal(list.classes, ['A', 'B']);
  assert.equal(
    list.images.map(({ name }) => name),
    ['train image 1', 'train image 2', 'train image 3', 'test image 1'],
  );
  assert.equal(
    found.duplicates.map(({ members, labels }) => [members, labels]),
    [
      [
        [0, 1],
        ['A', 'B'],
      ],
      [[2, 3], ['B']],
    ],
  );
  assert.equal([found.polarity.dark, found.polarity.bright], [0, 4]);
});

test('where there is nothing to inspect it is refused', async () => {
  const path = (files: Files) => folders.make(files).path;
  await refuses(() => listImages(path({ 'a/.keep': '', 'b/x.txt': 'x' })), 'too-few-images', 'class a ');
  await refuses(() => listImages(path({ '1.png': bar(1) })), 'not-a-dataset');
  await refuses(() => listImages(`${path({})}/nowhere`), 'missing', '/nowhere:');
});

test('examples are drawn by seed, of each class, and no more than there are', () => {
  const images = Array.from({ length: 40 }, (_, i) => ({
    name: '',
    label: i % 2 ? 'b' : 'a',
    part: 'all' as const,
  }));
  images.push({ name: '', label: 'c', part: 'all' });
  const list = { classes: ['a', 'b', 'c', 'd'], images };
  const drawn = drawExamples(list, 5, 7);
  assert.equal(
    [...drawn].map(([label, all]) => [label, all.length]),
    [
      ['a', 5],
      ['b', 5],
      ['c', 1],
      ['d', 0],
    ],
  );
  for (const [label, all] of drawn) {
    assert.ok(all.every((i, at) => images[i].label === label && (at === 0 || i > all[at - 1])));
  }
  assert.equal(drawExamples(list, 5, 7), drawn);
  assert.not.equal(drawExamples(list, 5, 8), drawn);
});

test('the sheet: a row per class, then the suspicious ones with their labels', async () => {
  const files: Files = { 'b/turned.png': bar(2, false), 'b/blank.png': encodePng(gray([0.5])) };
  for (const i of [1, 2, 3, 4]) files[`a/${i}.png`] = bar(i);
  files['b/twin.png'] = bar(1);
  const list = listImages(folders.make(files).path);
  const examples = drawExamples(list, 3, 1);
  const scan = await scanImages(list, { thumbnail: 16, examples: [...examples.values()].flat() });
  assert.is(scan.thumbnails.size, 6);
  const found = drawUp(list, scan);
  const groups = [...classGroups(found, examples), ...suspiciousGroups(found)];
  assert.equal(
    groups.map(({ name, images, mixed }) => [name, images, mixed]),
    [
      ['a', 4, false],
      ['b', 3, false],
      ['other polarity', 1, true],
      ['no ink', 1, true],
      ['same, other label', 2, true],
    ],
  );
  const thumbnails = await addThumbnails(
    list,
    scan,
    groups.flatMap(({ shown }) => shown),
    { thumbnail: 16 },
  );
  const sheet = inspectionSheet(groups, list, thumbnails, 40);
  // Five rows of 40 with gaps of 4, and three lines of captions.
  assert.is(sheet.height, 4 + 5 * 44 + 3 * 15);
});

test('however many classes there are, a sheet has room for a hundred', async () => {
  const classes = Array.from({ length: 130 }, (_, i) => `c${String(i).padStart(3, '0')}`);
  const list: ImageList = {
    kind: 'folder',
    images: classes.map((label) => ({ name: label, label, part: 'all' })),
    classes,
    faults: [],
    remarks: [],
    passedOver: [],
    pixels: () => draw(6, 6, (x) => x === 3),
  };
  const examples = drawExamples(list, 12, 1);
  const found = drawUp(list, await scanImages(list, { thumbnail: 8, examples: [] }));
  assert.is(classGroups(found, examples).length, MAX_CLASSES);
  const [disputed] = suspiciousGroups(found);
  assert.equal([disputed.images, disputed.shown.length], [130, 12]);
});

test.run();

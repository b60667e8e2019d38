// What the front sees in a set of picture files, and how that is told; images that came prepared never meet it.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RgbaImage } from '../../../../pipeline/image/image.ts';
import { encodePng } from '../../../../pipeline/node/decode/decode.ts';
import { drawUp } from '../../../../pipeline/node/inspect/inspection.ts';
import { type ImageList, listImages } from '../../../../pipeline/node/inspect/list.ts';
import { scanImages } from '../../../../pipeline/node/inspect/scan.ts';
import { findings, overview } from '../../../../report/inspection/findings.ts';
import { inspectionPage } from '../../../../report/inspection/inspectionPage.tsx';
import { BLACK, CLEAR, isSeven, painted, seven, WHITE } from '../../../support/drawn.ts';
import { tempFolders } from '../../../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);

const isInk = isSeven(48);

/** Two of them, side by side. */
const twice = painted(96, 48, (x, y) => (isInk(x % 48, y) ? BLACK : WHITE));

/** Paper that grows darker to the right, and nothing on it. */
const paper = painted(64, 64, (x) => [240 - x, 240 - x, 235 - x]);

/** A 7 in white, on a dark table that ends in white paper all around: its border says that ink is dark. */
const tile = painted(48, 48, (x, y) => {
  if (Math.min(x, y, 47 - x, 47 - y) < 2) return WHITE;
  return isInk(x, y) ? WHITE : [40, 40, 40];
});

const pictures: Record<string, RgbaImage> = {
  'a/dark.png': seven(40),
  'a/small.png': painted(160, 160, (x, y) => (isSeven(20)(x - 70, y - 70) ? BLACK : WHITE)),
  'a/two.png': twice,
  'b/paper.png': paper,
  'b/clear.png': painted(40, 40, () => CLEAR),
  'b/ink.png': seven(48, WHITE, CLEAR),
  'b/tile.png': tile,
};

async function inspected(list: ImageList) {
  const found = drawUp(list, await scanImages(list, { threads: 1, thumbnail: 8, examples: [] }));
  const namesOf = (positions: readonly number[]) => positions.map((i) => list.images[i].name);
  return { list, found, namesOf, told: findings(found, list) };
}

const files = () =>
  listImages(
    folders.make(
      Object.fromEntries(Object.entries(pictures).map(([name, picture]) => [name, encodePng(picture)])),
    ).path,
  );

test('pictures without ink, with several characters, and of the other polarity are named', async () => {
  const { found, namesOf } = await inspected(files());
  assert.is(found.inkFrom, 'front');
  assert.equal(namesOf(found.blank), ['b/clear.png', 'b/paper.png']);
  assert.equal(namesOf(found.several), ['a/two.png']);
  const { dark, bright, clear, suspected } = found.polarity;
  assert.equal([dark, bright, clear], [3, 1, 1]);
  assert.equal(namesOf(suspected), ['b/tile.png']);
  const { low, high, histogram } = found.characters!;
  // A 7 is 0.7 of its square high with the ends of its strokes: of 20 in 160 pixels, and of 40 or 48 in as many.
  assert.ok(low > 0.08 && low < 0.13, `${low}`);
  assert.ok(high > 0.65 && high < 0.85, `${high}`);
  assert.is(
    histogram.counts.reduce((sum, count) => sum + count),
    5,
  );
});

test('a text and a page say so', async () => {
  const { list, found, told } = await inspected(files());
  const facts = new Map(overview(found));
  assert.is(facts.get('ink'), 'dark on bright in 3, bright on dark in 1, on clear ground in 1');
  assert.match(
    facts.get('characters')!,
    /^4 pictures with one, 1 with several, 2 with none; nine of ten are \d+ to \d+ %/,
  );
  const of = (title: string) => told.find((finding) => finding.title === title)!;
  assert.equal(of('no ink found').items, ['b/clear.png (b)', 'b/paper.png (b)']);
  assert.equal(of('several characters?').items, ['a/two.png (a)']);
  const other = of('other polarity than most');
  assert.equal([other.items, other.alarming], [['b/tile.png (b)'], false]);
  const page = inspectionPage({ source: 'set', list, inspection: found, groups: [], thumbnails: new Map() });
  assert.match(page, '<h3>several characters?</h3>');
  assert.match(page, '<figcaption>Longer side of characters, 1 that of the picture</figcaption>');
});

test('images without files are told by their brightness, and nothing is said of characters', async () => {
  const all = Object.values(pictures);
  const { found, told, namesOf } = await inspected({
    kind: 'idx',
    images: Object.keys(pictures).map((name) => ({ name, label: name[0], part: 'all' })),
    classes: ['a', 'b'],
    faults: [],
    remarks: [],
    passedOver: [],
    pixels: (i) => all[i],
  });
  assert.equal([found.inkFrom, found.several, found.characters], ['brightness', [], null]);
  // On white paper white ink is not seen; light that is uneven is.
  assert.equal(namesOf(found.blank), ['b/clear.png', 'b/ink.png']);
  assert.equal(
    told.filter(({ title }) => title === 'several characters?'),
    [],
  );
  assert.not.ok(new Map(overview(found)).has('characters'));
});

test.run();

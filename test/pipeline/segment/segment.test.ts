// Characters of a page: found exactly where they were drawn, in reading order, whatever lies around them.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Random } from '../../../engine/random.ts';
import { cutOut } from '../../../pipeline/front/cut.ts';
import type { RgbaImage } from '../../../pipeline/image/image.ts';
import { segment } from '../../../pipeline/segment/segment.ts';
import type { Drawn } from '../../support/penPage.ts';
import { PenPage } from '../../support/penPage.ts';

/** What was found as text: □ for a box in which nothing was drawn, within so many pixels on each side. */
function read(picture: RgbaImage, drawn: readonly Drawn[], tolerance = 2): string[] {
  const left = new Set(drawn);
  const name = (box: Drawn['box']): string => {
    const sides = ({ x, y, width, height }: Drawn['box']) => [x, y, x + width, y + height];
    const hit = [...left].find((one) =>
      sides(one.box).every((side, i) => Math.abs(side - sides(box)[i]) <= tolerance),
    );
    if (hit === undefined) return '□';
    left.delete(hit);
    return hit.character;
  };
  const { lines } = segment(picture);
  return lines.map((words) => words.map((word) => word.map(({ box }) => name(box)).join('')).join(' '));
}

const readPage = (page: PenPage, ...as: Parameters<PenPage['picture']>): string[] =>
  read(page.picture(...as), page.drawn);

/** Two lines of text on a page of 640×200. */
const twoLines = (slope = 0): PenPage =>
  new PenPage(640, 220)
    .write('jil xopd zOv', { x: 30, y: 70, size: 40, slope })
    .write('div lijox Tp', { x: 35, y: 140, size: 40, slope });
const TEXT = ['jil xopd zOv', 'div lijox Tp'];

test('letters, dots, words and lines', () => {
  assert.equal(readPage(twoLines()), TEXT);
});

test('each character of several pieces is one', () => {
  const page = new PenPage(640, 100).write('ij!?:;=äv5', { x: 30, y: 60, size: 40 });
  assert.equal(readPage(page), ['ij!?:;=äv5']);
});

test('commas, full stops and dashes stand by themselves, in the line they belong to', () => {
  const page = new PenPage(640, 200)
    .write('ov, d-p.', { x: 30, y: 60, size: 40 })
    .write('d, i-l.', { x: 30, y: 130, size: 40 });
  assert.equal(readPage(page), ['ov, d-p.', 'd, i-l.']);
});

test('slanted letters keep their dots', () => {
  const page = new PenPage(640, 100).write('liji il vij', { x: 30, y: 60, size: 40, shear: 0.4 });
  assert.equal(readPage(page), ['liji il vij']);
});

test('lines turned by up to three degrees, also where words lie far apart', () => {
  for (const degrees of [-3, -1.5, 1.5, 3]) {
    const slope = Math.tan((degrees * Math.PI) / 180);
    const page = new PenPage(1300, 320);
    const y = slope < 0 ? 120 : 60;
    page.write('lo jid xopd', { x: 20, y, size: 40, slope, space: 6 });
    page.write('div lijox Tip', { x: 70, y: y + 70, size: 40, slope, space: 5 });
    page.write('oz lil', { x: 30, y: y + 140, size: 40, slope, space: 12 });
    assert.equal(readPage(page), ['lo jid xopd', 'div lijox Tip', 'oz lil'], `${degrees}°`);
  }
});

test('descenders reach down beside the ascenders of the next line', () => {
  // The lowest row of p, 78, lies below the highest of l and d, 67, beside it.
  const page = new PenPage(640, 200)
    .write('pjp', { x: 30, y: 60, size: 40, gap: 1 })
    .write('ldl', { x: 70, y: 110, size: 40, gap: 1 });
  assert.equal(readPage(page), ['pjp', 'ldl']);
});

test('bright ink on dark paper', () => {
  assert.equal(
    readPage(twoLines(), 7, () => 0.13),
    TEXT,
  );
});

test('faint ink', () => {
  assert.equal(readPage(twoLines(), 0.75), TEXT);
});

test('a photograph: a soft shadow over half of the page, dark corners, grain', () => {
  const random = new Random(5, 1);
  const grain = () => 0.03 * (random.uniform() - 0.5);
  const shadow = (x: number, y: number) => 0.4 + 0.5 / (1 + Math.exp((x + 0.4 * y - 380) / 40)) + grain();
  const corners = (x: number, y: number) =>
    0.95 - 1.4 * ((x / 640 - 0.5) ** 2 + (y / 220 - 0.5) ** 2) + grain();
  assert.equal(readPage(twoLines(), 0.2, shadow), TEXT, 'shadow');
  assert.equal(readPage(twoLines(), 0.2, corners), TEXT, 'corners');
  assert.equal(readPage(twoLines(), 0.45, shadow), TEXT, 'shadow and faint ink');
});

test('frames, ruled lines, the edge of a table and specks are no writing', () => {
  const page = twoLines();
  const frame: [number, number][] = [
    [8, 8],
    [630, 10],
    [628, 210],
    [10, 208],
    [8, 8],
  ];
  page.stroke(frame);
  assert.equal(readPage(page), TEXT, 'frame');

  const ruled = twoLines()
    .stroke([
      [0, 92],
      [639, 92],
    ])
    .stroke([
      [60, 185],
      [560, 190],
    ]);
  assert.equal(readPage(ruled), TEXT, 'rules');

  const table = twoLines();
  for (let y = 196; y < 220; y += 3)
    table.stroke([
      [0, y],
      [639, y],
    ]);
  assert.equal(readPage(table), TEXT, 'table');

  const picture = twoLines().picture();
  const random = new Random(8, 1);
  for (let k = 0; k < 400; k++) {
    const at = random.integer(picture.width * picture.height);
    if (at % picture.width < 600) picture.data.fill(40, 4 * at, 4 * at + 3);
  }
  assert.equal(read(picture, twoLines().drawn), TEXT, 'specks');
});

test('a character in a box of a form', () => {
  const page = new PenPage(120, 120).write('d', { x: 45, y: 80, size: 40 });
  page.stroke([
    [15, 15],
    [105, 15],
    [105, 105],
    [15, 105],
    [15, 15],
  ]);
  assert.equal(readPage(page), ['d']);
});

test('a single character, also where the picture is cut close to it', () => {
  const roomy = new PenPage(100, 100).write('p', { x: 40, y: 50, size: 40 });
  assert.equal(readPage(roomy), ['p']);
  const close = new PenPage(34, 45).write('d', { x: 5, y: 42, size: 40 });
  assert.equal(readPage(close), ['d']);
});

test('a line that is cut close to it', () => {
  const page = new PenPage(268, 46).write('lovxzOl', { x: 2, y: 43, size: 40 });
  assert.equal(readPage(page), ['lovxzOl']);
});

test('equal gaps, however wide, are no spaces', () => {
  const page = new PenPage(640, 100).write('OTOxO', { x: 30, y: 60, size: 40, gap: 1.5 });
  assert.equal(readPage(page), ['OTOxO']);
});

test('an empty page has no characters: even, grained, shaded, 1×1', () => {
  const random = new Random(3, 1);
  const page = new PenPage(300, 200);
  const grain = () => 0.06 * (random.uniform() - 0.5);
  for (const paper of [() => 1, () => 0, () => 0.9 + grain(), (x: number) => 0.9 - x / 600 + grain()]) {
    assert.equal(segment(page.picture(0, paper)).lines, []);
  }
  for (const byte of [0, 255]) {
    assert.equal(segment({ width: 1, height: 1, data: new Uint8Array(4).fill(byte) }).lines, []);
  }
  const line = new Uint8Array(4 * 200).fill(255);
  assert.equal(segment({ width: 200, height: 1, data: line }).lines, []);
});

test('random noise of any size is survived, and boxes lie within the picture', () => {
  const random = new Random(11, 1);
  for (const [width, height] of [
    [2, 2],
    [1, 50],
    [31, 7],
    [64, 64],
    [97, 33],
    [300, 2],
  ]) {
    const data = Uint8Array.from({ length: 4 * width * height }, () => random.integer(256));
    const picture = { width, height, data };
    const found = segment(picture);
    for (const character of found.lines.flat(2)) {
      const { x, y, width: w, height: h } = character.box;
      assert.ok(x >= 0 && y >= 0 && w >= 1 && h >= 1 && x + w <= width && y + h <= height);
      const cut = cutOut(picture, found.found, character.pieces);
      assert.is(cut.data.length, 4 * cut.width * cut.height);
    }
  }
});

test('24 megapixels are worked on as 4 at most, and boxes are mapped back', () => {
  const page = new PenPage(6000, 4000, 20);
  page.write('jil xopd', { x: 300, y: 700, size: 400 }).write('div lij', { x: 350, y: 1500, size: 400 });
  const picture = page.picture();
  const start = performance.now();
  const { plane, factor } = segment(picture).found;
  assert.ok(performance.now() - start < 20_000, 'bounded in time');
  assert.ok(plane.data.length <= 4e6 && factor === 3);
  assert.equal(read(picture, page.drawn, 4), ['jil xopd', 'div lij']);
});

test('a character is cut out with room and without its neighbours', () => {
  // The bow of j reaches under the l before it, within its box and margin.
  const page = new PenPage(200, 120).write('lj', { x: 60, y: 70, size: 50, gap: 0.1 });
  const picture = page.picture();
  const found = segment(picture);
  const [l, j] = found.lines.flat(2);
  for (const [character, other] of [
    [l, j],
    [j, l],
  ]) {
    const cut = cutOut(picture, found.found, character.pieces);
    // A square with a fifth of room on each side; ink is black, also where the picture's is grey.
    assert.is(cut.width, cut.height);
    assert.ok(Math.abs(cut.height - 1.4 * character.box.height) < 5, `${cut.height}`);
    let ink = 0;
    for (let i = 0; i < cut.data.length; i += 4) ink += +(cut.data[i] < 128);
    const own = character.pieces.reduce((sum, { pixels }) => sum + pixels.length, 0);
    assert.ok(Math.abs(ink - own) < 0.1 * own, `${ink} pixels of ink, ${own} of its own`);
    assert.ok(other.pieces.length > 0);
  }
});

test.run();

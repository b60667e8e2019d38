// The rules that find characters, each on numbers worked out by hand.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { SeenPiece } from '../../../pipeline/front/candidate.ts';
import { piecesOf } from '../../../pipeline/front/pieces.ts';
import type { Box } from '../../../pipeline/image/box.ts';
import { boxAround, gapAcross, gapDown, holds } from '../../../pipeline/image/box.ts';
import { labelTypeface } from '../../../pipeline/node/draw/labelTypeface.ts';
import { annotated } from '../../../pipeline/segment/annotate.ts';
import { areStacked, glyphsOf, stemOf } from '../../../pipeline/segment/join.ts';
import { linesOf } from '../../../pipeline/segment/lines.ts';
import { medianOf, weightedMedian } from '../../../pipeline/segment/median.ts';
import { rulesOf } from '../../../pipeline/segment/rules.ts';
import { segment, segmentDefaults } from '../../../pipeline/segment/segment.ts';
import { spaceWidth, wordsOf } from '../../../pipeline/segment/words.ts';
import { writingOf } from '../../../pipeline/segment/writing.ts';
import { refuses } from '../../support/images.ts';
import { PenPage } from '../../support/penPage.ts';

const box = (x: number, y: number, width: number, height: number): Box => ({ x, y, width, height });
const piece = (...at: [number, number, number, number]): SeenPiece => ({
  box: box(...at),
  pixels: new Int32Array(0),
  touchesBorder: false,
  contact: [0, 0, 0, 0],
  tip: at[0],
  support: 1,
  edge: 1,
  kind: 'writing',
});

test('boxes: gaps, containment, union', () => {
  const [a, b] = [box(0, 0, 4, 3), box(6, 1, 2, 5)];
  assert.equal([gapAcross(a, b), gapAcross(b, a), gapDown(a, b)], [2, 2, -2]);
  assert.equal(boxAround([a, b]), box(0, 0, 8, 6));
  assert.ok(holds(box(0, 0, 8, 6), b));
  assert.not.ok(holds(a, b));
});

test('medians: the lower of two, by weight, 0 of none', () => {
  assert.equal([medianOf([3, 1, 2]), medianOf([4, 1]), medianOf([])], [2, 1, 0]);
  const items: [number, number][] = [
    [10, 1],
    [1, 2],
    [5, 4],
  ];
  const median = weightedMedian(
    items,
    ([value]) => value,
    ([, weight]) => weight,
  );
  assert.is(median, 5);
});

test('pieces: boxes, tips and borders', () => {
  const ink = Uint8Array.of(0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0);
  const found = piecesOf(ink, 4, 5).map((one) => [one.box, one.tip, one.touchesBorder]);
  assert.equal(found, [
    [box(0, 0, 2, 2), 1, true],
    [box(2, 3, 1, 1), 2, false],
  ]);
});

test('writing: the text height counts pieces by their ink; specks, shade and what lies along the border are left out', () => {
  const withInk = (count: number, one: SeenPiece): SeenPiece => ({ ...one, pixels: new Int32Array(count) });
  const page = { width: 200, height: 100 };
  const letters = [withInk(100, piece(10, 10, 15, 20)), withInk(90, piece(30, 10, 15, 22))];
  const specks = Array.from({ length: 50 }, (_, i) => withInk(1, piece(60 + i, 50, 1, 1)));
  const others: SeenPiece[] = [
    { ...withInk(900, piece(60, 60, 30, 30)), support: 0.6, kind: 'writing' },
    { ...withInk(300, piece(0, 20, 3, 30)), touchesBorder: true, contact: [30, 0, 0, 0], kind: 'strip' },
    { ...withInk(900, piece(0, 90, 200, 10)), touchesBorder: true, contact: [10, 10, 0, 200], kind: 'band' },
  ];
  const writing = writingOf([...letters, ...specks, ...others], page, segmentDefaults.writing);
  assert.equal([writing.height, writing.pieces], [20, letters]);
  // A page of nothing else stays as it is.
  assert.is(writingOf(specks, page, { ...segmentDefaults.writing, least: 1 }).pieces.length, 50);
  assert.equal(writingOf(specks, page, segmentDefaults.writing).pieces, [], 'but not in so few pixels');
});

test('rules: long, thin and straight, along the border or through most of the page; strokes that cross them stay', () => {
  const { rules } = segmentDefaults.ink;
  const mask = { width: 200, height: 100, data: new Uint8Array(20_000) };
  const fill = (x0: number, y0: number, width: number, height: number): void => {
    for (let y = y0; y < y0 + height; y++) mask.data.fill(1, 200 * y + x0, 200 * y + x0 + width);
  };
  const at = (x: number, y: number) => 200 * y + x;
  fill(60, 20, 5, 60);
  fill(90, 40, 30, 2);
  assert.is(rulesOf(mask, rules), undefined, 'the strokes of characters are none');
  fill(0, 50, 200, 1);
  const found = rulesOf(mask, rules)!;
  assert.equal([found[at(10, 50)], found[at(199, 50)], found[at(62, 50)], found[at(62, 30)]], [1, 1, 0, 0]);
  assert.is(found[at(100, 40)], 0);
});

test('lines: by shared rows along a slope; what is small goes to the nearest, what is far by itself', () => {
  const upper = [0, 1, 2, 3, 4, 5].map((i) => piece(40 * i, 100 + 4 * i, 20, 20));
  const lower = [0, 1, 2, 3, 4, 5].map((i) => piece(40 * i, 130 + 4 * i, 20, 20));
  const dot = piece(88, 99, 4, 4);
  const [far, speck] = [piece(500, 300, 6, 4), piece(400, 300, 4, 4)];
  const lines = linesOf([far, speck, ...lower, dot, ...upper], 20, segmentDefaults.lines);
  assert.equal(lines, [[...upper, dot], lower, [far]]);
  assert.equal(
    linesOf([speck], 20, segmentDefaults.lines),
    [[speck]],
    'where there is nothing else it may be all',
  );
});

test('what is stacked: columns shared and close; two letters side by side are not', () => {
  const { join } = segmentDefaults;
  assert.ok(areStacked(box(0, 0, 20, 4), box(0, 12, 20, 4), 20, join), 'the bars of =');
  assert.ok(areStacked(box(0, 0, 20, 10), box(0, 13, 20, 10), 20, join), 'halves of a broken 8');
  assert.ok(areStacked(box(8, 0, 4, 4), box(9, 10, 3, 20), 20, join), 'a dot over its stem');
  assert.not.ok(areStacked(box(0, 0, 20, 4), box(0, 17, 20, 4), 20, join), '13 pixels apart, 12 are allowed');
  assert.not.ok(areStacked(box(0, 0, 20, 20), box(15, 0, 20, 20), 20, join), 'a quarter of their columns');
  assert.not.ok(areStacked(box(0, 0, 15, 20), box(0, 26, 15, 20), 20, join), 'two characters of two lines');
});

test('a dot beside its stem goes to the nearest upper end', () => {
  const { join } = segmentDefaults;
  const [stem, other] = [piece(10, 10, 3, 20), piece(18, 10, 3, 20)];
  assert.is(stemOf(piece(12, 2, 4, 4), [stem, other], 20, join), other, '4 and 4: the later of two');
  assert.is(stemOf(piece(11, 2, 4, 4), [stem, other], 20, join), stem);
  assert.is(stemOf(piece(25, 2, 4, 4), [stem, other], 20, join), undefined, '9 pixels aside, 6 are allowed');
  assert.is(stemOf(piece(11, 2, 4, 12), [stem, other], 20, join), undefined, 'too high for a dot');
});

test('a crumb that a thin stroke broke off goes to the character beside it, a full stop does not', () => {
  const { join } = segmentDefaults;
  const filled = (...at: [number, number, number, number]): SeenPiece => {
    const [x, y, width, height] = at;
    const pixels = Array.from(
      { length: width * height },
      (_, i) => (y + Math.floor(i / width)) * 100 + x + (i % width),
    );
    return { ...piece(...at), pixels: Int32Array.from(pixels) };
  };
  const stem = filled(20, 10, 4, 30);
  assert.is(glyphsOf([stem, filled(15, 20, 4, 3)], 30, join, 100).length, 1);
  assert.is(glyphsOf([stem, filled(29, 36, 4, 4)], 30, join, 100).length, 2, 'six pixels apart');
});

test('words: a space is wider than twice the median gap and 0.4 text heights', () => {
  const { words } = segmentDefaults;
  assert.is(spaceWidth([3, 3, 5, 20], 20, words), 8);
  assert.is(spaceWidth([6, 6, 7, 30], 20, words), 12);
  const line = [0, 12, 24, 50, 62].map((x) => ({ box: box(x, 0, 10, 20), pieces: [] }));
  assert.equal(
    wordsOf(line, 8).map((word) => word.length),
    [3, 2],
  );
  assert.equal(
    wordsOf(line, 20).map((word) => word.length),
    [5],
  );
});

test('noise with more pieces than a page has is refused', async () => {
  const page = new PenPage(60, 60, 1);
  for (let i = 0; i < 25; i++) {
    const [x, y] = [6 + 12 * (i % 5), 4 + 12 * Math.floor(i / 5)];
    page.stroke([
      [x, y],
      [x, y + 5],
    ]);
  }
  const picture = page.picture();
  assert.is(segment(picture).lines.flat(2).length, 25);
  await refuses(() => segment(picture, { ...segmentDefaults, most: 24 }), 'no-writing', '25 pieces');
});

test('annotations: opaque, small pictures enlarged, sure and unsure apart, nothing of the ink covered', () => {
  const page = new PenPage(100, 60, 1).write('ll', { x: 30, y: 45, size: 20, gap: 1 });
  const picture = page.picture();
  for (let i = 3; i < picture.data.length; i += 400) picture.data[i] = 0;
  const [first, second] = segment(picture).lines.flat(2);
  const marks = [
    { box: first.box, label: 'l', probability: 0.99 },
    { box: second.box, label: '1', probability: 0.4 },
  ];
  const drawn = annotated(picture, marks, labelTypeface());
  // Characters of about 22 pixels are brought to 40 and more by a whole factor.
  assert.equal([drawn.width, drawn.height], [200, 120]);
  const colorAt = (x: number, y: number) => {
    const at = 4 * (Math.floor(y) * drawn.width + Math.floor(x));
    return [...drawn.data.subarray(at, at + 4)];
  };
  for (let i = 3; i < drawn.data.length; i += 4) assert.is(drawn.data[i], 255);
  for (const [{ box: found }, color] of [
    [first, [0, 114, 178, 255]],
    [second, [213, 94, 0, 255]],
  ] as const) {
    const [x, y] = [2 * found.x, 2 * found.y];
    assert.equal(colorAt(x - 1, y + 20), color, 'the left side');
    assert.equal(colorAt(x + found.width, y - 1), color, 'the top');
    assert.equal(colorAt(x + found.width, y - 4), color, 'the plate above it');
    assert.ok(colorAt(x + found.width, y + found.height)[0] < 60, 'the ink');
  }
});

test('annotations at the border: the plate goes where there is room', () => {
  const page = new PenPage(40, 60, 2).write('l', { x: 2, y: 44, size: 42 });
  const picture = page.picture();
  const [l] = segment(picture).lines.flat(2);
  const drawn = annotated(picture, [{ box: l.box, label: 'l', probability: 1 }], labelTypeface());
  const blue = (y: number) => {
    for (let x = 0; x < drawn.width; x++) if (drawn.data[4 * (y * drawn.width + x) + 2] === 178) return true;
    return false;
  };
  assert.ok(blue(drawn.height - 14) || blue(l.box.y + l.box.height + 3), 'below the box');
});

test.run();

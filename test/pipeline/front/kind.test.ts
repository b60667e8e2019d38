// What pieces of ink are taken for, each kind by a drawing, and what a score makes of them.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { candidateOf, type SeenPiece } from '../../../pipeline/front/candidate.ts';
import type { Plane } from '../../../pipeline/front/extremes.ts';
import { type Kind, kindOf } from '../../../pipeline/front/kind.ts';
import { piecesOf } from '../../../pipeline/front/pieces.ts';
import { isSeven } from '../../support/drawn.ts';

const SIDE = 100;

type Shape = (x: number, y: number) => boolean;

/** The kind of the only piece of a drawing whose outline is all edge. */
function kind(shape: Shape, support = 1): Kind {
  const mask = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => +shape(i % SIDE, Math.floor(i / SIDE)));
  const plane: Plane = { width: SIDE, height: SIDE, data: Float32Array.from(mask, (ink) => 1 - ink) };
  const pieces = piecesOf(mask, SIDE, SIDE);
  assert.is(pieces.length, 1);
  return kindOf(pieces[0], support, mask, plane);
}

const within =
  (left: number, top: number, right: number, bottom: number): Shape =>
  (x, y) =>
    x >= left && x < right && y >= top && y < bottom;

/** A shape turned by a quarter, half and three quarters is the same kind. */
const turned = (shape: Shape): Shape[] => [
  shape,
  (x, y) => shape(y, SIDE - 1 - x),
  (x, y) => shape(SIDE - 1 - x, SIDE - 1 - y),
  (x, y) => shape(SIDE - 1 - y, x),
];

const seven = isSeven(SIDE);
const ring: Shape = (x, y) => Math.abs(Math.hypot(x - 50, y - 50) - 25) < 4;

const examples: readonly [Kind, string, Shape][] = [
  ['writing', 'a digit', seven],
  ['writing', 'a ring', ring],
  ['writing', 'a stroke', within(46, 20, 54, 80)],
  ['writing', 'a dot', within(48, 48, 54, 54)],
  ['writing', 'a stroke that ends at the border', within(46, 40, 52, 100)],
  ['strip', 'a blot that comes in from outside', within(0, 30, 15, 60)],
  ['corner', 'an arc around a corner', (x, y) => Math.abs(Math.hypot(x, y) - 60) < 5],
  ['corner', 'a character from side to side', (x, y) => Math.abs(y - 50 - 25 * Math.sin(x / 16)) < 5],
  ['crossing', 'a strip of light across', (x, y) => Math.abs(x - y - 10) < 8],
  ['crossing', 'a block in a corner', within(0, 0, 30, 30)],
  ['band', 'a table along a side', within(0, 80, 100, 100)],
  ['band', 'the line of a cell', within(0, 0, 3, 100)],
  ['band', 'a line near the border that does not touch it', within(5, 20, 8, 90)],
  ['tile', 'a plate', within(30, 30, 70, 75)],
  ['frame', 'a box of lines', (x, y) => within(25, 25, 75, 80)(x, y) && !within(28, 28, 72, 77)(x, y)],
];

for (const [expected, name, shape] of examples) {
  test(`${name} is ${expected}`, () => {
    for (const each of turned(shape)) assert.is(kind(each), expected);
  });
}

test('a frame all around is a band', () => {
  assert.is(
    kind((x, y) => Math.min(x, y, 99 - x, 99 - y) < 3),
    'band',
  );
  assert.is(
    kind((x, y) => Math.abs(Math.min(x, y, 99 - x, 99 - y) - 6) < 2),
    'band',
  );
});

test('what has no edge is shade, whatever its shape', () => {
  for (const [, , shape] of examples) assert.is(kind(shape, 0.3), 'shade');
});

/** How a drawing of dark ink on bright paper is seen. */
function seen(data: (x: number, y: number) => number, polarity: 'dark' | 'bright' = 'dark') {
  const plane: Plane = {
    width: SIDE,
    height: SIDE,
    data: Float32Array.from({ length: SIDE * SIDE }, (_, i) => data(i % SIDE, Math.floor(i / SIDE))),
  };
  return candidateOf(plane, polarity, 10, true);
}

const kinds = (pieces: readonly SeenPiece[] = []): Kind[] => pieces.map((piece) => piece.kind);

test('ink explains a drawing better than the paper between its strokes', () => {
  for (const [dark, bright] of [
    [0, 1],
    [0.3, 0.7],
    [0.6, 0.65],
  ]) {
    const right = seen((x, y) => (seven(x, y) ? dark : bright))!;
    const wrong = seen((x, y) => (seven(x, y) ? dark : bright), 'bright');
    assert.equal(kinds(right.pieces), ['writing']);
    assert.ok(right.pieces[0].support > 0.95);
    assert.ok(right.score > 2 * (wrong?.score ?? 0), `${right.score} and ${wrong?.score}`);
    const inverted = seen((x, y) => (seven(x, y) ? bright : dark), 'bright')!;
    assert.equal(kinds(inverted.pieces), ['writing']);
  }
});

test('a soft shadow has no edge, and does not count', () => {
  const light = (x: number, y: number) => 0.35 + 0.65 * Math.min(1, Math.hypot(x - 15, y - 80) / 50);
  const lit = seen((x, y) => (seven(x, y) ? 0.15 : 1) * light(x, y))!;
  const digit = lit.pieces.filter((piece) => piece.kind === 'writing');
  assert.is(digit.length, 1, kinds(lit.pieces).join());
  assert.ok(lit.pieces.every((piece) => piece === digit[0] || piece.kind === 'shade'));
});

test('a box of lines is a frame where something stands in it, and a letter where nothing does', () => {
  const box: Shape = (x, y) => within(20, 12, 82, 90)(x, y) && !within(23, 15, 79, 87)(x, y);
  assert.equal(kinds(seen((x, y) => +!box(x, y))?.pieces), ['writing']);
  const both = seen((x, y) => +!(box(x, y) || seven(x, y)))!;
  assert.equal(kinds(both.pieces).sort(), ['frame', 'writing']);
});

test('even paper has nothing to see', () => {
  assert.is(
    seen(() => 0.8),
    undefined,
  );
  assert.is(
    seen(() => 0),
    undefined,
  );
});

test.run();

// What lies under the clear pixels of a picture.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { surfaceOf } from '../../../pipeline/front/surface.ts';
import type { RgbaImage } from '../../../pipeline/image/image.ts';
import { BLACK, CLEAR, type Colour, isSeven, painted, seven, WHITE } from '../../support/drawn.ts';

const kindOf = (picture: RgbaImage): string => surfaceOf(picture).kind;

/** The same picture whose bytes do not begin at a multiple of four. */
function shifted({ width, height, data }: RgbaImage): RgbaImage {
  const moved = new Uint8Array(data.length + 1).subarray(1);
  moved.set(data);
  return { width, height, data: moved };
}

test('a picture without clear pixels is opaque, also where an editor left 250 of 255', () => {
  for (const [ink, paper] of [
    [BLACK, WHITE],
    [WHITE, BLACK],
    [
      [0, 0, 0, 252],
      [255, 255, 255, 250],
    ],
  ] as [Colour, Colour][]) {
    assert.equal(surfaceOf(seven(30, ink, paper)), { kind: 'opaque' });
    assert.equal(surfaceOf(shifted(seven(30, ink, paper))), { kind: 'opaque' });
  }
});

test('a single pixel that shines through makes a picture no longer opaque', () => {
  const picture = painted(20, 20, (x, y) => (x === 19 && y === 19 ? [255, 255, 255, 249] : WHITE));
  assert.is.not(kindOf(picture), 'opaque');
  assert.is.not(kindOf(shifted(picture)), 'opaque');
});

test('strokes on nothing are ink, whatever their colour', () => {
  for (const ink of [BLACK, WHITE, [200, 30, 30]] as Colour[]) {
    assert.equal(surfaceOf(seven(60, ink, CLEAR)), { kind: 'ink' });
    // What a clear pixel would look like says nothing.
    assert.equal(surfaceOf(seven(60, ink, [255, 255, 255, 0])), { kind: 'ink' });
  }
});

test('a blot of one colour is ink, not a sheet: nothing is written on it', () => {
  const blot = painted(40, 40, (x, y) => (x > 8 && x < 30 && y > 5 && y < 36 ? [20, 20, 30] : CLEAR));
  assert.equal(surfaceOf(blot), { kind: 'ink' });
});

test('where all is clear there is no sheet', () => {
  assert.equal(surfaceOf(painted(12, 5, () => CLEAR)), { kind: 'ink' });
  assert.equal(surfaceOf(painted(1, 1, () => [255, 255, 255, 3])), { kind: 'ink' });
});

test('a sheet in a clear surround gives it the colour of its edge', () => {
  const isInk = isSeven(80);
  for (const paper of [WHITE, [10, 20, 60]] as Colour[]) {
    const ink: Colour = paper === WHITE ? BLACK : WHITE;
    // Round corners, as those of a tile.
    const picture = painted(80, 80, (x, y) => {
      const corner = Math.hypot(Math.max(0, 20 - x, x - 59), Math.max(0, 20 - y, y - 59));
      return corner > 18 ? CLEAR : isInk(x, y) ? ink : paper;
    });
    assert.equal(surfaceOf(picture), { kind: 'sheet', color: [...paper] });
  }
});

test('a picture that is half clear all over has no edge, and the colour of most of it', () => {
  const isInk = isSeven(50);
  const picture = painted(50, 50, (x, y) => (isInk(x, y) ? [0, 0, 0, 200] : [250, 240, 230, 200]));
  assert.equal(surfaceOf(picture), { kind: 'sheet', color: [250, 240, 230] });
});

test.run();

// Where what a number depends on lies on the drawing: held to how the pipeline prepares one.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inkOf, onPaper } from '../../../explorer/page/draw/onPaper.ts';
import { preparePicture } from '../../../pipeline/front/preparePicture.ts';
import { recipes } from '../../../pipeline/preprocess/recipe.ts';
import { draw } from '../../support/cli.ts';

const SIDE = 280;

test('a spot beside a bar is found again where it was drawn', () => {
  // A bar, and below its end a spot, whose place in the prepared image is known by its brightness alone.
  const bar = { left: 60, top: 70, right: 220, bottom: 95 };
  const spot = { left: 180, top: 150, right: 215, bottom: 185 };
  const inside = ({ left, top, right, bottom }: typeof bar, x: number, y: number) =>
    x >= left && x < right && y >= top && y < bottom;
  // They hang together by a line, as one character does.
  const line = { left: 190, top: 95, right: 205, bottom: 150 };
  const picture = draw(SIDE, SIDE, (x, y) => [bar, spot, line].some((part) => inside(part, x, y)));
  const { image } = preparePicture(picture, recipes.handwriting);
  const { size } = recipes.handwriting;
  const ink = inkOf(image, size)!;
  const drawn = { left: 60, top: 70, right: 220, bottom: 185 };
  assert.equal(onPaper(ink, ink, drawn).left, 60);
  // The last rows of ink are the spot's.
  const rows = { ...ink, top: ink.bottom - 3 };
  const columns = Array.from({ length: size }, (_, x) => x).filter(
    (x) => image[(ink.bottom - 2) * size + x] > 128,
  );
  const found = onPaper({ ...rows, left: columns[0], right: columns[columns.length - 1] + 1 }, ink, drawn);
  const pixel = 160 / 20;
  assert.ok(Math.abs(found.left - spot.left) <= pixel, `left ${found.left}`);
  assert.ok(Math.abs(found.right - spot.right) <= pixel, `right ${found.right}`);
  assert.ok(Math.abs(found.bottom - spot.bottom) <= pixel, `bottom ${found.bottom}`);
});

test('an image without ink has none', () => {
  assert.is(inkOf(new Uint8Array(784), 28), null);
});

test.run();

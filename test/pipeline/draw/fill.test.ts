import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Random } from '../../../engine/random.ts';
import { fill } from '../../../pipeline/draw/fill.ts';
import { rowsOf } from '../../support/images.ts';
import { naiveFill } from '../../support/naiveFill.ts';

const polygon = (...points: number[]) => Float64Array.from(points);
const square = (x: number, y: number, side: number) =>
  polygon(x, y, x + side, y, x + side, y + side, x, y + side);
const reversed = (contour: Float64Array) => {
  const points = Array.from({ length: contour.length / 2 }, (_, i) => [contour[2 * i], contour[2 * i + 1]]);
  return polygon(...points.reverse().flat());
};
const area = (contours: Float64Array[], width: number, height: number) =>
  fill(contours, width, height).data.reduce((sum, value) => sum + value, 0);

test('a square between pixels covers its share of each', () => {
  assert.equal(rowsOf(fill([square(0.5, 0.25, 2)], 4, 3)), [
    [0.375, 0.75, 0.375, 0],
    [0.5, 1, 0.5, 0],
    [0.125, 0.25, 0.125, 0],
  ]);
  assert.equal(rowsOf(fill([square(0.25, 0, 0.5)], 1, 1)), [[0.25]]);
});

test('a triangle has the area ½·base·height, and half of each pixel on its diagonal', () => {
  assert.equal(rowsOf(fill([polygon(0, 0, 3, 3, 0, 3)], 3, 3)), [
    [0.5, 0, 0],
    [1, 0.5, 0],
    [1, 1, 0.5],
  ]);
  assert.ok(Math.abs(area([polygon(1, 1, 9.5, 2, 4, 7.5)], 10, 10) - 0.5 * Math.abs(8.5 * 6.5 - 3)) < 0.02);
});

test('a contour that runs the other way makes a hole, one that runs along covers once', () => {
  assert.is(area([square(1, 1, 6), reversed(square(2, 2, 3))], 8, 8), 36 - 9);
  assert.is(area([square(1, 1, 6), square(2, 2, 3)], 8, 8), 36);
  assert.is(area([square(0, 0, 3), square(1.5, 1.5, 3)], 5, 5), 9 + 9 - 1.5 ** 2);
});

test('the inside of a pentagram, around which it winds twice, is filled', () => {
  const star = polygon(
    ...[0, 2, 4, 1, 3].flatMap((k) => {
      const angle = (2 * Math.PI * k) / 5;
      return [8 + 7 * Math.sin(angle), 8 - 7 * Math.cos(angle)];
    }),
  );
  assert.is(fill([star], 16, 16).data[8 * 16 + 8], 1);
});

test('what leaves the image is cut off, on every side', () => {
  const whole = fill([polygon(-3, -2, 9, 1, 7, 8, -1, 6)], 5, 4);
  assert.equal([whole.width, whole.height, whole.data.length], [5, 4, 20]);
  assert.is(area([square(-5, -5, 20)], 5, 4), 20);
  for (const [x, y] of [
    [-3, 1],
    [6, 1],
    [1, -3],
    [1, 6],
    [5, 0],
    [0, 4],
  ]) {
    assert.is(area([square(x, y, 2)], 5, 4), 0, `${x}, ${y}`);
  }
  assert.is(area([square(4, 3, 2)], 5, 4), 1);
});

test('nothing, a point and a line cover nothing', () => {
  assert.is(area([], 3, 3), 0);
  assert.is(area([polygon(1, 1, 1, 1, 1, 1)], 3, 3), 0);
  assert.is(area([polygon(0, 1, 3, 2, 0, 1)], 3, 3), 0);
});

test('random polygons, most of which cross themselves, are as 64 × 64 points in each pixel have them', () => {
  const random = new Random(3);
  for (let round = 0; round < 12; round++) {
    const [width, height] = [1 + random.integer(9), 1 + random.integer(9)];
    const contours = Array.from({ length: 1 + random.integer(3) }, () =>
      Float64Array.from({ length: 2 * (3 + random.integer(6)) }, () => random.uniform(-2, 11)),
    );
    const expected = naiveFill(contours, width, height, 64);
    fill(contours, width, height).data.forEach((value, i) => {
      assert.ok(Math.abs(value - expected[i]) < 0.05, `round ${round}, pixel ${i}: ${value}, ${expected[i]}`);
    });
  }
});

test.run();

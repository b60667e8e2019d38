// Dilation, erosion and closing against plain loops over the square around each pixel.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { closed, largestAround, type Plane, smallestAround } from '../../../pipeline/front/extremes.ts';
import { numbers } from '../../support/makePng.ts';

const random = numbers(7);
const randomPlane = (width: number, height: number, levels = 1000): Plane => ({
  width,
  height,
  data: Float32Array.from({ length: width * height }, () => random(levels) / levels - 0.25),
});

/** The largest or smallest value of a square that the border cuts off. */
function around({ width, height, data }: Plane, reach: number, best: (...values: number[]) => number): Plane {
  const out = data.map((_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const values: number[] = [];
    for (let v = Math.max(0, y - reach); v <= Math.min(height - 1, y + reach); v++) {
      for (let u = Math.max(0, x - reach); u <= Math.min(width - 1, x + reach); u++)
        values.push(data[v * width + u]);
    }
    return best(...values);
  });
  return { width, height, data: out };
}

const sizes = [
  [1, 1],
  [1, 9],
  [8, 1],
  [2, 3],
  [7, 5],
  [16, 11],
  [23, 24],
];

test('the largest and the smallest value around each pixel are those of plain loops', () => {
  for (const [width, height] of sizes) {
    for (const reach of [0, 1, 2, 3, 5, 7, 10]) {
      const plane = randomPlane(width, height);
      const what = `${width}×${height}, reach ${reach}`;
      assert.equal(largestAround(plane, reach), around(plane, reach, Math.max), what);
      assert.equal(
        smallestAround(plane, reach).data.map(noSign),
        around(plane, reach, Math.min).data.map(noSign),
        what,
      );
    }
  }
});

/** −0 → 0. */
const noSign = (value: number): number => value + 0;

test('a reach beyond the plane sees all of it', () => {
  for (const [width, height] of sizes) {
    const plane = randomPlane(width, height);
    const reach = Math.max(width, height) + 3;
    const [most, least] = [Math.max(...plane.data), Math.min(...plane.data)];
    assert.ok(largestAround(plane, reach).data.every((value) => value === most));
    assert.ok(smallestAround(plane, reach).data.every((value) => value === least));
  }
});

test('nothing is written into what was given', () => {
  const plane = randomPlane(12, 9);
  const before = plane.data.slice();
  for (const reach of [0, 1, 4]) {
    largestAround(plane, reach);
    smallestAround(plane, reach);
    closed(plane, reach);
  }
  assert.equal(plane.data, before);
});

test('a closing is never below, is the same again, and fills dark strokes that are narrow enough', () => {
  for (const reach of [1, 3, 6]) {
    const plane = randomPlane(19, 14, 6);
    const once = closed(plane, reach);
    assert.ok(once.data.every((value, i) => value >= plane.data[i]));
    assert.equal(closed(once, reach).data.map(noSign), once.data.map(noSign));
  }
  for (const width of [1, 2, 3, 4, 5, 6]) {
    const line: Plane = {
      width: 30,
      height: 20,
      data: Float32Array.from({ length: 600 }, (_, i) => (i % 30 >= 12 && i % 30 < 12 + width ? 0 : 1)),
    };
    const left = closed(line, 2).data.filter((value) => value === 0).length;
    // Its square is five pixels wide, and does not fit into a line of less.
    assert.is(left, width < 5 ? 0 : width * 20, `${width} wide`);
  }
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Random } from '../../../engine/random.ts';
import { flatten, type PathCommand, placed } from '../../../pipeline/draw/outline.ts';

/** A point of a Bézier curve of any degree, by de Casteljau's construction. */
function bezier(points: readonly (readonly [number, number])[], t: number): readonly [number, number] {
  if (points.length === 1) return points[0];
  const between = points.slice(1).map(([x, y], i) => {
    const [fromX, fromY] = points[i];
    return [fromX + t * (x - fromX), fromY + t * (y - fromY)] as const;
  });
  return bezier(between, t);
}

function distanceTo(contour: Float64Array, [x, y]: readonly [number, number]): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (let i = 0; i + 3 < contour.length; i += 2) {
    const [x0, y0, x1, y1] = contour.subarray(i, i + 4);
    const [dx, dy] = [x1 - x0, y1 - y0];
    const along = ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1);
    const t = Math.min(1, Math.max(0, along));
    nearest = Math.min(nearest, Math.hypot(x - x0 - t * dx, y - y0 - t * dy));
  }
  return nearest;
}

test('polygons lose the last point where it repeats the first, and pieces that enclose nothing', () => {
  const commands: PathCommand[] = [
    { type: 'M', x: 0, y: 0 },
    { type: 'L', x: 1, y: 0 },
    { type: 'L', x: 1, y: 1 },
    { type: 'L', x: 0, y: 0 },
    { type: 'Z' },
    { type: 'M', x: 5, y: 5 },
    { type: 'L', x: 6, y: 5 },
    { type: 'Z' },
    { type: 'M', x: 2, y: 2 },
    { type: 'L', x: 3, y: 2 },
    { type: 'L', x: 2, y: 3 },
  ];
  assert.equal(
    flatten(commands, 0.1).map((contour) => [...contour]),
    [
      [0, 0, 1, 0, 1, 1],
      [2, 2, 3, 2, 2, 3],
    ],
  );
});

test('chords stay within the tolerance of their curve, and need more points the smaller it is', () => {
  const random = new Random(5);
  const number = () => random.uniform(-100, 100);
  for (let round = 0; round < 40; round++) {
    const start = [number(), number()] as const;
    const [x1, y1, x2, y2, x, y] = Array.from({ length: 6 }, number);
    const cubic = round % 2 === 0;
    const curve: PathCommand = cubic ? { type: 'C', x1, y1, x2, y2, x, y } : { type: 'Q', x1, y1, x, y };
    const control = cubic
      ? ([start, [x1, y1], [x2, y2], [x, y]] as const)
      : ([start, [x1, y1], [x, y]] as const);
    let points = 0;
    for (const tolerance of [3, 0.3, 0.03]) {
      const corner: PathCommand = { type: 'L', x: 1000, y: 1000 };
      const [contour] = flatten([{ type: 'M', x: start[0], y: start[1] }, curve, corner], tolerance);
      for (let t = 0; t <= 1; t += 1 / 256) {
        const distance = distanceTo(contour, bezier(control, t));
        assert.ok(distance <= tolerance * 1.000001, `${distance} of ${tolerance}`);
      }
      assert.ok(contour.length > points);
      points = contour.length;
    }
  }
});

test('a straight curve is one chord', () => {
  const commands: PathCommand[] = [
    { type: 'M', x: 0, y: 0 },
    { type: 'Q', x1: 1, y1: 0, x: 2, y: 0 },
    { type: 'L', x: 2, y: 2 },
    { type: 'Z' },
  ];
  assert.equal([...flatten(commands, 1e-6)[0]], [0, 0, 2, 0, 2, 2]);
});

test('contours are placed by scale and offset', () => {
  assert.equal([...placed([Float64Array.of(1, 2, 3, 4)], 10, 5, -5)[0]], [15, 15, 35, 35]);
});

test.run();

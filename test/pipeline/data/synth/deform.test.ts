import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Random } from '../../../../engine/random.ts';
import { boundsOf, elastic, subdivide, thicken } from '../../../../pipeline/data/synth/deform.ts';
import { fill } from '../../../../pipeline/draw/fill.ts';
import { assertNear } from '../../../support/compare.ts';

const square = Float64Array.of(1, 1, 5, 1, 5, 5, 1, 5);
const hole = Float64Array.of(2, 2, 2, 4, 4, 4, 4, 2);
const reversed = (contour: Float64Array) => {
  const points = Array.from({ length: contour.length / 2 }, (_, i) => [contour[2 * i], contour[2 * i + 1]]);
  return Float64Array.from(points.reverse().flat());
};

test('subdividing leaves the shape and no edge longer than asked', () => {
  const random = new Random(4);
  const contour = Float64Array.from({ length: 14 }, () => random.uniform(0, 12));
  const [finer] = subdivide([contour], 0.7);
  for (let i = 0; i < finer.length; i += 2) {
    const next = (i + 2) % finer.length;
    assert.ok(Math.hypot(finer[next] - finer[i], finer[next + 1] - finer[i + 1]) <= 0.7000001);
  }
  const [before, after] = [fill([contour], 12, 12).data, fill([finer], 12, 12).data];
  assertNear(after, before, 1e-5);
});

test('a square grows and its hole shrinks by the same, whichever way the font runs', () => {
  for (const contours of [
    [square, hole],
    [reversed(square), reversed(hole)],
  ]) {
    const [outer, inner] = thicken(contours, 0.25).map((contour) => boundsOf([contour]));
    assert.equal(outer, { left: 0.75, top: 0.75, width: 4.5, height: 4.5 });
    assert.equal(inner, { left: 2.25, top: 2.25, width: 1.5, height: 1.5 });
    const thinner = boundsOf([thicken(contours, -0.25)[0]]);
    assert.equal(thinner, { left: 1.25, top: 1.25, width: 3.5, height: 3.5 });
  }
});

test('a circle grows by its radius, a needle no further than twice the distance', () => {
  const circle = Float64Array.from({ length: 400 }, (_, i) => {
    const angle = (2 * Math.PI * Math.floor(i / 2)) / 200;
    return 10 * (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
  });
  const [grown] = thicken([circle], 1);
  for (let i = 0; i < grown.length; i += 2) {
    assert.ok(Math.abs(Math.hypot(grown[i], grown[i + 1]) - 11) < 0.01);
  }
  const needle = Float64Array.of(0, 0, 100, 1, 0, 2);
  const [blunt] = thicken([needle], 1);
  assert.ok(blunt[2] > 100 && Math.hypot(blunt[2] - 100, blunt[3] - 1) <= 2);
});

test('points that repeat do no harm', () => {
  const [grown] = thicken([Float64Array.of(1, 1, 5, 1, 5, 1, 5, 5, 1, 5)], 0.5);
  assert.ok(grown.every(Number.isFinite));
});

test('the elastic displacement has its standard deviation, and is alike over its length only', () => {
  const [strength, length, rounds] = [0.3, 2, 4000];
  const sums = { square: 0, near: 0, at: 0, far: 0 };
  for (let round = 0; round < rounds; round++) {
    const move = elastic(new Random(7, 0, round), strength, length);
    const [x, y] = move(1, 1);
    assert.equal([...move(1, 1)], [x, y]);
    sums.square += ((x - 1) ** 2 + (y - 1) ** 2) / 2;
    sums.near += (x - 1) * (move(1.1, 1)[0] - 1.1);
    sums.at += (x - 1) * (move(1 + length, 1)[0] - 1 - length);
    sums.far += (x - 1) * (move(1 + 4 * length, 1)[0] - 1 - 4 * length);
  }
  const variance = strength ** 2;
  const expected = { square: 1, near: Math.exp(-(0.05 ** 2) / 2), at: Math.exp(-0.5), far: Math.exp(-8) };
  for (const key of ['square', 'near', 'at', 'far'] as const) {
    const measured = sums[key] / rounds / variance;
    assert.ok(Math.abs(measured - expected[key]) < 0.08, `${key}: ${measured}, expected ${expected[key]}`);
  }
});

test.run();

// Steps beyond the plain ones of preprocess.test.ts: blurs, Sauvola, cleaning, deskewing, stroke width.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Random } from '../../../engine/random.ts';
import type { GrayImage } from '../../../pipeline/image/image.ts';
import { clean } from '../../../pipeline/preprocess/clean.ts';
import { components } from '../../../pipeline/preprocess/components.ts';
import { denoise } from '../../../pipeline/preprocess/denoise.ts';
import { deskew, slantOf } from '../../../pipeline/preprocess/deskew.ts';
import { squaredDistances } from '../../../pipeline/preprocess/distance.ts';
import { inverted } from '../../../pipeline/preprocess/polarity.ts';
import { sauvolaLevels } from '../../../pipeline/preprocess/sauvola.ts';
import { stroke, strokeWidth } from '../../../pipeline/preprocess/stroke.ts';
import { threshold } from '../../../pipeline/preprocess/threshold.ts';
import { gray, rowsOf } from '../../support/images.ts';

/** An image from a formula. */
const draw = (width: number, height: number, at: (x: number, y: number) => number): GrayImage => ({
  width,
  height,
  data: Float32Array.from({ length: width * height }, (_, i) => at(i % width, Math.floor(i / width))),
});

function noise(width: number, height: number, seed: number): GrayImage {
  const random = new Random(seed);
  return draw(width, height, () => random.uniform());
}

const largestGap = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])));

const bell = (distance: number, sigma: number): number => Math.exp(-(distance ** 2) / (2 * sigma ** 2));

test('gaussian equals the sum over its square window, whose edge pixels repeat', () => {
  const image = noise(9, 7, 1);
  const [sigma, reach] = [0.8, 3];
  const at = (x: number, y: number) =>
    image.data[Math.min(6, Math.max(0, y)) * 9 + Math.min(8, Math.max(0, x))];
  const expected = draw(9, 7, (x, y) => {
    let [sum, total] = [0, 0];
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) {
        const weight = bell(dx, sigma) * bell(dy, sigma);
        sum += weight * at(x + dx, y + dy);
        total += weight;
      }
    }
    return sum / total;
  });
  const blurred = denoise.apply(image, { method: 'gaussian', sigma });
  assert.ok(largestGap(blurred.data, expected.data) < 1e-6);
});

test('bilateral equals its formula; it smooths grain and keeps an edge that gaussian washes out', () => {
  const image = noise(6, 5, 2);
  const [sigma, range] = [0.6, 0.3];
  const expected = draw(6, 5, (x, y) => {
    let [sum, total] = [0, 0];
    for (let v = 0; v < 5; v++) {
      for (let u = 0; u < 6; u++) {
        if (Math.max(Math.abs(u - x), Math.abs(v - y)) > 2) continue;
        const value = image.data[v * 6 + u];
        const weight = bell(u - x, sigma) * bell(v - y, sigma) * bell(value - image.data[y * 6 + x], range);
        sum += weight * value;
        total += weight;
      }
    }
    return sum / total;
  });
  const smooth = denoise.apply(image, { method: 'bilateral', sigma, range });
  assert.ok(largestGap(smooth.data, expected.data) < 1e-6);

  const grain = noise(20, 20, 3).data;
  const edge = draw(20, 20, (x, y) => (x < 10 ? 0.2 : 0.8) + 0.1 * (grain[y * 20 + x] - 0.5));
  const [kept, washed] = [
    denoise.apply(edge, { method: 'bilateral', sigma: 1.5, range: 0.1 }),
    denoise.apply(edge, { method: 'gaussian', sigma: 1.5 }),
  ];
  const across = ({ data }: GrayImage) => data[10 * 20 + 10] - data[10 * 20 + 9];
  assert.ok(across(kept) > 0.55 && across(washed) < 0.3, `${across(kept)}, ${across(washed)}`);
  assert.ok(
    largestGap(
      kept.data,
      edge.data.map((_, i) => (i % 20 < 10 ? 0.2 : 0.8)),
    ) < 0.04,
  );
});

test('Sauvola: every level is m·(1 + k·(s/0.5 − 1)) of its window', () => {
  const image = noise(9, 7, 4);
  const [window, k] = [5, 0.3];
  const expected = draw(9, 7, (x, y) => {
    const values: number[] = [];
    for (let v = Math.max(0, y - 2); v <= Math.min(6, y + 2); v++) {
      for (let u = Math.max(0, x - 2); u <= Math.min(8, x + 2); u++) values.push(image.data[v * 9 + u]);
    }
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    return mean * (1 + k * (Math.sqrt(variance) / 0.5 - 1));
  });
  assert.ok(largestGap(sauvolaLevels(image, window, k), expected.data) < 1e-6);
});

test('Sauvola finds ink under uneven light where Otsu does not, dark or bright', () => {
  const isInk = (x: number, y: number) => x % 12 >= 5 && x % 12 < 7 && y > 5 && y < 34;
  const page = draw(60, 40, (x, y) => (1 - (0.7 * x) / 60) * (isInk(x, y) ? 0.5 : 1));
  const truth = draw(60, 40, (x, y) => (isInk(x, y) ? 0 : 1)).data;
  const wrong = ({ data }: GrayImage) => data.filter((value, i) => value !== truth[i]).length;
  const sauvola = { method: 'sauvola', window: 15, k: 0.2 } as const;
  assert.is(wrong(threshold.apply(page, sauvola)), 0);
  assert.is(wrong(inverted(threshold.apply(inverted(page), sauvola))), 0);
  assert.ok(wrong(threshold.apply(page, { method: 'otsu' })) > 500);
  const black = draw(8, 8, () => 0);
  assert.is(new Set(threshold.apply(black, sauvola).data).size, 1, 'black paper has no ink');
});

test('components hang together over corners', () => {
  const found = components(gray([1, 0, 0, 1], [0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 0, 1]));
  assert.equal(
    found.map(({ pixels }) => [...pixels].sort((a, b) => a - b)),
    [[0, 5], [3], [11, 15]],
  );
  assert.equal(
    found.map(({ depth }) => depth),
    [1, 0, 0],
  );
});

test('clean takes specks, border lines and a frame, and leaves the ink and the dot of an i', () => {
  const ink = (x: number, y: number) => +(x >= 18 && x < 22 && ((y >= 14 && y < 32) || (y >= 8 && y < 11)));
  const written = draw(40, 40, ink);
  const parameters = { specks: 0.05, edge: 0.1 };
  assert.is(clean.apply(written, parameters), written);
  for (const [name, dirt] of Object.entries({
    speck: (x: number, y: number) => x === 30 && y === 12,
    line: (_: number, y: number) => y >= 38,
    frame: (x: number, y: number) => Math.min(x, y, 39 - x, 39 - y) < 2,
  })) {
    const dirty = draw(40, 40, (x, y) => Math.max(ink(x, y), +dirt(x, y)));
    assert.equal(clean.apply(dirty, parameters), written, name);
  }
  const touching = draw(40, 40, (x, y) => +(x >= 18 && x < 22 && y < 30));
  assert.is(clean.apply(touching, parameters), touching, 'a stroke that runs into the border is writing');
  const onlyLine = draw(40, 40, (_, y) => +(y < 2));
  assert.is(clean.apply(onlyLine, parameters), onlyLine, 'an image is never emptied');
});

test('deskew: a rotated bar is upright, ink is neither lost nor made, a dash and a blank stay', () => {
  for (const degrees of [-30, -10, 5, 25]) {
    const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
    const bar = draw(60, 60, (x, y) => {
      const [dx, dy] = [x - 30, y - 30];
      return +(Math.abs(cos * dx + sin * dy) < 3 && Math.abs(cos * dy - sin * dx) < 22);
    });
    const upright = deskew.apply(bar, { limit: 1 });
    assert.ok(Math.abs(slantOf(bar).slant) > 0.05);
    assert.ok(Math.abs(slantOf(upright).slant) < 1e-4, `${degrees}°: ${slantOf(upright).slant}`);
    const mass = ({ data }: GrayImage) => data.reduce((sum, value) => sum + value, 0);
    assert.ok(Math.abs(mass(upright) - mass(bar)) < 1e-3 * mass(bar));
    assert.is(deskew.apply(bar, { limit: 0 }), bar);
  }
  const dash = draw(40, 12, (x, y) => +(Math.abs(y - 6 - (x - 20) / 12) < 1.5));
  assert.is(deskew.apply(dash, { limit: 1 }), dash);
  const blank = draw(5, 5, () => 0);
  assert.is(deskew.apply(blank, { limit: 1 }), blank);
});

test('distances equal the nearest of all pixels', () => {
  const random = new Random(5);
  for (const [width, height] of [
    [13, 9],
    [1, 7],
    [6, 1],
  ]) {
    const inside = Uint8Array.from({ length: width * height }, () => +(random.uniform() < 0.15));
    inside[random.integer(inside.length)] = 1;
    const expected = Array.from(inside, (_, i) => {
      const apart = (j: number) =>
        ((i % width) - (j % width)) ** 2 + (Math.floor(i / width) - Math.floor(j / width)) ** 2;
      return Math.min(...Array.from(inside, (flag, j) => (flag ? apart(j) : Number.POSITIVE_INFINITY)));
    });
    assert.equal([...squaredDistances(inside, width, height)], expected);
  }
});

test('stroke brings thin strokes to one width and leaves thick ones and blank images', () => {
  const bar = (width: number) => draw(width, 100, () => 1);
  assert.ok(Math.abs(strokeWidth(bar(4)) - 4) < 0.2);
  for (const thin of [1, 3, 6]) {
    const width = strokeWidth(stroke.apply(bar(thin), { width: 0.1 }));
    assert.ok(Math.abs(width - 10) < 2, `${thin} → ${width}`);
  }
  const thick = bar(20);
  assert.is(stroke.apply(thick, { width: 0.1 }), thick);
  const blank = draw(5, 5, () => 0);
  assert.is(stroke.apply(blank, { width: 0.2 }), blank);
});

test('none of these changes its input', () => {
  const image = noise(12, 10, 6);
  const before = rowsOf(image);
  denoise.apply(image, { method: 'gaussian', sigma: 1 });
  denoise.apply(image, { method: 'bilateral', sigma: 1, range: 0.2 });
  threshold.apply(image, { method: 'sauvola', window: 5, k: 0.2 });
  clean.apply(image, { specks: 0.5, edge: 0.2 });
  deskew.apply(image, { limit: 2 });
  stroke.apply(image, { width: 0.5 });
  assert.equal(rowsOf(image), before);
});

test.run();

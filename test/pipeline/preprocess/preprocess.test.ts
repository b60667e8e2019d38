import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Random } from '../../../engine/random.ts';
import { type GrayImage, rowsOf as imageRows } from '../../../pipeline/image/image.ts';
import { resampleRows } from '../../../pipeline/image/resample.ts';
import { centre } from '../../../pipeline/preprocess/centre.ts';
import { crop } from '../../../pipeline/preprocess/crop.ts';
import { denoise } from '../../../pipeline/preprocess/denoise.ts';
import { grayscale } from '../../../pipeline/preprocess/grayscale.ts';
import { polarity } from '../../../pipeline/preprocess/polarity.ts';
import { resize } from '../../../pipeline/preprocess/resize.ts';
import { otsuLevel, threshold } from '../../../pipeline/preprocess/threshold.ts';
import { gray, refuses, rowsOf } from '../../support/images.ts';

function noise(width: number, height: number, seed: number): GrayImage {
  const random = new Random(seed);
  return { width, height, data: Float32Array.from({ length: width * height }, () => random.uniform()) };
}

/** Any size, which the step `resize` never asks for where it would change the aspect. */
const resampled = (image: GrayImage, width: number, height: number): GrayImage =>
  resampleRows(imageRows(image), width, height);

test('grayscale weighs colours and lays transparent ink on white paper', () => {
  const data = Uint8Array.of(255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 0, 0, 0, 0, 0, 0, 0, 51);
  const image = { width: 5, height: 1, data };
  assert.equal(rowsOf(grayscale(image, 'rec709')), [[0.2126, 0.7152, 0.0722, 1, 0.8]]);
  assert.equal(rowsOf(grayscale(image, 'rec601')), [[0.299, 0.587, 0.114, 1, 0.8]]);
});

test('median equals sorting each window, whose edge pixels repeat', () => {
  const image = noise(9, 7, 1);
  for (const window of [3, 5]) {
    const reach = (window - 1) / 2;
    const at = (x: number, y: number) =>
      image.data[Math.min(6, Math.max(0, y)) * 9 + Math.min(8, Math.max(0, x))];
    const expected = Array.from(image.data, (_, i) => {
      const values: number[] = [];
      for (let dy = -reach; dy <= reach; dy++) {
        for (let dx = -reach; dx <= reach; dx++) values.push(at((i % 9) + dx, Math.floor(i / 9) + dy));
      }
      return values.sort((a, b) => a - b)[(window * window - 1) / 2];
    });
    assert.equal([...denoise.apply(image, { method: 'median', window }).data], expected);
  }
  assert.is(denoise.apply(image, { method: 'none' }), image);
});

test('a lone speck goes, an edge stays', () => {
  const image = gray([0, 0, 0, 1, 1], [0, 1, 0, 1, 1], [0, 0, 0, 1, 1]);
  const cleaned = rowsOf(denoise.apply(image, { method: 'median', window: 3 }));
  assert.equal(cleaned, [
    [0, 0, 0, 1, 1],
    [0, 0, 0, 1, 1],
    [0, 0, 0, 1, 1],
  ]);
});

/** Between-class variance of the two classes that a level makes, straight from its definition. */
function betweenVariance(bytes: number[], level: number): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [low, high] = [bytes.filter((byte) => byte <= level), bytes.filter((byte) => byte > level)];
  if (low.length === 0 || high.length === 0) return 0;
  const all = mean(bytes);
  return (low.length * (mean(low) - all) ** 2 + high.length * (mean(high) - all) ** 2) / bytes.length;
}

test('Otsu: no level has a larger between-class variance', () => {
  for (let seed = 0; seed < 20; seed++) {
    const random = new Random(seed);
    const bytes = Array.from({ length: 300 }, () =>
      Math.min(
        255,
        Math.max(
          0,
          Math.round(random.uniform() < 0.2 ? 60 + 25 * random.normal() : 180 + 30 * random.normal()),
        ),
      ),
    );
    const level = otsuLevel(gray(bytes.map((byte) => byte / 255))) * 255;
    const best = Math.max(...Array.from({ length: 256 }, (_, t) => betweenVariance(bytes, t)));
    assert.ok(Math.abs(betweenVariance(bytes, level) - best) < 1e-9 * best, `seed ${seed}, level ${level}`);
  }
});

test('Otsu takes the middle of a gap, and the half for an image without classes', () => {
  assert.is(otsuLevel(gray([0, 0, 1])), 127.5 / 255);
  assert.is(otsuLevel(gray([40 / 255, 80 / 255, 80 / 255])), 59.5 / 255);
  for (const value of [0, 0.3, 1]) assert.is(otsuLevel(gray([value, value])), 127.5 / 255);
});

test('a threshold gives 0 and 1', () => {
  const image = gray([0.1, 0.5, 0.50001, 0.9]);
  assert.equal(rowsOf(threshold.apply(image, { method: 'fixed', level: 0.5 })), [[0, 0, 1, 1]]);
  assert.equal(rowsOf(threshold.apply(gray([0.1, 0.2, 0.8]), { method: 'otsu' })), [[0, 0, 1]]);
  assert.is(threshold.apply(image, { method: 'none' }), image);
});

test('polarity makes ink bright, whichever way it came', () => {
  const bright = gray([0, 0, 0], [0, 1, 0], [0, 0, 0]);
  const dark = gray([1, 1, 1], [1, 0, 1], [1, 1, 1]);
  assert.is(polarity.apply(bright, { ink: 'auto' }), bright);
  assert.equal(rowsOf(polarity.apply(dark, { ink: 'auto' })), rowsOf(bright));
  assert.equal(rowsOf(polarity.apply(dark, { ink: 'dark' })), rowsOf(bright));
  assert.is(polarity.apply(dark, { ink: 'bright' }), dark);
});

test('polarity is not fooled by a ruled line along the border, and makes blank paper black', () => {
  const ruled = gray(
    ...Array.from({ length: 9 }, (_, y) => Array.from({ length: 9 }, () => (y === 8 ? 0 : 1))),
  );
  assert.is(rowsOf(polarity.apply(ruled, { ink: 'auto' }))[0][0], 0);
  const white = gray(...Array.from({ length: 7 }, () => new Array<number>(7).fill(0.9)));
  assert.is(rowsOf(polarity.apply(white, { ink: 'auto' }))[3][3], 0.1);
  const black = gray([0.1, 0.1], [0.1, 0.1]);
  assert.is(polarity.apply(black, { ink: 'auto' }), black);
});

test('crop keeps the box of the ink, and a blank image whole', () => {
  const image = gray([0, 0, 0, 0], [0, 0, 0.9, 0.2], [0, 0.6, 0, 0], [0, 0.4, 0, 0]);
  assert.equal(rowsOf(crop.apply(image, { inkAbove: 0.5 })), [
    [0, 0.9],
    [0.6, 0],
  ]);
  assert.equal(rowsOf(crop.apply(image, { inkAbove: 0 })), [
    [0, 0.9, 0.2],
    [0.6, 0, 0],
    [0.4, 0, 0],
  ]);
  const blank = gray([0, 0], [0, 0]);
  assert.is(crop.apply(blank, { inkAbove: 0.5 }), blank);
});

test('shrinking takes the mean over the area, by hand', () => {
  // 3 → 2: each new pixel covers one and a half old ones.
  assert.equal(rowsOf(resampled(gray([0, 0.3, 0.9]), 2, 1)), [[0.1, 0.7]]);
  assert.equal(rowsOf(resampled(gray([0, 1], [1, 1]), 1, 1)), [[0.75]]);
});

test('enlarging interpolates between pixel centres, by hand', () => {
  // 2 → 4: centres fall on −¼ (held at 0), ¼, ¾ and 1¼ (held at 1).
  assert.equal(rowsOf(resampled(gray([0, 1]), 4, 1)), [[0, 0.25, 0.75, 1]]);
  assert.equal(rowsOf(resampled(gray([0], [1]), 1, 4)), [[0], [0.25], [0.75], [1]]);
});

test('shrinking keeps the mean of any image, and the same size keeps every pixel', () => {
  const mean = (image: GrayImage) => image.data.reduce((sum, value) => sum + value, 0) / image.data.length;
  const image = noise(37, 23, 2);
  for (const [width, height] of [
    [1, 1],
    [20, 12],
    [36, 22],
    [5, 23],
  ]) {
    assert.ok(Math.abs(mean(resampled(image, width, height)) - mean(image)) < 1e-6, `${width}×${height}`);
  }
  assert.equal(rowsOf(resampled(image, 37, 23)), rowsOf(image));
});

test('resize keeps the aspect, the longer side is the box', () => {
  const sizeOf = (width: number, height: number) => {
    const resized = resize.apply(noise(width, height, 3), { box: 20 });
    return [resized.width, resized.height];
  };
  assert.equal(sizeOf(40, 30), [20, 15]);
  assert.equal(sizeOf(5, 10), [10, 20]);
  assert.equal(sizeOf(1, 200), [1, 20]);
});

test('centre puts the centre of mass in the middle, and nothing falls off', async () => {
  // Mass 1 at x = 0 and 3 at x = 2: the centre is x = 1.5, which goes to 4 − 1.5 = 2.5 → 3 to the right.
  const placed = rowsOf(centre.apply(gray([0.25, 0, 0.75]), { size: 8 }));
  assert.equal(placed[4], [0, 0, 0, 0.25, 0, 0.75, 0, 0]);
  assert.is(placed.flat().filter((value) => value > 0).length, 2);

  const heavy = gray([1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]);
  assert.equal(rowsOf(centre.apply(heavy, { size: 8 }))[4], [0, 1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]);
  assert.is(
    rowsOf(centre.apply(gray([0, 0]), { size: 4 }))
      .flat()
      .some(Boolean),
    false,
  );
  await refuses(() => centre.apply(noise(9, 3, 4), { size: 8 }), 'wrong-size', 'centre:', '9×3', '8×8');
});

test('no step changes its input', () => {
  const image = noise(12, 10, 5);
  const before = rowsOf(image);
  denoise.apply(image, { method: 'median', window: 3 });
  threshold.apply(image, { method: 'otsu' });
  polarity.apply(image, { ink: 'dark' });
  crop.apply(image, { inkAbove: 0.5 });
  resize.apply(image, { box: 5 });
  centre.apply(image, { size: 28 });
  assert.equal(rowsOf(image), before);
});

test.run();

// Pictures in few pixels, and the direction of colour along which ink stands out.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { along, axisOf } from '../../../pipeline/front/axis.ts';
import { type SmallPicture, shrink } from '../../../pipeline/front/shrink.ts';
import { surfaceOf } from '../../../pipeline/front/surface.ts';
import type { RgbaImage } from '../../../pipeline/image/image.ts';
import { CLEAR, type Colour, painted, seven, WHITE } from '../../support/drawn.ts';
import { numbers } from '../../support/makePng.ts';

const whole = ({ width, height }: RgbaImage) => ({ x: 0, y: 0, width, height });
const look = (picture: RgbaImage, factor = 1): SmallPicture =>
  shrink(picture, surfaceOf(picture), whole(picture), factor);

const near = (a: number, b: number, what = ''): void =>
  assert.ok(Math.abs(a - b) < 1e-5, `${what} ${a} ≠ ${b}`);

/** Means of squares by plain loops, over the colour that lies below. */
function means(
  picture: RgbaImage,
  region: ReturnType<typeof whole>,
  factor: number,
  under: Colour,
  channel: number,
) {
  const out: number[] = [];
  for (let top = 0; top < region.height; top += factor) {
    for (let left = 0; left < region.width; left += factor) {
      let [sum, count] = [0, 0];
      for (let y = top; y < Math.min(region.height, top + factor); y++) {
        for (let x = left; x < Math.min(region.width, left + factor); x++, count++) {
          const at = 4 * ((region.y + y) * picture.width + region.x + x);
          const share = picture.data[at + 3] / 255;
          sum += share * picture.data[at + channel] + (1 - share) * under[channel]!;
        }
      }
      out.push(sum / count / 255);
    }
  }
  return out;
}

test('shrinking takes the mean of squares, those that the border cuts off too', () => {
  const random = numbers(3);
  const colour = (): Colour => [random(256), random(256), random(256), 255];
  for (const [width, height, factor] of [
    [1, 1, 1],
    [7, 5, 2],
    [10, 10, 3],
    [23, 4, 5],
    [6, 40, 16],
  ]) {
    const picture = painted(width, height, colour);
    const regions = [
      whole(picture),
      { x: width >> 1, y: height >> 2, width: (width + 1) >> 1, height: (height + 1) >> 1 },
    ];
    for (const region of regions) {
      const moved = { ...picture, data: new Uint8Array(picture.data.length + 2).subarray(2) };
      moved.data.set(picture.data);
      // Four bytes at a time, and one by one where memory does not begin at a multiple of four.
      for (const each of [picture, moved]) {
        const small = shrink(each, { kind: 'opaque' }, region, factor);
        assert.equal(
          [small.width, small.height],
          [Math.ceil(region.width / factor), Math.ceil(region.height / factor)],
        );
        assert.is(small.channels.length, 3);
        for (const c of [0, 1, 2]) {
          const expected = means(picture, region, factor, [0, 0, 0], c);
          small.channels[c].forEach((value, i) => {
            near(value, expected[i], `${width}×${height}/${factor}`);
          });
        }
      }
    }
  }
});

test('clear pixels have the colour of the sheet, or are no ink', () => {
  const random = numbers(4);
  const picture = painted(13, 9, () => [random(256), random(256), random(256), random(256)]);
  const region = whole(picture);
  const sheet = shrink(picture, { kind: 'sheet', color: [200, 100, 50] }, region, 4);
  for (const c of [0, 1, 2]) {
    const expected = means(picture, region, 4, [200, 100, 50], c);
    sheet.channels[c].forEach((value, i) => {
      near(value, expected[i]);
    });
  }
  const ink = shrink(picture, { kind: 'ink' }, region, 4);
  assert.is(ink.channels.length, 1);
  const black = { ...picture, data: picture.data.map((byte, i) => (i % 4 === 3 ? byte : 0)) };
  means(black, region, 4, [255, 255, 255], 0).forEach((value, i) => {
    near(ink.channels[0][i], value);
  });
});

test('grey pictures have one channel', () => {
  assert.is(look(seven(30)).channels.length, 1);
  assert.is(look(seven(30), 3).channels.length, 1);
  assert.is(look(seven(30, [200, 0, 0], CLEAR)).channels.length, 1);
  assert.is(look(seven(30, [200, 0, 0], WHITE)).channels.length, 3);
});

/** How far apart ink and paper lie along the axis of a picture of the two, 0…1. */
function contrastAlongAxis(ink: Colour, paper: Colour): number {
  const small = look(seven(60, ink, paper));
  const values = along(small, axisOf(small)).data;
  return Math.max(...values) - Math.min(...values);
}

test('colours of like brightness keep their contrast, which grey would lose', () => {
  for (const [ink, paper, least] of [
    [[200, 40, 40], [40, 119, 40], 0.3],
    [[230, 0, 0], [0, 0, 230], 0.6],
    [[255, 230, 0], [20, 20, 120], 0.6],
    [[0, 160, 160], [200, 80, 80], 0.2],
  ] as [Colour, Colour, number][]) {
    const found = contrastAlongAxis(ink, paper);
    assert.ok(found >= least, `${ink} on ${paper}: ${found}`);
  }
});

test('the values along an axis lie between 0 and 1, whatever the colours', () => {
  const random = numbers(5);
  for (let round = 0; round < 40; round++) {
    const [ink, paper] = [0, 1].map((): Colour => [random(256), random(256), random(256)]);
    const small = look(seven(24, ink, paper));
    const axis = axisOf(small);
    near(
      axis.weights.reduce((sum, weight) => sum + Math.abs(weight), 0),
      1,
    );
    for (const value of along(small, axis).data) assert.ok(value > -1e-6 && value < 1 + 1e-6, String(value));
  }
});

test('black on white goes along grey, and so does a picture of one colour', () => {
  for (const picture of [
    seven(40),
    seven(40, [0, 0, 0], [255, 254, 255]),
    painted(9, 9, () => [10, 200, 30]),
  ]) {
    const { weights } = axisOf(look(picture));
    for (const weight of weights) assert.ok(Math.abs(weight - 1 / 3) < 0.01, String(weights));
  }
  const small = look(seven(40));
  near(Math.min(...along(small, axisOf(small)).data), 0);
  near(Math.max(...along(small, axisOf(small)).data), 1);
});

test('a single pixel and a single row have an axis', () => {
  for (const picture of [
    painted(1, 1, () => [9, 200, 3]),
    painted(30, 1, (x) => (x % 9 ? WHITE : [200, 0, 0])),
  ]) {
    const { weights, offset } = axisOf(look(picture));
    assert.ok([...weights, offset].every(Number.isFinite));
  }
});

test.run();

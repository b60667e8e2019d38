import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { drawText, textWidth } from '../../../pipeline/draw/text.ts';
import type { RgbaImage } from '../../../pipeline/image/image.ts';
import { labelTypeface } from '../../../pipeline/node/draw/labelTypeface.ts';

const paper = (width: number, height: number, ...pixel: number[]): RgbaImage => {
  const data = new Uint8Array(4 * width * height);
  for (let i = 0; i < data.length; i += 4) data.set(pixel.length > 0 ? pixel : [255, 255, 255, 255], i);
  return { width, height, data };
};

const red = [200, 30, 30] as const;

/** The columns and rows of an image that differ from its first pixel: left, top, right, bottom. */
function inked({ width, height, data }: RgbaImage): number[] {
  const box = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 4 * (y * width + x);
      if ([0, 1, 2, 3].every((c) => data[at + c] === data[c])) continue;
      box.splice(0, 4, Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y));
    }
  }
  return box;
}

test('capitals stand on the baseline, between the start of the text and its width', () => {
  const image = paper(120, 60);
  drawText(image, 'HIM', { x: 10, y: 50, size: 40, typeface: labelTypeface(), color: red });
  const [left, top, right, bottom] = inked(image);
  assert.is(bottom, 49);
  assert.ok(top > 50 - 40 && top < 50 - 24, `${top}`);
  assert.ok(left >= 10 && right < 10 + textWidth('HIM', 40, labelTypeface()), `${left} to ${right}`);
  assert.is(textWidth('HIM', 40, labelTypeface()), 72);
});

test('strokes have the full colour, their edges a mixture with what is below', () => {
  const image = paper(60, 60);
  drawText(image, 'I', { x: 5.3, y: 50.5, size: 50, typeface: labelTypeface(), color: red });
  const reds = Array.from({ length: 3600 }, (_, i) => [...image.data.subarray(4 * i, 4 * i + 4)]);
  assert.ok(reds.some((pixel) => String(pixel) === '200,30,30,255'));
  for (const [r, g, b, a] of reds) {
    assert.is(a, 255);
    assert.is(g, b);
    // Every mixture lies on the line from white to the colour.
    assert.ok(Math.abs((255 - r) / 55 - (255 - g) / 225) < 0.02, `${r} ${g}`);
  }
});

test('on a clear image the text keeps its colour and brings its own alpha', () => {
  const image = paper(40, 40, 0, 0, 0, 0);
  drawText(image, 'o', { x: 4.2, y: 30.7, size: 30, typeface: labelTypeface(), color: red });
  const alphas = new Set<number>();
  for (let i = 0; i < image.data.length; i += 4) {
    alphas.add(image.data[i + 3]);
    if (image.data[i + 3] > 0) assert.equal([...image.data.subarray(i, i + 3)], [...red]);
  }
  assert.ok(alphas.has(0) && alphas.has(255) && alphas.size > 10);
});

test('text that leaves the image is cut off and draws the same where it stays', () => {
  const whole = paper(100, 80);
  drawText(whole, 'agW', { x: 20, y: 50, size: 40, typeface: labelTypeface(), color: red });
  const [left, top, width, height] = [35, 30, 30, 25];
  const cut = paper(width, height);
  drawText(cut, 'agW', { x: 20 - left, y: 50 - top, size: 40, typeface: labelTypeface(), color: red });
  for (let y = 0; y < height; y++) {
    const from = 4 * ((top + y) * 100 + left);
    assert.equal(
      cut.data.subarray(4 * y * width, 4 * (y + 1) * width),
      whole.data.subarray(from, from + 4 * width),
      `row ${y}`,
    );
  }
  const blank = paper(10, 10);
  for (const [x, y] of [
    [-200, 5],
    [50, 5],
    [0, -30],
    [0, 60],
  ]) {
    drawText(blank, 'abc', { x, y, size: 20, typeface: labelTypeface(), color: red });
  }
  assert.equal(blank.data, paper(10, 10).data);
});

test('what is easily confused looks different, in four scripts, and what the font lacks is a box', () => {
  const drawn = (text: string) => {
    const image = paper(30, 40);
    drawText(image, text, { x: 2, y: 30, size: 36, typeface: labelTypeface(), color: [0, 0, 0] });
    return image.data.join();
  };
  const different = [...'0O1Il|5S8B2ZžΩЖ'];
  assert.is(new Set(different.map(drawn)).size, different.length);
  const box = drawn('漢');
  assert.is(drawn('😀'), box);
  assert.not.equal(box, drawn(' '));
  assert.is(different.map(drawn).includes(box), false);
  assert.is(textWidth('漢', 10, labelTypeface()), textWidth('o', 10, labelTypeface()));
});

test.run();

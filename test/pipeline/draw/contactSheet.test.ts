import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { contactSheet, type Row, sheetLayout } from '../../../pipeline/draw/contactSheet.ts';
import { textWidth } from '../../../pipeline/draw/text.ts';
import type { GrayImage, RgbaImage } from '../../../pipeline/image/image.ts';
import { labelTypeface } from '../../../pipeline/node/draw/labelTypeface.ts';
import { gray } from '../../support/images.ts';

const pixel = ({ width, data }: RgbaImage, x: number, y: number) => [
  ...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 4),
];

const row = (...images: (GrayImage | RgbaImage)[]): Row => ({ cells: images.map((image) => ({ image })) });

/** Whether anything but paper is in the box from (left, top) to before (right, bottom). */
function isWritten(sheet: RgbaImage, left: number, top: number, right: number, bottom: number): boolean {
  const paper = pixel(sheet, 0, 0);
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++)
      if (pixel(sheet, x, y).some((byte, c) => byte !== paper[c])) return true;
  }
  return false;
}

test('cells stand in rows and columns with gaps of 4 pixels', () => {
  const sheet = contactSheet([row(gray([0, 1], [1, 0]), gray([0.2])), row(gray([1]))], 10, labelTypeface());
  assert.equal([sheet.width, sheet.height], [2 * 14 + 4, 2 * 14 + 4]);
  const paper = pixel(sheet, 0, 0);
  assert.equal(pixel(sheet, 3, 5), paper);
  assert.equal(pixel(sheet, 4, 4), [0, 0, 0, 255]);
  assert.equal(pixel(sheet, 8, 8), [0, 0, 0, 255]);
  assert.equal(pixel(sheet, 9, 8), [255, 255, 255, 255]);
  assert.equal(pixel(sheet, 13, 13), [0, 0, 0, 255]);
  assert.equal(pixel(sheet, 14, 13), paper);
  assert.equal(pixel(sheet, 18, 4), [51, 51, 51, 255]);
  assert.equal(pixel(sheet, 4, 18), [255, 255, 255, 255]);
  assert.equal(pixel(sheet, 18, 18), paper);
});

test('a larger image is averaged, a long one keeps its aspect in the middle of its cell', () => {
  const checks = Array.from({ length: 8 }, (_, y) => Array.from({ length: 8 }, (_, x) => (x + y) % 2));
  assert.equal(pixel(contactSheet([row(gray(...checks))], 4, labelTypeface()), 5, 5), [128, 128, 128, 255]);
  const wide = contactSheet([row(gray([1, 1, 1, 1]))], 8, labelTypeface());
  assert.equal(pixel(wide, 4, 4), pixel(wide, 0, 0));
  assert.equal(pixel(wide, 4, 4 + 3), [255, 255, 255, 255]);
  assert.equal(pixel(wide, 4, 4 + 5), pixel(wide, 0, 0));
});

test('colours stay, and what is clear is paper white', () => {
  const data = Uint8Array.of(200, 100, 0, 255, 200, 100, 0, 0, 200, 100, 0, 51, 0, 0, 0, 255);
  const sheet = contactSheet([row({ width: 2, height: 2, data })], 2, labelTypeface());
  assert.equal(pixel(sheet, 4, 4), [200, 100, 0, 255]);
  assert.equal(pixel(sheet, 5, 4), [255, 255, 255, 255]);
  // A fifth of the colour and four fifths of white.
  assert.equal(pixel(sheet, 4, 5), [244, 224, 204, 255]);
});

test('names stand to the left of rows and above columns, and move the cells', () => {
  const image = gray([0]);
  const rows: Row[] = [
    { heading: { name: 'seven.png', details: ['12 images'] }, cells: [{ image }, { image }] },
    { heading: { name: 'b' }, cells: [{ image }] },
  ];
  const columns = [{ name: 'grayscale', details: ['rec709'] }, { name: 'threshold' }];
  const cell = 90;
  const sheet = contactSheet(rows, cell, labelTypeface(), columns);
  const left = 4 + Math.ceil(textWidth('seven.png', 13, labelTypeface())) + 8;
  // A line of 13 pixels takes 18, one of 11 takes 15.
  const top = 4 + 18 + 15 + 4;
  assert.equal([sheet.width, sheet.height], [left + 2 * (cell + 4), top + 2 * (cell + 4)]);
  assert.equal(pixel(sheet, left, top), [0, 0, 0, 255]);
  assert.is(isWritten(sheet, 4, top, left - 8, top + cell), true, 'the name of the first row');
  assert.is(isWritten(sheet, 4, top + cell + 4, 24, sheet.height), true, 'the name of the second row');
  assert.is(isWritten(sheet, 24, top + cell + 4, left, sheet.height), false, 'beside a short name');
  assert.is(isWritten(sheet, left, 4, left + cell, 22), true, 'the first column');
  assert.is(isWritten(sheet, left, 22, left + cell, top - 4), true, 'what is said of it');
  assert.is(isWritten(sheet, left + cell + 4, 22, sheet.width, top), false, 'nothing is said of the second');
  assert.is(isWritten(sheet, 0, 0, left, top), false, 'the corner');
});

test('long names are cut to their room: sheets stay narrow, columns do not run together', () => {
  const image = gray([0]);
  const name = `${'a very long name '.repeat(9)}end.png`;
  const sheet = contactSheet([{ heading: { name }, cells: [{ image }] }], 40, labelTypeface(), [{ name }]);
  assert.ok(sheet.width <= 4 + 168 + 8 + 44, String(sheet.width));
  assert.is(isWritten(sheet, sheet.width - 4, 0, sheet.width, sheet.height), false);
});

test('captions stand below their images and move the rows after them', () => {
  const image = gray([0]);
  const captioned: Row = { cells: [{ image, caption: 'A' }, { image }] };
  const layout = sheetLayout([captioned, row(image)], 20, labelTypeface());
  assert.equal(layout.rows, [4, 4 + 20 + 4 + 15]);
  const sheet = contactSheet([captioned, row(image)], 20, labelTypeface());
  assert.is(sheet.height, layout.height);
  assert.is(isWritten(sheet, 4, 25, 24, 39), true);
  assert.is(isWritten(sheet, 28, 25, 48, 39), false);
});

test('no images make an empty sheet', () => {
  assert.equal(contactSheet([], 10, labelTypeface()).data.length, 4 * 4 * 4);
});

test.run();

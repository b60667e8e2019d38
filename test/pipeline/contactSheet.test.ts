import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { contactSheet } from '../../pipeline/contactSheet.ts';
import type { RgbaImage } from '../../pipeline/image.ts';
import { gray } from '../support/images.ts';

const pixel = ({ width, data }: RgbaImage, x: number, y: number) => [
  ...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 4),
];

test('cells stand in rows and columns with gaps of 4 pixels', () => {
  const sheet = contactSheet([[gray([0, 1], [1, 0]), gray([0.2])], [gray([1])]], 10);
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
  assert.equal(pixel(contactSheet([[gray(...checks)]], 4), 5, 5), [128, 128, 128, 255]);
  const wide = contactSheet([[gray([1, 1, 1, 1])]], 8);
  assert.equal(pixel(wide, 4, 4), pixel(wide, 0, 0));
  assert.equal(pixel(wide, 4, 4 + 3), [255, 255, 255, 255]);
  assert.equal(pixel(wide, 4, 4 + 5), pixel(wide, 0, 0));
});

test('no images make an empty sheet', () => {
  assert.equal(contactSheet([], 10).data.length, 4 * 4 * 4);
});

test.run();

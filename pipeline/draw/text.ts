import type { RgbaImage } from '../image/image.ts';
import { fill } from './fill.ts';
import { type Contour, placed } from './outline.ts';
import type { Glyph, Typeface } from './typeface.ts';

/** A box of strokes a sixteenth of an em wide, for characters that the font lacks. */
const BOX: Glyph = {
  contours: [
    Float64Array.of(0.08, 0, 0.52, 0, 0.52, -0.7, 0.08, -0.7),
    Float64Array.of(0.14, -0.06, 0.14, -0.64, 0.46, -0.64, 0.46, -0.06),
  ],
  advance: 0.6,
};

const glyphsOf = (text: string, typeface: Typeface): Glyph[] =>
  Array.from(text, (character) => typeface.glyph(character) ?? BOX);

/**
 * How wide a line of text is, from the start of its first character to the end of its last.
 *
 * @param size the em in pixels
 * @returns pixels
 */
export const textWidth = (text: string, size: number, typeface: Typeface): number =>
  size * glyphsOf(text, typeface).reduce((sum, { advance }) => sum + advance, 0);

export interface TextPlace {
  /** the left end of the baseline, in pixels from the left and from the top */
  readonly x: number;
  readonly y: number;
  /** the em in pixels, > 0 */
  readonly size: number;
  readonly typeface: Typeface;
  /** red, green and blue, 0…255 */
  readonly color: readonly [number, number, number];
}

/**
 * Draws a line of text over an image, changing its pixels. What leaves the image is cut off, and a character
 * that the font lacks is drawn as a box.
 */
export function drawText(onto: RgbaImage, text: string, { x, y, size, typeface, color }: TextPlace): void {
  let pen = x;
  for (const { contours, advance } of glyphsOf(text, typeface)) {
    paint(onto, placed(contours, size, pen, y), color);
    pen += size * advance;
  }
}

/** Lays one colour over an image where the contours are, by the part of the image that they touch. */
function paint(
  onto: RgbaImage,
  contours: readonly Contour[],
  color: readonly [number, number, number],
): void {
  let [left, top, right, bottom] = [onto.width, onto.height, 0, 0];
  for (const contour of contours) {
    for (let i = 0; i < contour.length; i += 2) {
      left = Math.min(left, Math.floor(contour[i]));
      right = Math.max(right, Math.ceil(contour[i]));
      top = Math.min(top, Math.floor(contour[i + 1]));
      bottom = Math.max(bottom, Math.ceil(contour[i + 1]));
    }
  }
  [left, top] = [Math.max(left, 0), Math.max(top, 0)];
  [right, bottom] = [Math.min(right, onto.width), Math.min(bottom, onto.height)];
  if (left >= right || top >= bottom) return;

  const { width, data } = fill(placed(contours, 1, -left, -top), right - left, bottom - top);
  data.forEach((coverage, i) => {
    if (coverage > 0) blend(onto, left + (i % width), top + Math.floor(i / width), color, coverage);
  });
}

/**
 * A colour of alpha α over a pixel: the operator "over" of Porter and Duff, "Compositing digital images"
 * (SIGGRAPH 1984), for straight alpha.
 */
function blend(
  onto: RgbaImage,
  x: number,
  y: number,
  color: readonly [number, number, number],
  alpha: number,
): void {
  const at = 4 * (y * onto.width + x);
  const below = ((1 - alpha) * onto.data[at + 3]) / 255;
  const whole = alpha + below;
  for (let c = 0; c < 3; c++) {
    onto.data[at + c] = Math.round((alpha * color[c] + below * onto.data[at + c]) / whole);
  }
  onto.data[at + 3] = Math.round(255 * whole);
}

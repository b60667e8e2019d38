import { drawText, type TextPlace, textWidth } from '../draw/text.ts';
import type { Typeface } from '../draw/typeface.ts';
import type { Box } from '../image/box.ts';
import { bottomOf, rightOf } from '../image/box.ts';
import type { RgbaImage } from '../image/image.ts';
import { medianOf } from './median.ts';

/** A character to be marked in a picture. */
export interface Mark {
  readonly box: Box;
  readonly label: string;
  /** how sure the label is, 0…1 */
  readonly probability: number;
}

type Color = readonly [number, number, number];

/** Labels under this probability are marked as less sure. */
export const SURE = 0.8;

/** Blue and vermilion, which all kinds of colour vision tell apart: Okabe and Ito, "Color universal design" (2008). */
const COLORS: { readonly sure: Color; readonly unsure: Color } = {
  sure: [0, 114, 178],
  unsure: [213, 94, 0],
};

const WHITE: Color = [255, 255, 255];

/** Characters are enlarged to this height in pixels, and letters of labels are no smaller. */
const READABLE = { character: 40, label: 14 };

/** … but no picture to more than this many pixels along its longer side. */
const LARGEST = 4000;

/**
 * Draws a box around each character, and its label on a plate above it; below, where there is no room above.
 * A picture of small characters is enlarged by a whole number first, so that labels can be read; a transparent
 * one gets white paper.
 *
 * @param marks at least one, their boxes in pixels of the picture
 * @param typeface what labels are written in
 * @returns a new opaque picture
 */
export function annotated(picture: RgbaImage, marks: readonly Mark[], typeface: Typeface): RgbaImage {
  const height = medianOf(marks.map(({ box }) => box.height));
  const room = Math.floor(LARGEST / Math.max(picture.width, picture.height));
  const scale = Math.max(1, Math.min(room, Math.ceil(READABLE.character / height)));
  const image = opaque(picture, scale);
  const size = Math.max(READABLE.label, Math.round(0.4 * height * scale));
  const line = Math.max(1, Math.round(size / 10));
  const placed = marks.map((mark) => ({
    ...mark,
    frame: frameAround(mark.box, scale, line),
    ...colorOf(mark),
  }));
  for (const { frame, color } of placed) outline(image, frame, line, color);
  // Plates come last, so that no box of a neighbour runs through a label.
  for (const { frame, color, label } of placed) plate(image, frame, label, { size, typeface, color });
  return image;
}

const colorOf = ({ probability }: Mark): { color: Color } => ({
  color: probability >= SURE ? COLORS.sure : COLORS.unsure,
});

/** A picture enlarged pixel by pixel, over white. */
function opaque({ width, height, data }: RgbaImage, scale: number): RgbaImage {
  const large = { width: width * scale, height: height * scale };
  const out = new Uint8Array(4 * large.width * large.height);
  for (let y = 0; y < large.height; y++) {
    for (let x = 0; x < large.width; x++) {
      const from = 4 * (Math.floor(y / scale) * width + Math.floor(x / scale));
      const to = 4 * (y * large.width + x);
      const alpha = data[from + 3] / 255;
      for (let c = 0; c < 3; c++) out[to + c] = Math.round(alpha * data[from + c] + (1 - alpha) * 255);
      out[to + 3] = 255;
    }
  }
  return { ...large, data: out };
}

/** The box of the lines around a character: just outside of it. */
const frameAround = ({ x, y, width, height }: Box, scale: number, line: number): Box => ({
  x: x * scale - line,
  y: y * scale - line,
  width: width * scale + 2 * line,
  height: height * scale + 2 * line,
});

function outline(image: RgbaImage, box: Box, line: number, color: Color): void {
  const { x, y, width, height } = box;
  rectangle(image, { x, y, width, height: line }, color);
  rectangle(image, { x, y: bottomOf(box) - line, width, height: line }, color);
  rectangle(image, { x, y, width: line, height }, color);
  rectangle(image, { x: rightOf(box) - line, y, width: line, height }, color);
}

/** A label in white on a plate that stands on the box, or hangs from it. */
function plate(
  image: RgbaImage,
  box: Box,
  label: string,
  { size, typeface, color }: Pick<TextPlace, 'size' | 'typeface' | 'color'>,
): void {
  const inset = Math.ceil(size / 6);
  const width = Math.ceil(textWidth(label, size, typeface)) + 2 * inset;
  const height = Math.ceil(1.1 * size);
  const x = Math.max(0, Math.min(Math.round(box.x + (box.width - width) / 2), image.width - width));
  const y = box.y >= height ? box.y - height : Math.min(bottomOf(box), image.height - height);
  rectangle(image, { x, y, width, height }, color);
  drawText(image, label, { x: x + inset, y: y + Math.round(0.85 * size), size, typeface, color: WHITE });
}

/** Fills a box; what leaves the picture is cut off. */
function rectangle({ width, height, data }: RgbaImage, box: Box, [red, green, blue]: Color): void {
  for (let y = Math.max(0, box.y); y < Math.min(height, bottomOf(box)); y++) {
    for (let x = Math.max(0, box.x); x < Math.min(width, rightOf(box)); x++) {
      data.set([red, green, blue, 255], 4 * (y * width + x));
    }
  }
}

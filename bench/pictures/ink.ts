import { type GrayImage, rowsOf } from '../../pipeline/image/image.ts';
import { resampleRows } from '../../pipeline/image/resample.ts';
import { squaredDistances } from '../../pipeline/preprocess/distance.ts';
import { thinned } from './thin.ts';

/** How a character is written. */
export interface Pen {
  /** the longer side of its ink in pixels, before it is slanted, turned or given another stroke */
  readonly length: number;
  /** the width of its stroke in pixels; as it was drawn when left out */
  readonly stroke?: number;
  /** degrees, to the right */
  readonly slant: number;
  /** degrees, clockwise */
  readonly turn: number;
}

/** Smaller masks are drawn larger and averaged, for a pen has no pixels. */
const LEAST = 64;

/** Splines are evaluated for so many pixels at the most; between them a straight line is as good. */
const FINEST = 256;

/** The same for the middle lines of strokes, whose cost grows faster. */
const THINNEST = 128;

/** The brightness at the edge of ink. Smoothing has made thin strokes paler, so that it is less than a half. */
const EDGE = 0.42;

/**
 * How much of each pixel ink covers when a small drawing is written large, as with a pen: enlarged by cubic
 * B-splines, whose curves have no corners, and cut off at a level, with an edge of about a pixel.
 *
 * @param drawing bright ink on black, with some ink in it
 * @returns 0…1, no larger than its ink
 */
export function inkMask(drawing: GrayImage, pen: Pen): GrayImage {
  const { length, stroke } = pen;
  if (stroke === undefined) {
    return length < LEAST
      ? cropped(scaled(written(drawing, { ...pen, length: LEAST }), length / LEAST))
      : cropped(written(drawing, pen));
  }
  const fine = Math.min(length, THINNEST);
  const distances = scaled(fromMiddle(written(drawing, { ...pen, length: fine }), stroke), length / fine);
  const covered = (distance: number) => stroke / 2 + 0.5 - (length / fine) * distance;
  return cropped({ ...distances, data: distances.data.map((distance) => share(covered(distance))) });
}

const share = (value: number): number => (value < 0 ? 0 : value > 1 ? 1 : value);

/** The ink as it was drawn, only larger. */
function written(drawing: GrayImage, pen: Pen): GrayImage {
  const fine = Math.min(pen.length, FINEST);
  const { scale, field } = enlarged(drawing, { ...pen, length: fine });
  const { width, height, data } = scaled(field, pen.length / fine);
  const sharpness = (1.4 * scale * pen.length) / fine;
  return { width, height, data: data.map((value) => share(0.5 + sharpness * (value - EDGE))) };
}

/** The drawing larger, slanted and turned, and how many pixels one of it has become. */
function enlarged(drawing: GrayImage, { length, slant, turn }: Pen) {
  const box = inkBox(drawing, EDGE);
  const scale = length / Math.max(box.width, box.height);
  const [sin, cos] = [Math.sin((turn * Math.PI) / 180), Math.cos((turn * Math.PI) / 180)];
  const lean = Math.tan((slant * Math.PI) / 180);
  // (x, y) of the drawing, from the middle of its ink, goes to (a·x + b·y, c·x + d·y).
  const [a, b, c, d] = [scale * cos, -scale * (cos * lean + sin), scale * sin, scale * (cos - sin * lean)];
  const reach = (p: number, q: number) =>
    Math.ceil(Math.abs(p) * (box.width / 2 + 1) + Math.abs(q) * (box.height / 2 + 1));
  const [right, down] = [reach(a, b), reach(c, d)];
  const [width, height] = [2 * right, 2 * down];
  const det = a * d - b * c;
  const data = new Float32Array(width * height);
  const [middleX, middleY] = [box.left + box.width / 2 - 0.5, box.top + box.height / 2 - 0.5];
  for (let y = 0; y < height; y++) {
    const v = y + 0.5 - down;
    for (let x = 0; x < width; x++) {
      const u = x + 0.5 - right;
      data[y * width + x] = spline(drawing, middleX + (d * u - b * v) / det, middleY + (a * v - c * u) / det);
    }
  }
  return { scale, field: { width, height, data } };
}

/** Six times the weights of four neighbours in a row, `f` of the way from the second to the third. */
const weights: readonly ((f: number) => number)[] = [
  (f) => (1 - f) * (1 - f) * (1 - f),
  (f) => 4 - 3 * f * f * (2 - f),
  (f) => 4 - 3 * (1 - f) * (1 - f) * (1 + f),
  (f) => f * f * f,
];

/** The cubic B-spline of an image at a point, (0, 0) the middle of the first pixel; nothing lies around it. */
function spline({ width, height, data }: GrayImage, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  if (left < -2 || top < -2 || left > width || top > height) return 0;
  const f = x - left;
  const [x0, x1, x2, x3] = [weights[0](f), weights[1](f), weights[2](f), weights[3](f)];
  const at = (column: number, row: number) =>
    column < 0 || column >= width ? 0 : data[row * width + column];
  let sum = 0;
  for (let k = 0; k < 4; k++) {
    const row = top - 1 + k;
    if (row < 0 || row >= height) continue;
    const across =
      x0 * at(left - 1, row) + x1 * at(left, row) + x2 * at(left + 1, row) + x3 * at(left + 2, row);
    sum += weights[k](y - top) * across;
  }
  return sum / 36;
}

/** The distance of each pixel from the middle lines of strokes, with room around for wider ones. */
function fromMiddle(mask: GrayImage, stroke: number): GrayImage {
  const room = Math.ceil(stroke / 2) + 2;
  const width = mask.width + 2 * room;
  const height = mask.height + 2 * room;
  const ink = new Uint8Array(width * height);
  for (let y = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++) {
      ink[(y + room) * width + x + room] = +(mask.data[y * mask.width + x] > 0.5);
    }
  }
  const distances = squaredDistances(thinned(ink, width, height), width, height);
  return { width, height, data: Float32Array.from(distances, Math.sqrt) };
}

const scaled = (image: GrayImage, scale: number): GrayImage =>
  scale === 1
    ? image
    : resampleRows(
        rowsOf(image),
        Math.max(1, Math.round(scale * image.width)),
        Math.max(1, Math.round(scale * image.height)),
      );

function inkBox({ width, height, data }: GrayImage, level: number) {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x] < level) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  return { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** Without the empty rows and columns around its ink; as it is where there is none. */
function cropped(mask: GrayImage): GrayImage {
  const { left, top, width, height } = inkBox(mask, 0.1);
  if (width < 1) return mask;
  const data = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = (top + y) * mask.width + left;
    data.set(mask.data.subarray(from, from + width), y * width);
  }
  return { width, height, data };
}

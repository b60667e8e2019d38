import type { RgbaImage } from '../image/image.ts';
import { bottomOf, type Box, boxAround, rightOf } from '../segment/box.ts';
import { contrastAt } from './contrast.ts';
import type { Found } from './front.ts';
import type { Piece } from './pieces.ts';

/** Room around a character, as a share of its longer side. */
const MARGIN = 0.2;

/** The box of some pieces in pixels of the picture. */
export function boxOf(pieces: readonly Piece[], { factor }: Found, picture: RgbaImage): Box {
  const box = boxAround(pieces.map((piece) => piece.box));
  const [x, y] = [box.x * factor, box.y * factor];
  return {
    x,
    y,
    width: Math.min(rightOf(box) * factor, picture.width) - x,
    height: Math.min(bottomOf(box) * factor, picture.height) - y,
  };
}

/**
 * Cuts some pieces of ink out of a picture at its full resolution, as black ink on white paper with room around it. The
 * light on the paper is taken out, and so is all that belongs to other pieces.
 */
export function cutOut(picture: RgbaImage, found: Found, pieces: readonly Piece[]): RgbaImage {
  const { plane, factor, best, surface, axis } = found;
  const { ground, polarity, level } = best!;
  const own = ownPixels(pieces, plane);
  const box = boxOf(pieces, found, picture);
  const margin = Math.max(2 * factor, Math.round(MARGIN * Math.max(box.width, box.height)));
  const [left, top] = [box.x - margin, box.y - margin];
  const width = box.width + 2 * margin;
  const height = box.height + 2 * margin;
  const data = new Uint8Array(4 * width * height).fill(255);
  const [red, green, blue] = axis.weights;
  const under = surface.kind === 'sheet' ? surface.color : [255, 255, 255];
  const first = { x: Math.max(0, left), y: Math.max(0, top) };
  const last = { x: Math.min(picture.width, left + width), y: Math.min(picture.height, top + height) };
  for (let y = first.y; y < last.y; y++) {
    for (let x = first.x; x < last.x; x++) {
      const at = Math.floor(y / factor) * plane.width + Math.floor(x / factor);
      if (own[at] === 0) continue;
      const from = 4 * (y * picture.width + x);
      const alpha = picture.data[from + 3] / 255;
      let value: number;
      if (surface.kind === 'ink') value = 1 - alpha;
      else {
        const channel = (c: number) => (alpha * picture.data[from + c] + (1 - alpha) * under[c]) / 255;
        value = axis.offset + red * channel(0) + green * channel(1) + blue * channel(2);
      }
      const share = Math.min(1, contrastAt(value, ground.data[at], polarity) / level.ink);
      const to = 4 * ((y - top) * width + x - left);
      data[to] = data[to + 1] = data[to + 2] = Math.round(255 * (1 - share));
    }
  }
  return { width, height, data };
}

/** Pixels of some pieces and those beside them, which are grey by blur. */
function ownPixels(pieces: readonly Piece[], { width, height }: { width: number; height: number }): Uint8Array {
  const own = new Uint8Array(width * height);
  for (const { pixels } of pieces) {
    for (const pixel of pixels) {
      const y = Math.floor(pixel / width);
      const x = pixel - y * width;
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) own[v * width + u] = 1;
      }
    }
  }
  return own;
}

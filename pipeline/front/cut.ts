import { type Box, bottomOf, boxAround, rightOf } from '../image/box.ts';
import type { RgbaImage } from '../image/image.ts';
import { along } from './axis.ts';
import { contrastAt } from './contrast.ts';
import type { Plane } from './extremes.ts';
import type { Found } from './front.ts';
import { penned } from './hairline.ts';
import type { Piece } from './pieces.ts';
import { shrink } from './shrink.ts';

/** Room around a character, as a share of its longer side. */
const MARGIN = 0.2;

/** A character is cut with about so many pixels in its longer side: recipes work on fewer. */
const LARGEST = 256;

/** The box of some pieces in pixels of the picture. */
export function boxOf(pieces: readonly Piece[], { factor, region, plane }: Found): Box {
  const box = grown(boxAround(pieces.map((piece) => piece.box)), plane);
  const [x, y] = [box.x * factor, box.y * factor];
  return {
    x: region.x + x,
    y: region.y + y,
    width: Math.min(rightOf(box) * factor, region.width) - x,
    height: Math.min(bottomOf(box) * factor, region.height) - y,
  };
}

/**
 * Cuts some pieces of ink out of a picture at the resolution that it has, in the middle of a square of white paper. The
 * light on the paper is taken out, and so is all that belongs to other pieces.
 */
export function cutOut(picture: RgbaImage, found: Found, pieces: readonly Piece[]): RgbaImage {
  const { plane, factor, region, best, surface, axis } = found;
  const { ground, polarity, level } = best!;
  const own = ownPixels(pieces, plane);
  const box = boxOf(pieces, found);
  const longer = Math.max(box.width, box.height);
  const step = Math.max(1, Math.round(longer / LARGEST));
  const small = along(shrink(picture, surface, box, step), axis);
  const margin = Math.max(2, Math.round((MARGIN * longer) / step));
  const side = Math.max(small.width, small.height) + 2 * margin;
  const left = (side - small.width) >> 1;
  const top = (side - small.height) >> 1;
  const ink = new Float32Array(side * side);
  for (let y = 0; y < small.height; y++) {
    const row = Math.floor(Math.min(bottomOf(box) - 1, box.y + y * step + step / 2) - region.y);
    for (let x = 0; x < small.width; x++) {
      const column = Math.floor(Math.min(rightOf(box) - 1, box.x + x * step + step / 2) - region.x);
      const at = Math.floor(row / factor) * plane.width + Math.floor(column / factor);
      if (own[at] === 0) continue;
      const value = small.data[y * small.width + x];
      const share = Math.min(1, contrastAt(value, ground.data[at], polarity) / level.ink);
      ink[(top + y) * side + left + x] = share;
    }
  }
  return onPaper(penned({ width: side, height: side, data: ink }, longer / step));
}

/** Ink 0…1 as a picture, black on white. */
function onPaper({ width, height, data }: Plane): RgbaImage {
  const out = new Uint8Array(4 * data.length).fill(255);
  for (let i = 0, at = 0; i < data.length; i++, at += 4) {
    const gray = Math.round(255 * (1 - data[i]));
    out[at] = gray;
    out[at + 1] = gray;
    out[at + 2] = gray;
  }
  return { width, height, data: out };
}

/** A box with a pixel more on each side: ink is grey there by blur. */
function grown(box: Box, { width, height }: { width: number; height: number }): Box {
  const [x, y] = [Math.max(0, box.x - 1), Math.max(0, box.y - 1)];
  return {
    x,
    y,
    width: Math.min(width, rightOf(box) + 1) - x,
    height: Math.min(height, bottomOf(box) + 1) - y,
  };
}

/** Pixels of some pieces and those beside them, which are grey by blur. */
function ownPixels(
  pieces: readonly Piece[],
  { width, height }: { width: number; height: number },
): Uint8Array {
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

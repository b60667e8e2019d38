import type { Piece } from '../front/pieces.ts';
import { boxAround } from '../image/box.ts';
import type { Glyph } from './join.ts';

/** A way to cut a glyph in two, from top to bottom. */
export interface Seam {
  /** for each row of the glyph's box the first column to the right of the cut, counted from the box */
  readonly path: Int32Array;
  /** pixels of ink that it cuts through */
  readonly ink: number;
  /** strokes that it cuts through: runs of such pixels */
  readonly strokes: number;
}

export interface SeamParameters {
  /** how far a seam may bend to each side, in heights of the glyph */
  readonly bend: number;
  /** seams lie so far from each other at least, in heights */
  readonly apart: number;
  /** what is cut off has at least this share of the glyph's ink */
  readonly least: number;
  /** the best so many are kept */
  readonly most: number;
}

/** What a row away from the straight cut costs, in pixels of ink, and a step aside. */
const AWAY = 0.02;
const ASIDE = 0.15;

/**
 * Where a glyph may be two characters that touch: paths from top to bottom through as little ink as possible, bending by a
 * pixel a row at most. They pass between strokes that a straight cut would hit, as a drop falls: Congedo et al., "Segmentation of
 * numeric strings", ICDAR 1995; here each is the shortest path around its column, by dynamic programming.
 *
 * @param pageWidth pixels in a row of the page
 * @returns seams from left to right
 */
export function seamsOf({ box, pieces }: Glyph, pageWidth: number, parameters: SeamParameters): Seam[] {
  const { width, height } = box;
  const ink = new Uint8Array(width * height);
  let total = 0;
  for (const { pixels } of pieces) {
    total += pixels.length;
    for (const pixel of pixels) {
      const y = Math.floor(pixel / pageWidth);
      ink[(y - box.y) * width + pixel - y * pageWidth - box.x] = 1;
    }
  }
  const bend = Math.max(1, Math.round(parameters.bend * height));
  const all: Seam[] = [];
  for (let x = 1; x < width; x++) all.push(seamAt(x, ink, width, height, bend));
  const left = (path: Int32Array): number => {
    let sum = 0;
    for (let y = 0; y < height; y++) for (let x = 0; x < path[y]; x++) sum += ink[y * width + x];
    return sum / total;
  };
  const kept: Seam[] = [];
  for (const seam of all.sort((a, b) => a.ink - b.ink)) {
    if (kept.length === parameters.most) break;
    if (kept.some((other) => distance(seam.path, other.path) < parameters.apart * height)) continue;
    const share = left(seam.path);
    if (share >= parameters.least && share <= 1 - parameters.least) kept.push(seam);
  }
  return kept.sort((a, b) => sum(a.path) - sum(b.path));
}

/** The cheapest path that stays near a column. */
function seamAt(column: number, ink: Uint8Array, width: number, height: number, bend: number): Seam {
  const first = Math.max(0, column - bend);
  const count = Math.min(width, column + bend) - first + 1;
  let costs = new Float64Array(count);
  const from = new Int8Array(count * height);
  for (let y = 0; y < height; y++) {
    const next = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      const x = first + i;
      let [best, step] = [costs[i], 0];
      if (y > 0 && i > 0 && costs[i - 1] + ASIDE < best) [best, step] = [costs[i - 1] + ASIDE, -1];
      if (y > 0 && i + 1 < count && costs[i + 1] + ASIDE < best) [best, step] = [costs[i + 1] + ASIDE, 1];
      from[y * count + i] = step;
      // The cut runs between two pixels; it goes through ink where both are ink.
      const cuts = x > 0 && x < width && ink[y * width + x - 1] === 1 && ink[y * width + x] === 1;
      next[i] = best + +cuts + (AWAY * Math.abs(x - column)) / height;
    }
    costs = next;
  }
  let i = 0;
  for (let j = 1; j < count; j++) if (costs[j] < costs[i]) i = j;
  const path = new Int32Array(height);
  let [through, strokes, wasInk] = [0, 0, false];
  for (let y = height - 1; y >= 0; y--) {
    const x = first + i;
    path[y] = x;
    const isInk = x > 0 && x < width && ink[y * width + x - 1] === 1 && ink[y * width + x] === 1;
    through += +isInk;
    strokes += +(isInk && !wasInk);
    wasInk = isInk;
    i += from[y * count + i];
  }
  return { path, ink: through, strokes };
}

const sum = (path: Int32Array): number => path.reduce((total, x) => total + x, 0);

/** How far two paths are apart on average. */
function distance(a: Int32Array, b: Int32Array): number {
  let total = 0;
  for (let y = 0; y < a.length; y++) total += Math.abs(a[y] - b[y]);
  return total / a.length;
}

/** What lies between the seams of a glyph, from left to right: one glyph more than seams; undefined where there is no ink. */
export function slicesOf(
  { box, pieces }: Glyph,
  seams: readonly Seam[],
  pageWidth: number,
): (Glyph | undefined)[] {
  const slices: number[][] = Array.from({ length: seams.length + 1 }, () => []);
  for (const { pixels } of pieces) {
    for (const pixel of pixels) {
      const y = Math.floor(pixel / pageWidth);
      const x = pixel - y * pageWidth - box.x;
      slices[seams.filter(({ path }) => path[y - box.y] <= x).length].push(pixel);
    }
  }
  return slices.map((pixels) => (pixels.length === 0 ? undefined : glyphOf(pixels, pageWidth)));
}

/** Slices beside each other as one glyph. */
export function merged(slices: readonly (Glyph | undefined)[]): Glyph | undefined {
  const some = slices.filter((slice) => slice !== undefined);
  if (some.length === 0) return undefined;
  return { box: boxAround(some.map(({ box }) => box)), pieces: some.flatMap(({ pieces }) => pieces) };
}

function glyphOf(pixels: readonly number[], pageWidth: number): Glyph {
  let [x0, x1, y0, y1] = [pageWidth, 0, Number.POSITIVE_INFINITY, 0];
  for (const pixel of pixels) {
    const y = Math.floor(pixel / pageWidth);
    const x = pixel - y * pageWidth;
    [x0, x1, y0, y1] = [Math.min(x0, x), Math.max(x1, x), Math.min(y0, y), Math.max(y1, y)];
  }
  const box = { x: x0, y: y0, width: x1 - x0 + 1, height: y1 - y0 + 1 };
  const piece: Piece = {
    box,
    pixels: Int32Array.from(pixels),
    touchesBorder: false,
    contact: [0, 0, 0, 0],
    tip: x0,
  };
  return { box, pieces: [piece] };
}

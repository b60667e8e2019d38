import { holds } from '../image/box.ts';
import type { Plane } from './extremes.ts';
import type { Piece } from './pieces.ts';

/**
 * What a piece of ink is taken for:
 * - `writing`: surrounded by paper, or touching the border with the end of a stroke;
 * - `strip`: lies along the border, and may be the part of a character that the picture cuts off;
 * - `corner`: touches two sides or more, as a character does that fills its picture, and a wedge of shadow;
 * - `crossing`: goes straight through the picture, as a strip of light does;
 * - `band`: a table, a shadow, the lines of a cell along the border;
 * - `tile`: a plate that something may be written on;
 * - `frame`: a box of lines around something else;
 * - `shade`: its outline is no edge of the picture.
 */
export type Kind = 'writing' | 'strip' | 'corner' | 'crossing' | 'band' | 'tile' | 'frame' | 'shade';

/** A piece whose outline is to a smaller share at edges is shade, or part of a larger thing that the closing has cut. */
export const SUPPORTED = 0.5;

/** A piece along this share of a side of the picture is a band: a table, a shadow, the line of a cell. */
const BAND = 0.5;

/** A line along the border is at least this long, as a share of the side … */
const LINE = 0.4;

/** … and stays this near to it, though it may not be quite straight, or touch it. */
const HUG = 0.12;

/** Whether nearly all of a piece lies along the border. */
function hugsBorder({ pixels }: Piece, { width, height }: Plane): boolean {
  const [wide, high] = [HUG * width, HUG * height];
  let inside = 0;
  for (const pixel of pixels) {
    const y = Math.floor(pixel / width);
    const x = pixel - y * width;
    inside += +(x >= wide && x < width - wide && y >= high && y < height - high);
  }
  return inside <= 0.08 * pixels.length;
}

/** What lies along the border with this share of its own length comes in from outside; the end of a stroke touches it with less. */
const STRIP = 0.12;

/** A tile fills its box to this share, holes included; the roundest of zeros fills 0.79. */
const TILE = 0.88;

/** … has more pixels than this, since a dot fills its box too, … */
const SMALLEST_TILE = 400;

/** … is ink to this share, where a letter of the same shape, as D and B are, is less, … */
const SOLID = 0.65;

/** … and is at most so many times as long as wide. */
const LONG = 2.5;

/**
 * Tells by shape and place what a piece is.
 *
 * @param support the share of its outline that is an edge of the picture
 */
export function kindOf(piece: Piece, support: number, mask: Uint8Array, plane: Plane): Kind {
  if (support < SUPPORTED) return 'shade';
  const { contact, box } = piece;
  const { width, height } = plane;
  if (Math.max(contact[0], contact[1]) >= BAND * height || Math.max(contact[2], contact[3]) >= BAND * width) {
    return 'band';
  }
  if ((box.width >= LINE * width || box.height >= LINE * height) && hugsBorder(piece, plane)) return 'band';
  if (contact.filter((count) => count > 0).length > 1)
    return crosses(piece, mask, plane) ? 'crossing' : 'corner';
  if (Math.max(...contact) > STRIP * Math.max(box.width, box.height)) return 'strip';
  const isSquare = Math.max(box.width, box.height) < LONG * Math.min(box.width, box.height);
  if (!isSquare || !fillsBox(piece, plane)) return 'writing';
  return piece.pixels.length >= SOLID * box.width * box.height ? 'tile' : 'frame';
}

/** A strip of light or shadow enters the picture over at least this share of its longer side. */
const ENTERS = 0.03;

/** Whether a piece goes straight through the picture: between the two sides that it touches most there is ink all along. */
function crosses({ contact, pixels }: Piece, mask: Uint8Array, { width, height }: Plane): boolean {
  const sides = [0, 1, 2, 3].sort((a, b) => contact[b] - contact[a]).slice(0, 2);
  if (contact[sides[1]] < ENTERS * Math.max(width, height)) return false;
  const [from, to] = sides.map((side) => middleOfContact(pixels, side, width, height));
  const steps = Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]));
  let ink = 0;
  for (let i = 0; i <= steps; i++) {
    const x = Math.round(from[0] + ((to[0] - from[0]) * i) / steps);
    const y = Math.round(from[1] + ((to[1] - from[1]) * i) / steps);
    ink += mask[y * width + x];
  }
  return ink >= 0.97 * (steps + 1);
}

/** The middle of the pixels with which a piece touches a side: left, right, top or bottom. */
function middleOfContact(pixels: Int32Array, side: number, width: number, height: number): [number, number] {
  let [sumX, sumY, count] = [0, 0, 0];
  for (const pixel of pixels) {
    const y = Math.floor(pixel / width);
    const x = pixel - y * width;
    if ([x === 0, x === width - 1, y === 0, y === height - 1][side]) {
      sumX += x;
      sumY += y;
      count++;
    }
  }
  return [sumX / count, sumY / count];
}

/** Whether each row and each column of a box is filled from the piece's first pixel to its last, nearly from end to end. */
function fillsBox({ box, pixels }: Piece, { width }: Plane): boolean {
  const area = box.width * box.height;
  if (area <= SMALLEST_TILE) return false;
  const rows = spans(box.height);
  const columns = spans(box.width);
  for (const pixel of pixels) {
    const y = Math.floor(pixel / width);
    const x = pixel - y * width;
    widen(rows, y - box.y, x);
    widen(columns, x - box.x, y);
  }
  return Math.min(lengthOf(rows), lengthOf(columns)) >= TILE * area;
}

interface Spans {
  readonly first: Int32Array;
  readonly last: Int32Array;
}

const spans = (count: number): Spans => ({
  first: new Int32Array(count).fill(2 ** 30),
  last: new Int32Array(count).fill(-1),
});

function widen({ first, last }: Spans, line: number, at: number): void {
  if (at < first[line]) first[line] = at;
  if (at > last[line]) last[line] = at;
}

const lengthOf = ({ first, last }: Spans): number =>
  first.reduce((sum, from, line) => sum + Math.max(0, last[line] - from + 1), 0);

/** What lies in a frame has at least this share of its height; dots in a D do not make it one. */
const FRAMED = 0.2;

/** Frames that hold nothing are letters such as D and O, or a zero that was drawn as a box. */
export function withoutEmptyFrames<T extends Piece & { readonly kind: Kind }>(pieces: readonly T[]): T[] {
  return pieces.map((piece) => {
    if (piece.kind !== 'frame') return piece;
    const holdsOther = pieces.some(
      ({ kind, box }) =>
        kind === 'writing' &&
        box.height >= FRAMED * piece.box.height &&
        box !== piece.box &&
        holds(piece.box, box),
    );
    return holdsOther ? piece : { ...piece, kind: 'writing' };
  });
}

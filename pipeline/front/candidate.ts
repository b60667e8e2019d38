import { holds } from '../image/box.ts';
import { type Contrast, contrastOf, type Polarity } from './contrast.ts';
import type { Plane } from './extremes.ts';
import { type Level, levelOf } from './level.ts';
import { type Piece, piecesOf } from './pieces.ts';

/** One way to see a picture: which polarity its ink has, and how wide its strokes are at most. */
export interface Candidate extends Contrast {
  readonly level: Level;
  readonly mask: Uint8Array;
  readonly pieces: readonly SeenPiece[];
  /** how much of what can be seen in the picture it explains as writing */
  readonly score: number;
}

export interface SeenPiece extends Piece {
  /** the share of its outline that is an edge of the picture, 0…1 */
  readonly support: number;
  /** the sum of the steps of brightness along its outline */
  readonly edge: number;
  readonly kind: 'writing' | 'strip' | 'corner' | 'band' | 'tile' | 'shade';
}

/**
 * What the outline of a piece counts for. Lines and tables along the border are seen rightly, but are not what is looked for:
 * where they counted nothing, the paper between them and a character would explain more than the character does.
 */
const WEIGHTS = { writing: 1, strip: 0.5, corner: 0.45, band: 0.45, tile: 0.2, shade: 0 };

/** An outline is at an edge of the picture where brightness steps by this share of the ink's contrast within five pixels. */
const STEP = 0.4;

/** A piece whose outline is to a smaller share at edges is shade, or part of a larger thing that the closing has cut. */
const SUPPORTED = 0.5;

/**
 * Looks at a picture in one way.
 *
 * @returns undefined where nothing stands out
 */
export function candidateOf(
  plane: Plane,
  polarity: Polarity,
  reach: number,
  isDrawn: boolean,
): Candidate | undefined {
  const seen = contrastOf(plane, polarity, reach);
  const level = levelOf(seen.contrast, isDrawn);
  if (level === undefined) return undefined;
  const mask = new Uint8Array(plane.data.length);
  for (let i = 0; i < mask.length; i++) mask[i] = +(seen.contrast[i] >= level.threshold);
  const pieces = piecesOf(mask, plane.width, plane.height).map((piece) => {
    const outline = outlineOf(piece, mask, seen, level, plane);
    return { ...piece, ...outline, kind: kindOf(piece, outline.support, mask, plane) };
  });
  const explained = pieces.reduce(
    (sum, { kind, support, edge }) =>
      sum + WEIGHTS[kind] * edge * Math.min(1, Math.max(0, support - SUPPORTED) / (0.97 - SUPPORTED)) ** 2,
    0,
  );
  const covered = pieces.reduce((sum, { pixels }) => sum + pixels.length, 0) / mask.length;
  const score = explained * (1 - covered) * Math.sqrt(level.ink);
  return { ...seen, level, mask, pieces, score };
}

/**
 * Walks along the sides that ink and paper share. Across each, brightness must step within as many pixels as half
 * the reach, so that blurred edges of broad strokes count too.
 */
function outlineOf({ pixels }: Piece, mask: Uint8Array, seen: Contrast, { ink }: Level, plane: Plane) {
  const { width, height, data } = plane;
  const { ground, polarity } = seen;
  const far = Math.max(1, Math.round(seen.reach / 2));
  const sign = polarity === 'dark' ? 1 : -1;
  let [sides, supported, edge] = [0, 0, 0];
  const side = (pixel: number, stride: number, room: number, back: number): void => {
    if (room === 0 || mask[pixel + stride]) return;
    sides++;
    const inner = back > 0 && mask[pixel - stride] ? pixel - stride : pixel;
    const outer = pixel + Math.min(far, room) * stride;
    const near = pixel + stride;
    const step = Math.max(sign * (data[outer] - data[inner]), sign * (data[near] - data[inner]));
    const full = polarity === 'dark' ? ink * Math.max(ground.data[pixel], 0.25) : ink;
    supported += Math.max(0, Math.min(1, step / (STEP * full)));
    edge += Math.max(0, step);
  };
  for (let i = 0; i < pixels.length; i++) {
    const pixel = pixels[i];
    const y = Math.floor(pixel / width);
    const x = pixel - y * width;
    side(pixel, -1, x, width - 1 - x);
    side(pixel, 1, width - 1 - x, x);
    side(pixel, -width, y, height - 1 - y);
    side(pixel, width, height - 1 - y, y);
  }
  return { support: sides === 0 ? 0 : supported / sides, edge };
}

/** A piece along this share of a side of the picture is a band: a table, a shadow, the line of a cell. */
const BAND = 0.5;

/** A line that is not quite straight touches the border here and there, and stays this near to it. */
const HUG = 0.12;

/** What lies along the border with this share of its own length comes in from outside; the end of a stroke touches it with less. */
const STRIP = 0.12;

/** A tile fills its box to this share, holes included; the roundest of zeros fills 0.79. */
const TILE = 0.88;

/** … and is at most so many times as long as wide. */
const LONG = 2.5;

function kindOf(piece: Piece, support: number, mask: Uint8Array, plane: Plane): SeenPiece['kind'] {
  if (support < SUPPORTED) return 'shade';
  const { contact, box } = piece;
  const { width, height } = plane;
  if (Math.max(contact[0], contact[1]) >= BAND * height || Math.max(contact[2], contact[3]) >= BAND * width) {
    return 'band';
  }
  const along = (one: number, other: number, length: number, depth: number, room: number): boolean =>
    Math.max(one, other) > 0 && length >= 0.5 * room && depth <= HUG * room;
  if (
    along(contact[0], contact[1], box.height, box.width, height) ||
    along(contact[2], contact[3], box.width, box.height, width)
  )
    return 'band';
  if (contact.filter((count) => count > 0).length > 1) return 'corner';
  if (Math.max(...contact) > STRIP * Math.max(box.width, box.height)) return 'strip';
  if (Math.max(box.width, box.height) < LONG * Math.min(box.width, box.height) && isTile(piece, mask, plane))
    return 'tile';
  return 'writing';
}

/** Whether each row of a box is filled from the piece's first pixel to its last, nearly to the whole width of the box. */
function isTile({ box, pixels }: Piece, _mask: Uint8Array, { width }: Plane): boolean {
  const first = new Int32Array(box.height).fill(box.width);
  const last = new Int32Array(box.height).fill(-1);
  for (const pixel of pixels) {
    const y = Math.floor(pixel / width) - box.y;
    const x = (pixel % width) - box.x;
    if (x < first[y]) first[y] = x;
    if (x > last[y]) last[y] = x;
  }
  let filled = 0;
  for (let y = 0; y < box.height; y++) filled += Math.max(0, last[y] - first[y] + 1);
  return (
    filled >= TILE * box.width * box.height &&
    box.width * box.height > 1.5 * pixels.length * 0 + 400 &&
    holds(box, box)
  );
}

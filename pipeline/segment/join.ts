import type { Piece } from '../front/pieces.ts';
import type { Box } from '../image/box.ts';
import { bottomOf, boxAround, gapAcross, gapDown, middleOf, rightOf } from '../image/box.ts';

export interface JoinParameters {
  /** pieces that share this part of the narrower one's columns lie one above the other */
  readonly stacked: number;
  /** … and belong together where at most this many text heights are between them */
  readonly reach: number;
  /** what is lower than this share of the text height may be a dot, a bar or an accent */
  readonly small: number;
  /** how far beside the upper end of its stem a dot may lie, in text heights */
  readonly aside: number;
  /** what is lower than this share of the text height may be a part; two that are higher belong together only where … */
  readonly part: number;
  /** … less than this share of it is between them, as in a broken stroke: else they are characters of two lines */
  readonly broken: number;
  /** a small piece this near to another, in text heights, is a part of it that a thin stroke broke off */
  readonly crumb: number;
}

/** One or more pieces that make a character. */
export interface Glyph {
  readonly box: Box;
  readonly pieces: readonly Piece[];
}

/**
 * Joins the pieces of one line that make a character together: i, j, !, ?, :, ;, =, accents, broken strokes.
 * Pieces one above the other belong together, and so do all that are linked by such pairs. A small piece that is
 * still alone may be the dot that a hurried or slanted hand put beside its stem; it goes to the nearest.
 *
 * @param height the text height in pixels
 * @param width pixels in a row of the page
 * @returns characters from left to right, by their middles
 */
export function glyphsOf(
  line: readonly Piece[],
  height: number,
  parameters: JoinParameters,
  width: number,
): Glyph[] {
  const groupOf = new Map(line.map((piece) => [piece, [piece]]));
  const join = (a: Piece, b: Piece): void => {
    const [kept, other] = [groupOf.get(a)!, groupOf.get(b)!];
    if (kept === other) return;
    kept.push(...other);
    for (const piece of other) groupOf.set(piece, kept);
  };
  const sorted = [...line].sort((a, b) => a.box.x - b.box.x);
  for (const [i, a] of sorted.entries()) {
    for (let j = i + 1; j < sorted.length && sorted[j].box.x < rightOf(a.box); j++) {
      if (areStacked(a.box, sorted[j].box, height, parameters)) join(a, sorted[j]);
    }
  }
  for (const dot of sorted) {
    if (groupOf.get(dot)!.length > 1) continue;
    const stem = stemOf(dot, sorted, height, parameters);
    if (stem !== undefined) join(stem, dot);
  }
  const isSmall = ({ box }: Piece): boolean => Math.max(box.width, box.height) <= parameters.small * height;
  for (const crumb of sorted) {
    if (!groupOf.get(crumb)!.every(isSmall)) continue;
    const rest = restOf(crumb, sorted, height, parameters, width);
    if (rest !== undefined) join(rest, crumb);
  }
  return [...new Set(groupOf.values())]
    .map((pieces) => ({ box: boxAround(pieces.map(({ box }) => box)), pieces }))
    .sort((a, b) => middleOf(a.box).x - middleOf(b.box).x);
}

/** Whether one box lies above the other and near to it. */
export const areStacked = (
  a: Box,
  b: Box,
  height: number,
  { stacked, reach, part, broken }: JoinParameters,
): boolean =>
  gapDown(a, b) <= (Math.min(a.height, b.height) < part * height ? reach : broken) * height &&
  -gapAcross(a, b) >= stacked * Math.min(a.width, b.width);

/** The piece below a small one whose upper end is nearest to it; undefined where none is near or it is not small. */
export function stemOf(
  dot: Piece,
  others: readonly Piece[],
  height: number,
  { reach, small, aside }: JoinParameters,
): Piece | undefined {
  if (dot.box.height > small * height) return undefined;
  const { x } = middleOf(dot.box);
  let [best, stem]: [number, Piece | undefined] = [aside * height, undefined];
  for (const other of others) {
    const down = other.box.y - bottomOf(dot.box);
    const away = Math.abs(x - other.tip);
    if (down < 0 || down > reach * height || away > best) continue;
    [best, stem] = [away, other];
  }
  return stem;
}

/** In a picture of few pixels a stroke breaks over so many. */
const CLOSE = 2.5;

/** The larger piece that a small one is a crumb of; undefined where none is near enough or it is not small. */
function restOf(
  crumb: Piece,
  others: readonly Piece[],
  height: number,
  { small, crumb: near }: JoinParameters,
  width: number,
): Piece | undefined {
  if (Math.max(crumb.box.width, crumb.box.height) > small * height) return undefined;
  let [best, rest]: [number, Piece | undefined] = [Math.max(CLOSE, near * height), undefined];
  for (const other of others) {
    if (other.box.height < small * height) continue;
    if (Math.max(gapAcross(crumb.box, other.box), gapDown(crumb.box, other.box)) > best) continue;
    const away = nearest(crumb, other, width);
    if (away <= best) [best, rest] = [away, other];
  }
  return rest;
}

/** How far the pixels of two pieces are apart at least. */
function nearest(a: Piece, b: Piece, width: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (const one of a.pixels) {
    for (const other of b.pixels) {
      const [down, across] = [
        Math.floor(one / width) - Math.floor(other / width),
        (one % width) - (other % width),
      ];
      least = Math.min(least, down * down + across * across);
    }
  }
  return Math.sqrt(least);
}

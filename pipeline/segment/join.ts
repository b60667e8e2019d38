import type { Box } from './box.ts';
import { bottomOf, boxAround, gapAcross, gapDown, middleOf, rightOf } from './box.ts';
import type { Piece } from './pieces.ts';

export interface JoinParameters {
  /** pieces that share this part of the narrower one's columns lie one above the other */
  readonly stacked: number;
  /** … and belong together where at most this many text heights are between them */
  readonly reach: number;
  /** what is lower than this share of the text height may be a dot, a bar or an accent */
  readonly small: number;
  /** how far beside the upper end of its stem a dot may lie, in text heights */
  readonly aside: number;
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
 * @returns characters from left to right, by their middles
 */
export function glyphsOf(line: readonly Piece[], height: number, parameters: JoinParameters): Glyph[] {
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
  return [...new Set(groupOf.values())]
    .map((pieces) => ({ box: boxAround(pieces.map(({ box }) => box)), pieces }))
    .sort((a, b) => middleOf(a.box).x - middleOf(b.box).x);
}

/** Whether one box lies above the other and near to it. */
export const areStacked = (a: Box, b: Box, height: number, { stacked, reach }: JoinParameters): boolean =>
  gapDown(a, b) <= reach * height && -gapAcross(a, b) >= stacked * Math.min(a.width, b.width);

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

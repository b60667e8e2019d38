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
  /** what is narrower than this share of the text height may be the stem of i, j or ! */
  readonly stem: number;
  /** how far beside its stem a dot may lie, in text heights */
  readonly aside: number;
}

/** One or more pieces that make a character. */
export interface Glyph {
  readonly box: Box;
  readonly pieces: readonly Piece[];
}

/**
 * Joins the pieces of one line that make a character together: i, j, !, ?, :, ;, =, accents, broken strokes. Two
 * pieces belong together by `belongTogether`, and so do all that are linked by such pairs.
 *
 * @returns characters from left to right, by their middles
 */
export function glyphsOf(line: readonly Piece[], height: number, parameters: JoinParameters): Glyph[] {
  const groups = line.map((piece) => [piece]);
  const groupOf = new Map(groups.map((group) => [group[0], group]));
  const sorted = [...line].sort((a, b) => a.box.x - b.box.x);
  const widest = Math.max(...line.map(({ box }) => box.width)) + parameters.aside * height;
  sorted.forEach((a, i) => {
    for (let j = i + 1; j < sorted.length && sorted[j].box.x <= a.box.x + widest; j++) {
      const b = sorted[j];
      const [first, second] = [groupOf.get(a)!, groupOf.get(b)!];
      if (first === second || !belongTogether(a.box, b.box, height, parameters)) continue;
      first.push(...second);
      for (const piece of second) groupOf.set(piece, first);
    }
  });
  return [...new Set(groupOf.values())]
    .map((pieces) => ({ box: boxAround(pieces.map(({ box }) => box)), pieces }))
    .sort((a, b) => middleOf(a.box).x - middleOf(b.box).x);
}

/**
 * Whether two pieces of one line are parts of one character: one lies above the other, near to it; or the upper
 * one is small and a little beside a narrow stem, where a hurried hand puts the dot of an i.
 */
export function belongTogether(
  a: Box,
  b: Box,
  height: number,
  { stacked, reach, small, stem, aside }: JoinParameters,
): boolean {
  if (gapDown(a, b) > reach * height) return false;
  if (-gapAcross(a, b) >= stacked * Math.min(a.width, b.width)) return true;
  const [upper, lower] = a.y < b.y ? [a, b] : [b, a];
  const isDot = upper.height <= small * height && bottomOf(upper) <= lower.y;
  if (!isDot || lower.width > stem * height) return false;
  const middle = middleOf(upper).x;
  return middle >= lower.x - aside * height && middle <= rightOf(lower) + aside * height;
}

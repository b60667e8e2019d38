import { gapAcross } from './box.ts';
import type { Glyph } from './join.ts';
import { medianOf } from './median.ts';

export interface WordParameters {
  /** a space is wider than this many times the median gap of its page */
  readonly usual: number;
  /** … and wider than this share of the text height */
  readonly least: number;
}

/** The columns between each character of a line and the next, 0 where they overlap. */
export const gapsOf = (line: readonly Glyph[]): number[] =>
  line.slice(1).map((glyph, i) => Math.max(0, gapAcross(line[i].box, glyph.box)));

/** The narrowest gap that is a space. */
export const spaceWidth = (
  gaps: readonly number[],
  height: number,
  { usual, least }: WordParameters,
): number => Math.max(usual * medianOf(gaps), least * height);

/** Parts a line into words. */
export function wordsOf(line: readonly Glyph[], space: number): Glyph[][] {
  const words: Glyph[][] = [[line[0]]];
  gapsOf(line).forEach((gap, i) => {
    if (gap > space) words.push([]);
    words[words.length - 1].push(line[i + 1]);
  });
  return words;
}

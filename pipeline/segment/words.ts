import { gapAcross } from '../image/box.ts';
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

/**
 * The widest gap that is no space: max(usual · median gap, least · text height). A page has more gaps within words than
 * between them, so the median is one within; where characters are spread evenly, no gap is twice the usual one. The
 * least keeps tight writing, whose median is near 0, from falling apart. Gaps between boxes are the simplest of the
 * measures compared by Seni and Cohen, "External word segmentation of off-line handwritten text lines", Pattern
 * Recognition 27 (1994).
 */
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

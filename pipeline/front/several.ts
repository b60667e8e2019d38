import { boxAround, gapAcross, rightOf } from '../segment/box.ts';
import type { Piece } from './pieces.ts';

/** Characters that stand side by side have at least this share of the height of the highest … */
const AS_HIGH = 0.6;

/** … and of its ink; a stroke that broke off has less. */
const AS_MUCH = 0.25;

/** Pieces of one character share this part of the narrower one's columns, as the two bars of = do. */
const STACKED = 0.5;

/** Whether pieces look like several characters side by side, and not like one that broke. */
export function holdsSeveral(pieces: readonly Piece[]): boolean {
  const glyphs: Piece[][] = [];
  for (const piece of [...pieces].sort((a, b) => a.box.x - b.box.x)) {
    const glyph = glyphs.find((each) => {
      const box = boxAround(each.map((other) => other.box));
      return -gapAcross(box, piece.box) >= STACKED * Math.min(box.width, piece.box.width);
    });
    if (glyph === undefined) glyphs.push([piece]);
    else glyph.push(piece);
  }
  const measured = glyphs.map((glyph) => ({
    box: boxAround(glyph.map(({ box }) => box)),
    ink: glyph.reduce((sum, { pixels }) => sum + pixels.length, 0),
  }));
  const highest = Math.max(...measured.map(({ box }) => box.height));
  const most = Math.max(...measured.map(({ ink }) => ink));
  const characters = measured.filter(
    ({ box, ink }) => box.height >= AS_HIGH * highest && ink >= AS_MUCH * most,
  );
  // Halves of a broken 0 lean on each other; characters of a line have a gap between them.
  return characters.some(({ box }, i) => i > 0 && box.x > rightOf(characters[i - 1].box));
}

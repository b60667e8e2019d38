import { type Box, boxAround, gapAcross, gapDown, rightOf } from '../image/box.ts';
import type { SeenPiece } from './candidate.ts';

/** Characters that stand side by side have at least this share of the height of the one that is read … */
const AS_HIGH = 0.6;

/** … and of its ink; a stroke that broke off has less. */
const AS_MUCH = 0.25;

/** Pieces of one character share this part of the narrower one's columns, as the two bars of = do. */
const STACKED = 0.5;

/**
 * Whether a picture seems to hold several characters side by side, and not one that broke into pieces.
 *
 * @param own the pieces that are read as one character
 * @param all all pieces of the picture
 */
export function holdsSeveral(own: readonly SeenPiece[], all: readonly SeenPiece[]): boolean {
  const main = own.reduce((a, b) => (b.pixels.length > a.pixels.length ? b : a));
  const high = AS_HIGH * Math.max(...own.map(({ box }) => box.height));
  const much = AS_MUCH * main.pixels.length;
  const candidates = all.filter(
    (piece) => own.includes(piece) || piece.kind === 'writing' || piece.kind === 'strip',
  );
  const characters = glyphsOf(candidates).filter(({ box, ink }) => box.height >= high && ink >= much);
  // Halves of a broken 0 lean on each other; characters of a line have a gap between them.
  return characters.some(
    ({ box }, i) =>
      i > 0 && box.x > rightOf(characters[i - 1].box) && gapDown(box, characters[i - 1].box) < 0,
  );
}

/** Pieces that stand one above the other, from left to right. */
function glyphsOf(pieces: readonly SeenPiece[]): { readonly box: Box; readonly ink: number }[] {
  const glyphs: SeenPiece[][] = [];
  for (const piece of [...pieces].sort((a, b) => a.box.x - b.box.x)) {
    const glyph = glyphs.find((each) => {
      const box = boxAround(each.map((other) => other.box));
      return -gapAcross(box, piece.box) >= STACKED * Math.min(box.width, piece.box.width);
    });
    if (glyph === undefined) glyphs.push([piece]);
    else glyph.push(piece);
  }
  return glyphs.map((glyph) => ({
    box: boxAround(glyph.map(({ box }) => box)),
    ink: glyph.reduce((sum, { pixels }) => sum + pixels.length, 0),
  }));
}

import { type Contrast, contrastOf, type Polarity } from './contrast.ts';
import type { Plane } from './extremes.ts';
import { type Kind, kindOf, SUPPORTED, withoutEmptyFrames } from './kind.ts';
import { type Level, levelOf } from './level.ts';
import { type Outline, outlineOf } from './outline.ts';
import { type Piece, piecesOf } from './pieces.ts';

/** One way to see a picture: which polarity its ink has, and how wide its strokes are at most. */
export interface Candidate extends Contrast {
  readonly level: Level;
  readonly mask: Uint8Array;
  readonly pieces: readonly SeenPiece[];
  /** the share of the picture that is ink, 0…1 */
  readonly covered: number;
  /** how much of what can be seen in the picture it explains as writing */
  readonly score: number;
}

/** A piece of ink, what its outline says of it, and what it is taken for. */
export interface SeenPiece extends Piece, Outline {
  readonly kind: Kind;
}

/**
 * What the outline of a piece counts for. Lines and tables along the border are seen rightly, but are not what is looked for:
 * where they counted nothing, the paper between them and a character would explain more than the character does.
 */
const WEIGHTS: Readonly<Record<Kind, number>> = {
  writing: 1,
  strip: 0.5,
  corner: 0.8,
  crossing: 0.2,
  band: 0.45,
  tile: 0.2,
  frame: 0.2,
  shade: 0,
};

/** From this share on an outline counts as an edge all along. */
const WHOLE = 0.97;

/**
 * Looks at a picture in one way.
 *
 * The score is the sum of the steps along outlines, as far as they are edges. Ink that covers much of a picture is more
 * often its paper seen the wrong way round, and faint ink what a pale rule leaves beside the real one: both count less.
 *
 * @param reach strokes are at most 2·reach pixels wide
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
  const seenPieces = piecesOf(mask, plane.width, plane.height).map((piece) => {
    const outline = outlineOf(piece, mask, seen, level, plane);
    return { ...piece, ...outline, kind: kindOf(piece, outline.support, mask, plane) };
  });
  const pieces = withoutEmptyFrames(seenPieces);
  const explained = pieces.reduce(
    (sum, { kind, support, edge }) =>
      sum + WEIGHTS[kind] * edge * Math.min(1, Math.max(0, support - SUPPORTED) / (WHOLE - SUPPORTED)) ** 2,
    0,
  );
  const covered = pieces.reduce((sum, { pixels }) => sum + pixels.length, 0) / mask.length;
  const score = explained * (1 - covered) * Math.sqrt(level.ink);
  return { ...seen, level, mask, pieces, covered, score };
}

import type { Found } from './front.ts';
import type { SeenPiece } from './candidate.ts';
import { gapAcross, gapDown } from '../segment/box.ts';

/** The pieces of the one character of a picture; none where there is no ink. */
export function singleOf({ best }: Found): SeenPiece[] {
  if (best === undefined) return [];
  const writing = best.pieces.filter(({ kind }) => kind === 'writing');
  const among = writing.length > 0 ? writing : best.pieces.filter(({ kind }) => kind !== 'shade');
  if (among.length === 0) return [];
  const main = among.reduce((a, b) => (b.edge * b.support > a.edge * a.support ? b : a));
  const reach = 0.6 * Math.max(main.box.width, main.box.height);
  return among.filter((piece) => {
    if (piece === main) return true;
    if (piece.pixels.length < 0.02 * main.pixels.length) return false;
    return Math.max(gapAcross(main.box, piece.box), gapDown(main.box, piece.box)) < reach;
  });
}

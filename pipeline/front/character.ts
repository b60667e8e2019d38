import type { RgbaImage } from '../image/image.ts';
import type { SeenPiece } from './candidate.ts';
import { type Found, findInk } from './front.ts';
import { holdsSeveral } from './several.ts';
import { singleOf } from './single.ts';

/** How many characters a picture seems to hold. */
export type Holds = 'none' | 'one' | 'several';

/** A picture as the front sees it. */
export interface SeenPicture {
  readonly found: Found;
  /** those of the character that is read; none where there is no ink */
  readonly pieces: readonly SeenPiece[];
  readonly holds: Holds;
}

/** Finds the one character that is read from a picture. */
export function findCharacter(picture: RgbaImage): SeenPicture {
  const found = findInk(picture);
  const pieces = singleOf(found);
  if (pieces.length === 0) return { found, pieces, holds: 'none' };
  return { found, pieces, holds: holdsSeveral(pieces, found.best!.pieces) ? 'several' : 'one' };
}

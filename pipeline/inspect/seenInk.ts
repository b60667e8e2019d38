import { findCharacter, type Holds } from '../front/character.ts';
import { boxOf } from '../front/cut.ts';
import type { RgbaImage } from '../image/image.ts';

/** What ink lies on: paper that is brighter or darker than it, or nothing, as where a canvas exports it. */
export type Ground = 'bright' | 'dark' | 'clear';

/** What the front sees in a picture. */
export type SeenInk =
  | { readonly holds: Extract<Holds, 'none'> }
  | {
      readonly holds: Exclude<Holds, 'none'>;
      readonly on: Ground;
      /** the longer side of the character that is read, 0 to 1 of the picture's */
      readonly share: number;
    };

/** Looks for the ink of a picture as training and prediction do. */
export function seenInkOf(picture: RgbaImage): SeenInk {
  const { found, pieces, holds } = findCharacter(picture);
  if (holds === 'none') return { holds };
  const { width, height } = boxOf(pieces, found);
  const paper = found.best!.polarity === 'dark' ? 'bright' : 'dark';
  return {
    holds,
    on: found.surface.kind === 'ink' ? 'clear' : paper,
    share: Math.max(width, height) / Math.max(picture.width, picture.height),
  };
}

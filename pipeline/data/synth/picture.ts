import { Random } from '../../../engine/random.ts';
import type { Typeface } from '../../draw/typeface.ts';
import type { RgbaImage } from '../../image/image.ts';
import { sortedClasses } from '../dataset.ts';
import { SYNTH_TEST_STREAM, SYNTH_TRAIN_STREAM } from '../streams.ts';
import { type HandwritingFont, testFonts, trainingFonts } from './fonts.ts';
import { writeLetter } from './letter.ts';

/** The digits, capitals and small letters that are written: 62. */
export const synthClasses = sortedClasses('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz');

/** The fonts of each part, and its random stream. */
export const synthParts = {
  train: { fonts: trainingFonts, stream: SYNTH_TRAIN_STREAM },
  test: { fonts: testFonts, stream: SYNTH_TEST_STREAM },
};

/** `train`, or `test`, whose fonts the other never shows. */
export type SynthPart = keyof typeof synthParts;

/** What a picture is called: its part, and from 0 its number there. */
export interface SynthNumber {
  readonly part: SynthPart;
  readonly index: number;
}

/** The class of a picture, 0…61: the pictures go through all classes, then through them with the next font. */
export const synthLabel = (index: number): number => index % synthClasses.length;

/**
 * One synthetic picture of a letter or digit, by its number alone: any picture can be made without the others.
 *
 * @param index from 0; the classes take turns, then the fonts
 * @param seed any safe integer ≥ 0; the same seed writes the same pictures
 * @param fontOf finds a font by its name
 * @returns dark ink on light paper, 96×96 pixels
 * @throws what `fontOf` throws
 */
export function synthPicture(
  part: SynthPart,
  index: number,
  seed: number,
  fontOf: (name: HandwritingFont) => Typeface,
): RgbaImage {
  const { fonts, stream } = synthParts[part];
  const font = fonts[Math.floor(index / synthClasses.length) % fonts.length];
  const glyph = fontOf(font).glyph(synthClasses[synthLabel(index)])!;
  return writeLetter(glyph.contours, new Random(seed, stream, index));
}

import { PipelineError } from '../faults.ts';
import type { Box } from '../image/box.ts';
import type { RgbaImage } from '../image/image.ts';
import { placed, segment } from '../segment/segment.ts';
import type { Guess, Predictor, Reading } from './predict.ts';
import { namedGlyphs } from './touching.ts';

/** A character that was found in a picture and named; what is refused has its best guess. */
export interface ReadCharacter extends Guess, Omit<Reading, 'guesses'> {
  /** in pixels of the picture */
  readonly box: Box;
  /** the most probable classes, of which the first is the label */
  readonly top: readonly Guess[];
}

/** A line of a page. */
export interface ReadLine {
  /** words with a space between them, `?` for what is refused */
  readonly text: string;
  /** from left to right */
  readonly characters: readonly ReadCharacter[];
}

/**
 * Reads a picture of several characters: finds them, prepares each as a picture of one is prepared, and names
 * them. Labels of more than one character have a space between them too.
 *
 * @param top how many classes to keep for each character, ≥ 1
 * @returns lines from top to bottom
 * @throws InkgradError where there are no characters, or the model reads none but whole pictures
 */
export async function readCharacters(
  picture: RgbaImage,
  predictor: Predictor,
  top: number,
): Promise<ReadLine[]> {
  if (predictor.takesWhole) {
    throw new PipelineError(
      `this model takes whole pictures and reads no characters in them; leave out \`segment\``,
      'invalid-setting',
    );
  }
  const segmentation = segment(picture);
  const { lines } = segmentation;
  if (lines.length === 0) {
    throw new PipelineError(
      'no characters found; give a picture with ink that stands out clearly from its paper',
      'no-writing',
    );
  }
  const glyphs = (await namedGlyphs(picture, segmentation, predictor)).values();
  const named = lines.map((words) =>
    words.map((word) =>
      word.flatMap(() =>
        glyphs.next().value!.map(({ glyph, guesses, ...trust }): ReadCharacter => {
          const best = guesses.slice(0, top);
          return { ...best[0], ...trust, box: placed(glyph.box, segmentation.found), top: best };
        }),
      ),
    ),
  );
  const between = predictor.checkpoint.classes.some((label) => [...label].length > 1) ? ' ' : '';
  return named.map((words) => ({
    text: words.map((word) => word.map(shown).join(between)).join(' '),
    characters: words.flat(),
  }));
}

/** Stands for what is refused. */
export const REFUSED = '?';

/** What is read as a character. */
export const shown = ({ label, refused }: Pick<ReadCharacter, 'label' | 'refused'>): string =>
  refused ? REFUSED : label;

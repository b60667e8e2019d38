import { PipelineError } from '../faults.ts';
import { cutOut } from '../front/cut.ts';
import type { Box } from '../image/box.ts';
import type { RgbaImage } from '../image/image.ts';
import { prepare } from '../preprocess/prepare.ts';
import { segment } from '../segment/segment.ts';
import type { Guess, Predictor } from './predict.ts';

/** A character that was found in a picture and named. */
export interface ReadCharacter extends Guess {
  /** in pixels of the picture */
  readonly box: Box;
  /** the most probable classes, of which the first is the label */
  readonly top: readonly Guess[];
}

export interface ReadLine {
  /** words with a space between them */
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
 * @throws InkgradError where there are no characters
 */
export async function readCharacters(
  picture: RgbaImage,
  predictor: Predictor,
  top: number,
): Promise<ReadLine[]> {
  const { lines, found } = segment(picture);
  if (lines.length === 0) {
    throw new PipelineError(
      'no characters found; give a picture with ink that stands out clearly from its paper',
      'no-writing',
    );
  }
  const prepared = lines.flat(2).map(({ pieces }) => {
    const image = cutOut(picture, found, pieces);
    return prepare(image, predictor.recipeForPicture(image).recipe);
  });
  const guesses = (await predictor.predictAll(prepared)).values();
  const named = lines.map((words) =>
    words.map((word) =>
      word.map(({ box }): ReadCharacter => {
        const best = guesses.next().value!.slice(0, top);
        return { ...best[0], box, top: best };
      }),
    ),
  );
  const between = predictor.checkpoint.classes.some((label) => [...label].length > 1) ? ' ' : '';
  return named.map((words) => ({
    text: words.map((word) => word.map(({ label }) => label).join(between)).join(' '),
    characters: words.flat(),
  }));
}

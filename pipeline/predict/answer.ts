import type { Guess, Reading } from './predict.ts';

/** What is said of a picture without a character. */
export const NO_INK = 'no ink found; give a picture in which a character stands out from its paper';

/** What programs are told of one picture: its best guess, how far that can be trusted, and the best few. */
export interface Answer extends Guess, Omit<Reading, 'guesses'> {
  /** the most probable classes, of which the first is the label */
  readonly top: readonly Guess[];
}

/** @param top how many classes to keep, ≥ 1 */
export function answerOf({ guesses, ...trust }: Reading, top: number): Answer {
  const best = guesses.slice(0, top);
  return { ...best[0], ...trust, top: best };
}

import type { Channels } from '../image/image.ts';
import { brief } from '../text/brief.ts';
import { costOf, keepsWhole, pixelsOf, type Step } from './recipe.ts';
import type { Size } from './step.ts';

/** Pixels of an image within a recipe: the largest square that a resize makes. */
const MOST_PIXELS = 4096 ** 2;

/** Nanoseconds that a recipe may take for one picture: 140 times what those that come with inkgrad do. */
const MOST_WORK = 10e9;

/** What the front cuts out of a picture: 383 pixels with a fifth of that on each side (`front/cut.ts`). */
const CUT: Size = { width: 540, height: 540 };

/**
 * Holds a recipe to what it may cost as a whole: each step may be in its range and their product out of any. What counts
 * is the largest picture, since the recipe of a checkpoint meets pictures of all kinds.
 *
 * @param channels of the images, each of which goes through all steps
 * @param fail refuses it: what is wrong, and what belongs there
 */
export function checkCost(
  steps: readonly Step[],
  channels: Channels,
  fail: (what: string, expected: string) => never,
): void {
  let size = CUT;
  let work = 0;
  for (const [i, step] of steps.entries()) {
    if (step.step === 'grayscale' || step.step === 'colour') continue;
    if (i === 1 && keepsWhole({ steps }) && step.step !== 'resize' && step.step !== 'fit') {
      fail(
        `step 2 of the recipe, ${brief(JSON.stringify(step))}, gets the whole picture, however large that is`,
        'expected a resize or the fit before it',
      );
    }
    const [after, more] = costOf(size, step);
    size = after;
    work += channels * more;
    const where = `step ${i + 1} of the recipe, ${brief(JSON.stringify(step))},`;
    if (pixelsOf(size) > MOST_PIXELS) {
      fail(
        `${where} makes images of up to ${size.width}×${size.height} pixels`,
        `expected at most ${MOST_PIXELS}; put a resize before it`,
      );
    }
    if (work > MOST_WORK) {
      fail(
        `${where} brings it to about ${Math.ceil(work / 1e9)} s a picture`,
        `expected at most ${MOST_WORK / 1e9} s; resize to a smaller box before it, or leave steps out`,
      );
    }
  }
}

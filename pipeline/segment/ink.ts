import type { GrayImage } from '../image/image.ts';
import { gaussian } from '../preprocess/gaussian.ts';
import { inverted } from '../preprocess/polarity.ts';
import { sauvolaLevels } from '../preprocess/sauvola.ts';
import { otsuLevel } from '../preprocess/threshold.ts';
import { inkIsDark, invertedPaper, levelAt, paperOf, unevenness } from './paper.ts';

export interface InkParameters {
  /** standard deviation in pixels of the blur that takes the grain out */
  readonly blur: number;
  /** the smallest difference in brightness, 0…1, between ink and paper; below it a page is empty */
  readonly contrast: number;
  /** light is uneven where the paper's brightness differs by more than this share of that difference */
  readonly uneven: number;
  /** side of Sauvola's window, as a share of the shorter side: wider than any stroke */
  readonly window: number;
  /** Sauvola's k */
  readonly k: number;
}

/**
 * Which pixels are ink: 1, the others 0.
 *
 * One level for the whole page (Otsu) finds faint and bold ink alike, but only in even light: it takes a shadow
 * for ink. Where the paper itself is uneven, each pixel gets a level of its own (Sauvola).
 */
export function inkOf(image: GrayImage, parameters: InkParameters): GrayImage {
  const smooth = gaussian(image, parameters.blur);
  const found = paperOf(smooth);
  const isDark = inkIsDark(smooth, found);
  const dark = isDark ? smooth : inverted(smooth);
  const paper = isDark ? found : invertedPaper(found);
  const level = otsuLevel(dark);
  const difference = contrastAt(dark, level);
  const none = () => ({ ...dark, data: new Float32Array(dark.data.length) });
  if (difference < parameters.contrast) return none();
  if (unevenness(paper) <= parameters.uneven * difference) {
    return { ...dark, data: dark.data.map((value) => +(value < level)) };
  }
  const levels = sauvolaLevels(dark, windowFor(dark, parameters.window), parameters.k);
  // A shadow so deep that its grain falls below a share of its brightness has no ink for all that.
  const farFromPaper = (value: number, i: number) =>
    value < levelAt(paper, i, dark.width) - parameters.contrast;
  return { ...dark, data: dark.data.map((value, i) => +(value < levels[i] && farFromPaper(value, i))) };
}

/** The difference between the means of what is brighter than a level and of the rest. */
function contrastAt({ data }: GrayImage, level: number): number {
  let [below, sumBelow, sum] = [0, 0, 0];
  for (const value of data) {
    sum += value;
    if (value >= level) continue;
    below++;
    sumBelow += value;
  }
  if (below === 0 || below === data.length) return 0;
  return (sum - sumBelow) / (data.length - below) - sumBelow / below;
}

/** The next odd number of pixels, at least 25. */
const windowFor = ({ width, height }: GrayImage, share: number): number =>
  Math.max(25, 2 * Math.round((share * Math.min(width, height)) / 2) + 1);

/** Bins of the histogram of contrasts, 0…1. */
const BINS = 1024;

/** Ink with less contrast than this is none: the smallest that a person would call writing … */
const FAINTEST = 0.05;

/** … but in a picture that was drawn, where paper has no grain at all, four levels of 255 are ink. */
const DRAWN = 0.015;

/** So many robust deviations above the median is no grain of the paper any more. */
const GRAIN = 6;

/** Ink begins at this share of the contrast that its strokes have: near the middle of a blurred edge. */
const EDGE = 0.4;

/** From which contrast on a pixel is ink, and which contrast ink has. */
export interface Level {
  readonly threshold: number;
  readonly ink: number;
}

/**
 * Finds the level from the histogram of contrasts. First the grain of the paper is put aside, by its median and its
 * quartile; ink may be one pixel in a thousand, which Otsu's level of the whole would not see. Of what is left, Otsu's level
 * parts faint from strong, and the median of the strong is what ink has: pale rules stay below a share of that.
 *
 * @param isDrawn whether the paper has no grain
 * @returns undefined where nothing stands out
 */
export function levelOf(contrast: Float32Array, isDrawn: boolean): Level | undefined {
  const histogram = new Float64Array(BINS);
  for (let i = 0; i < contrast.length; i++) histogram[Math.min(BINS - 1, Math.floor(contrast[i] * BINS))]++;
  const median = quantile(histogram, 0, 0.5);
  // The lower quartile, 0.674 of a deviation away: above the median there may be ink.
  const deviation = Math.max(1, median - quantile(histogram, 0, 0.25)) / 0.674;
  const faintest = (isDrawn ? DRAWN : FAINTEST) * BINS;
  const floor = Math.max(faintest, median + GRAIN * deviation);
  const start = Math.min(BINS - 1, Math.ceil(floor));
  const strong = otsu(histogram, start);
  const ink = quantile(histogram, strong, 0.5);
  if (ink <= start) {
    // With much ink the quartile is ink itself; then the whole histogram has two classes that Otsu's level parts.
    const parted = otsu(histogram, 0);
    const level = quantile(histogram, parted, 0.5);
    if (level < faintest) return undefined;
    return { threshold: (EDGE * level) / BINS, ink: level / BINS };
  }
  return { threshold: Math.max(floor, EDGE * ink) / BINS, ink: ink / BINS };
}

/** The bin below which a share of all from `start` on lies. */
function quantile(histogram: Float64Array, start: number, share: number): number {
  let total = 0;
  for (let bin = start; bin < BINS; bin++) total += histogram[bin];
  let below = 0;
  for (let bin = start; bin < BINS; bin++) {
    below += histogram[bin];
    if (below > share * total) return bin;
  }
  return start;
}

/** The first bin of the upper of the two classes with the largest variance between them. */
function otsu(histogram: Float64Array, start: number): number {
  let [count, total] = [0, 0];
  for (let bin = start; bin < BINS; bin++) {
    count += histogram[bin];
    total += bin * histogram[bin];
  }
  let [best, at, below, sum] = [0, start, 0, 0];
  for (let bin = start; bin < BINS; bin++) {
    below += histogram[bin];
    sum += bin * histogram[bin];
    if (below === 0 || below === count) continue;
    const distance = sum / below - (total - sum) / (count - below);
    const variance = below * (count - below) * distance * distance;
    if (variance > best) [best, at] = [variance, bin + 1];
  }
  return at;
}

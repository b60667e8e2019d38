/** Parts of 0…1 into which certainties fall: as many as Guo et al. take. */
export const BINS = 15;

/** How far what a model says of its certainty is from how often it is right. */
export interface Calibration {
  /** the temperature that logits were divided by */
  readonly temperature: number;
  /** the expected calibration error, 0…1 */
  readonly error: number;
}

/**
 * The expected calibration error: images are put into 15 bins by the probability of their most probable class, and for
 * each bin the mean of these is set against the share that was right; the differences are averaged, weighted by images.
 * Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning" (AAAI 2015).
 *
 * @param certainties the probability of the most probable class for each image, 0…1
 * @param right whether that class was the true one
 * @returns 0…1; 0 without images
 */
export function calibrationError(certainties: ArrayLike<number>, right: ArrayLike<boolean>): number {
  // Σ certainty − Σ right of each bin: its size cancels against its weight.
  const gaps = new Float64Array(BINS);
  for (let i = 0; i < certainties.length; i++) {
    // Bins are open at their lower ends, as in the paper: 1 belongs to the last.
    const bin = Math.max(0, Math.ceil(certainties[i] * BINS) - 1);
    gaps[Math.min(bin, BINS - 1)] += certainties[i] - (right[i] ? 1 : 0);
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / Math.max(1, certainties.length);
}

/** Parts of 0…1 into which certainties fall: as many as Guo et al. take. */
export const BINS = 15;

/** How far what a model says of its certainty is from how often it is right. */
export interface Calibration {
  /** the temperature that logits were divided by */
  readonly temperature: number;
  /** the expected calibration error, 0…1 */
  readonly error: number;
}

/** The images whose certainty lies in one part of 0…1. */
export interface Bin {
  readonly images: number;
  /** the mean of their certainties; 0 without images */
  readonly certainty: number;
  /** the share of them that was right; 0 without images */
  readonly right: number;
}

/**
 * How often answers were right at which certainty, in 15 bins of equal width: a reliability diagram. DeGroot and Fienberg,
 * "The comparison and evaluation of forecasters" (1983).
 *
 * @param certainties the probability of the most probable class for each image, 0…1
 * @param right whether that class was the true one
 */
export function reliabilityOf(certainties: ArrayLike<number>, right: ArrayLike<boolean>): Bin[] {
  const sums = Array.from({ length: BINS }, () => ({ images: 0, certainty: 0, right: 0 }));
  for (let i = 0; i < certainties.length; i++) {
    // Bins are open at their lower ends, as in the paper of the error below: 1 belongs to the last.
    const at = Math.max(0, Math.ceil(certainties[i] * BINS) - 1);
    const bin = sums[Math.min(at, BINS - 1)];
    bin.images++;
    bin.certainty += certainties[i];
    bin.right += right[i] ? 1 : 0;
  }
  return sums.map(({ images, certainty, right }) => ({
    images,
    certainty: certainty / Math.max(1, images),
    right: right / Math.max(1, images),
  }));
}

/**
 * The expected calibration error: for each bin the mean certainty is set against the share that was right; the differences
 * are averaged, weighted by images. Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian
 * binning" (AAAI 2015).
 *
 * @returns 0…1; 0 without images
 */
export function calibrationError(certainties: ArrayLike<number>, right: ArrayLike<boolean>): number {
  const bins = reliabilityOf(certainties, right);
  const gaps = bins.reduce((sum, bin) => sum + bin.images * Math.abs(bin.certainty - bin.right), 0);
  return gaps / Math.max(1, certainties.length);
}

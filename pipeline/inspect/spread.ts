/** Numbers in a few words: where they lie and how far apart. */
export interface Spread {
  readonly mean: number;
  /** at most a twentieth of them is below */
  readonly low: number;
  readonly median: number;
  /** at most a twentieth of them is above */
  readonly high: number;
}

/** The middle one of sorted values; of an even number the upper of the two. */
export const middle = <T>(sorted: readonly T[]): T => sorted[Math.floor(sorted.length / 2)];

/** Null where there are no numbers. */
export function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const last = sorted.length - 1;
  return {
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    low: sorted[Math.floor(0.05 * last)],
    median: middle(sorted),
    high: sorted[Math.ceil(0.95 * last)],
  };
}

/** How many numbers lie in each of some ranges of one width. */
export interface Histogram {
  /** where the first range begins */
  readonly from: number;
  /** how wide each is; the last takes its upper end too */
  readonly step: number;
  readonly counts: readonly number[];
}

/** Counts numbers in ranges of the width `step`, the first of which begins at `from`. */
export function histogram(values: readonly number[], from: number, to: number, step: number): Histogram {
  const counts = new Array<number>(Math.max(1, Math.ceil((to - from) / step - 1e-9))).fill(0);
  for (const value of values) {
    counts[Math.min(counts.length - 1, Math.max(0, Math.floor((value - from) / step + 1e-9)))]++;
  }
  return { from, step, counts };
}

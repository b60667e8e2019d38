/** Numbers in a few words: where they lie and how far apart. */
export interface Spread {
  readonly mean: number;
  /** a twentieth of them is below */
  readonly low: number;
  readonly median: number;
  /** a twentieth of them is above */
  readonly high: number;
}

/** The element of sorted values that lies a share of the way from the first to the last. */
export const quantile = <T>(sorted: readonly T[], share: number): T =>
  sorted[Math.round(share * (sorted.length - 1))];

/** Null where there are no numbers. */
export function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return {
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    low: quantile(sorted, 0.05),
    median: quantile(sorted, 0.5),
    high: quantile(sorted, 0.95),
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

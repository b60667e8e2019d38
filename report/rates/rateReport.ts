import type { RatePoint } from '../../pipeline/train/lrFind.ts';

/** A search for a learning rate, and what came of it. */
export interface RateReport {
  readonly model: string;
  readonly source: string;
  readonly optimizer: string;
  readonly batch: number;
  readonly points: readonly RatePoint[];
  readonly proposed: number;
}

/** A learning rate as one types it: 0.0034, 1.2e-5. */
export const rateName = (rate: number): string =>
  rate < 1e-3 ? Number(rate.toPrecision(2)).toExponential() : Number(rate.toPrecision(2)).toString();

/** Some of the points from the first to the last, the one with the proposed rate among them. */
export function somePoints({ points, proposed }: RateReport, most: number): RatePoint[] {
  const at = points.findIndex(({ rate }) => rate === proposed);
  const shown = Math.min(most, points.length);
  const places = Array.from({ length: shown }, (_, i) =>
    Math.round((i * (points.length - 1)) / Math.max(1, shown - 1)),
  );
  return [...new Set([...places, ...(at < 0 ? [] : [at])])].sort((a, b) => a - b).map((i) => points[i]);
}

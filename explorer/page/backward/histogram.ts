/** How often numbers lie where, between −most and most. */
export interface Histogram {
  readonly most: number;
  readonly counts: readonly number[];
}

/** What is no number is left out. @param bins an odd number of them has one around 0 */
export function histogramOf(data: ArrayLike<number>, bins = 31): Histogram {
  let most = 0;
  for (let i = 0; i < data.length; i++)
    if (Number.isFinite(data[i])) most = Math.max(most, Math.abs(data[i]));
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < data.length; i++) if (Number.isFinite(data[i])) counts[binOf(data[i], most, bins)]++;
  return { most, counts };
}

/** Which bin a finite number lies in. */
export const binOf = (n: number, most: number, bins: number): number =>
  most === 0 ? (bins - 1) / 2 : Math.min(bins - 1, Math.floor(((n + most) / (2 * most)) * bins));

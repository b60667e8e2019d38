/** The value at which half of all weight is reached, in order of size; 0 where there are none. */
export function weightedMedian<T>(
  items: readonly T[],
  sizeOf: (item: T) => number,
  weightOf: (item: T) => number,
): number {
  const sorted = items.map((item) => ({ value: sizeOf(item), weight: weightOf(item) }));
  sorted.sort((a, b) => a.value - b.value);
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let sum = 0;
  for (const { value, weight } of sorted) {
    sum += weight;
    if (sum >= half) return value;
  }
  return 0;
}

/** The middle value, the lower of two; 0 of none. */
export const medianOf = (values: readonly number[]): number =>
  weightedMedian(
    values,
    (value) => value,
    () => 1,
  );

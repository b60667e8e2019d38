/**
 * How many pictures each group shows, so that all groups show some before any shows more, and together no more than a page
 * can hold.
 *
 * @param counts how many there are in each group
 * @param all the most in all
 * @param each the most of one group
 */
export function allot(counts: readonly number[], all: number, each: number): number[] {
  const shown = counts.map(() => 0);
  let left = all;
  for (let round = 0; round < each && left > 0; round++) {
    let isDone = true;
    for (let i = 0; i < counts.length && left > 0; i++) {
      if (counts[i] <= round) continue;
      shown[i]++;
      left--;
      isDone = false;
    }
    if (isDone) break;
  }
  return shown;
}

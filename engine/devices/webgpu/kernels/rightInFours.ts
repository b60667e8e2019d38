import type { Contraction } from './contractionSpec.ts';

/**
 * The same contraction with b read in fours, where four columns or four steps of it lie side by side: with one address, and one
 * comparison with the end, for four elements. Where a tile has few rows that is most of what is left beside multiplying.
 */
export function rightInFours(c: Contraction): Contraction {
  const { a, b, columnAxes, sum, batch } = c;
  if (c.inner ?? c.images ?? c.block ?? c.end?.pool) return c;
  // Of a sum without steps b may be empty, and is then no array of fours.
  if (sum.includes(0)) return c;
  const [n, i, column] = b.columns;
  const [k0, k1, step] = b.sum;
  const isWhole = (places: readonly number[]) => places.every((place) => place % 4 === 0);
  if (!isWhole([n, i, k0, k1, b.start ?? 0, ...(batch?.b ?? [])])) return c;
  if (column === 1 && isWhole([columnAxes[1], step])) return { ...c, fours: 'columns' };
  if (step !== 1 || !isWhole([sum[2], column])) return c;
  return {
    ...c,
    fours: 'steps',
    inner: a.sum[2],
    sum: [sum[0], sum[1], sum[2] / 4],
    a: { ...a, sum: [a.sum[0], a.sum[1], 4 * a.sum[2]] },
    b: { ...b, sum: [k0, k1, 4] },
  };
}

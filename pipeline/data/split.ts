import { Random } from '../../engine/random.ts';
import { PipelineError } from '../faults.ts';
import { LIMIT_STREAM, SPLIT_STREAM } from './streams.ts';

/**
 * Parts a data set at random so that every part has each class in the same proportion.
 *
 * Each class is shuffled by a random stream of its own and its members are dealt out by the method of the
 * largest remainder (Hamilton); a part that would get none takes one from the part with the most, as long as
 * the class has a member for each part.
 *
 * @param labels class indices ≥ 0
 * @param fractions share of each part, each > 0, with sum 1
 * @param seed any safe integer ≥ 0; the same seed gives the same split
 * @returns the positions that belong to each part, ascending; together they are 0 … labels.length−1
 * @throws InkgradError where the fractions are not shares of 1
 */
export function stratifiedSplit(
  labels: Int32Array,
  fractions: readonly number[],
  seed: number,
): Int32Array[] {
  const sum = fractions.reduce((total, fraction) => total + fraction, 0);
  if (fractions.some((fraction) => !(fraction > 0)) || Math.abs(sum - 1) > 1e-9) {
    throw new PipelineError(
      `split ${fractions.join(', ')}: shares must be above 0 and add up to 1`,
      'invalid-setting',
    );
  }

  const parts: number[][] = fractions.map(() => []);
  for (const [label, members] of membersByClass(labels)) {
    const order = new Random(seed, SPLIT_STREAM, label).permutation(members.length);
    let next = 0;
    deal(members.length, fractions).forEach((quota, part) => {
      for (const at of order.subarray(next, next + quota)) parts[part].push(members[at]);
      next += quota;
    });
  }
  return parts.map((part) => Int32Array.from(part).sort());
}

function membersByClass(labels: Int32Array): Map<number, number[]> {
  const members = new Map<number, number[]>();
  labels.forEach((label, i) => {
    const list = members.get(label);
    if (list) list.push(i);
    else members.set(label, [i]);
  });
  return members;
}

/** Whole numbers with sum `members`, as near to the shares as can be. */
function deal(members: number, fractions: readonly number[]): number[] {
  const shares = fractions.map((fraction) => fraction * members);
  const quotas = shares.map(Math.floor);
  const left = members - quotas.reduce((total, quota) => total + quota, 0);
  const byRemainder = shares
    .map((share, part) => ({ part, remainder: share - quotas[part] }))
    .sort((a, b) => b.remainder - a.remainder || a.part - b.part);
  for (const { part } of byRemainder.slice(0, left)) quotas[part]++;

  if (members >= fractions.length) {
    while (quotas.includes(0)) {
      quotas[quotas.indexOf(Math.max(...quotas))]--;
      quotas[quotas.indexOf(0)]++;
    }
  }
  return quotas;
}

/** All of `count` positions in the order in which `sample` draws them: any fewer are the first of these. */
export const drawingOrder = (count: number, seed: number): Int32Array =>
  new Random(seed, LIMIT_STREAM).permutation(count);

/**
 * Draws `limit` of `count` positions at random, ascending: the first ones of a folder would all be of one class.
 *
 * @param seed any safe integer ≥ 0; the same seed draws the same ones
 */
export const sample = (count: number, limit: number, seed: number): Int32Array =>
  drawingOrder(count, seed).subarray(0, limit).sort();

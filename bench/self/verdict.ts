import { median } from '../timing.ts';

/** How the times of two builds compare. */
export interface Comparison {
  /** How many times as fast the new build is. */
  readonly ratio: number;
  /** How far two processes of one build were apart, as a share: no smaller difference means anything. */
  readonly noise: number;
  readonly verdict: 'faster' | 'same' | 'slower';
}

/** Four processes may happen to agree: of equal builds one in ten differed by 1 to 2 % then. */
const LEAST = 0.02;

/**
 * Compares two builds by the times of their processes, old beside old as the control: the medians of both must be further
 * apart than any two processes of one build. Of equal builds with four processes each that calls one in 150 slower, and
 * finds two of three that are slower by three times the deviation of a process.
 *
 * @param older milliseconds a step, for each process one in each round; rounds of all processes lie side by side, and what
 *   slowed a whole round down is taken out of it
 */
export function compareTimes(
  older: readonly (readonly number[])[],
  newer: readonly (readonly number[])[],
): Comparison {
  const all = [...older, ...newer].map((rounds) => rounds.map(Math.log));
  const levels = all[0].map((_, round) => median(all.map((rounds) => rounds[round])));
  const own = all.map((rounds) => median(rounds.map((value, round) => value - levels[round])));
  const [a, b] = [own.slice(0, older.length), own.slice(older.length)];
  const noise = Math.max(Math.log(1 + LEAST), spread(a), spread(b));
  const gain = median(a) - median(b);
  return {
    ratio: Math.exp(gain),
    noise: Math.expm1(noise),
    verdict: Math.abs(gain) <= noise ? 'same' : gain > 0 ? 'faster' : 'slower',
  };
}

const spread = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);

import { digits } from '../../explain/written.ts';
import type { Check } from '../../lab/check.ts';

/** Steps in a power of ten, and the powers. */
export const PER_TEN = 4;
const [LARGEST, SMALLEST] = [-1, -7];

/** How far a weight is nudged: from 0.1 down to 1e−7. */
export const hs: readonly number[] = Array.from(
  { length: (LARGEST - SMALLEST) * PER_TEN + 1 },
  (_, i) => 10 ** (LARGEST - i / PER_TEN),
);

/** A weight, checked on the device that is open, and in float64 once that has come. */
export interface Both {
  readonly float32: Check;
  readonly float64: Check | null;
}

/** What is between the quotient and the gradient, by h. */
export const errorsOf = ({ nudges, gradient }: Check): number[] =>
  nudges.map(({ quotient }) => Math.abs(quotient - gradient));

/** As many digits as a double has. */
const ALL = 15;

/** In how many digits two numbers agree; 0 where they do not. */
export function agreement(a: number, b: number): number {
  if (a === b) return ALL;
  const error = Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));
  return Math.max(0, Math.min(ALL, Math.floor(-Math.log10(error)) || 0));
}

const digitsAt = ({ nudges, gradient }: Check, at: number): number =>
  agreement(nudges[at].quotient, gradient);

/** So many digits that agree need no excuse. */
const ENOUGH = 4;

/** Whether the two agree, and where they do not, why. */
export function verdictOf({ float32, float64 }: Both, at: number): string {
  if (!Number.isFinite(float32.gradient))
    return 'The gradient is no number any more: there is nothing to compare.';
  const same = digitsAt(float32, at);
  const count = same === 1 ? 'one digit' : same === ALL ? 'all digits' : `${same} digits`;
  const verdict = same === 0 ? 'They do not agree at this h.' : `They agree in ${count}.`;
  if (same >= ENOUGH || float64 === null) return verdict;
  const precise = digitsAt(float64, at);
  return precise > same + 1
    ? `${verdict} It is rounding: float64 agrees in ${precise}.`
    : `${verdict} It is no rounding: within so large an h the loss bends, or a ReLU or a maximum changes sides.`;
}

/** The h at which a check is best, in words. */
export function summaryOf(check: Check): string {
  const errors = errorsOf(check);
  const best = errors.indexOf(Math.min(...errors));
  if (best < 0) return 'There is no error to show.';
  return `The error is least at h = ${digits(hs[best])}: ${digits(errors[best])}. At h = ${digits(hs.at(-1)!)} it is ${digits(errors.at(-1)!)}.`;
}

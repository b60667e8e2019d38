import { effect, signal } from '@preact/signals';
import type { Check } from '../../lab/check.ts';
import { lab } from '../state/lab.ts';
import { attempt, device, network, seen } from '../state/session.ts';
import { tape } from '../state/tape.ts';
import { followed } from './position.ts';

/** Steps in a power of ten, and the powers. */
const PER_TEN = 4;
const [LARGEST, SMALLEST] = [-1, -7];

/** How far a weight is nudged: from 0.1 down to 1e−7. */
export const hs: readonly number[] = Array.from(
  { length: (LARGEST - SMALLEST) * PER_TEN + 1 },
  (_, i) => 10 ** (LARGEST - i / PER_TEN),
);

/** Operations for one image up to which it is computed in float64 too: plain arrays take a second for the sweep then. */
const SMALL = 4e6;

/** Whether gradients are checked: once it is opened, each weight that is followed is. */
export const isChecking = signal(false);
/** Which h is shown: 0.001 at first. */
export const chosen = signal(2 * PER_TEN);

/** The weight that is followed, checked: on the device that is open, and in float64; null until that has come. */
export const checks = signal<{ readonly float32: Check | null; readonly float64: Check | null }>({
  float32: null,
  float64: null,
});

/** Whether the network is small enough to be computed in double precision beside. */
export const isSmall = (): boolean =>
  (network.value?.layers ?? []).reduce((sum, { flops }) => sum + flops, 0) <= SMALL;

/** Milliseconds for which a weight is followed before it is checked: walking over a map checks none on the way. */
const PAUSE = 120;
let asked = 0;
let waiting: ReturnType<typeof setTimeout> | undefined;

// A new tape, weight or device: what was found of the one before says nothing of it.
effect(() => {
  const weight = followed.value;
  const recorded = tape.value;
  const wanted = isChecking.value;
  void device.value;
  const mine = ++asked;
  clearTimeout(waiting);
  checks.value = { float32: null, float64: null };
  if (!wanted || weight === null || recorded === null) return;
  const { name } = weight.parameter;
  waiting = setTimeout(() => {
    void attempt('check', async () => {
      const { image } = seen.peek()!;
      for (const floatType of ['float32', ...(isSmall() ? (['float64'] as const) : [])] as const) {
        const check = await lab.nudged(image, recorded.label, { name, index: weight.index }, hs, floatType);
        if (mine !== asked) return;
        checks.value = { ...checks.peek(), [floatType]: check };
      }
    });
  }, PAUSE);
});

/** What is between the quotient and the gradient, by h. */
export const errorsOf = ({ nudges, gradient }: Check): number[] =>
  nudges.map(({ quotient }) => Math.abs(quotient - gradient));

/** In how many digits two numbers agree; 0 where they do not. */
export function agreement(a: number, b: number): number {
  const error = Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));
  return a === b ? 15 : Math.max(0, Math.min(15, Math.floor(-Math.log10(error))));
}

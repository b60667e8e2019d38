import { effect, signal } from '@preact/signals';
import { lab } from '../state/lab.ts';
import { attempt, device, network, seen } from '../state/session.ts';
import { tape } from '../state/tape.ts';
import { type Both, hs, PER_TEN } from './errors.ts';
import { followed } from './position.ts';

/** Operations for one image up to which it is computed in float64 too: plain arrays take a second for the sweep then. */
const SMALL = 4e6;

/** Whether gradients are checked: once it is opened, each weight that is followed is. */
export const isChecking = signal(false);
/** Which h is shown: 0.001 at first. */
export const chosen = signal(2 * PER_TEN);

/** How many parts of the page show it: it is done only for them. */
export const watchers = signal(0);

/** The weight that is followed, checked; null until that has come. */
export const checked = signal<Both | null>(null);
/** Whether that is of the weight or the step before, and another is on its way. */
export const isRunning = signal(false);

/** Whether the network is small enough to be computed in double precision beside. */
export const isSmall = (): boolean =>
  (network.value?.layers ?? []).reduce((sum, { flops }) => sum + flops, 0) <= SMALL;

/** Milliseconds for which a weight is followed before it is checked: walking over a map checks none on the way. */
const PAUSE = 120;
let asked = 0;
let waiting: ReturnType<typeof setTimeout> | undefined;

// A new tape, weight or device is checked anew.
effect(() => {
  const weight = followed.value;
  const recorded = tape.value;
  const wanted = isChecking.value && watchers.value > 0;
  void device.value;
  const mine = ++asked;
  clearTimeout(waiting);
  if (!wanted || weight === null || recorded === null) {
    checked.value = null;
    return;
  }
  isRunning.value = true;
  const { name } = weight.parameter;
  waiting = setTimeout(() => {
    void attempt('check', async () => {
      const { image } = seen.peek()!;
      const run = (floatType: 'float32' | 'float64') =>
        lab.nudged(image, recorded.label, { name, index: weight.index }, hs, floatType);
      const float32 = await run('float32');
      if (mine !== asked) return;
      checked.value = { float32, float64: null };
      isRunning.value = false;
      if (!isSmall()) return;
      const float64 = await run('float64');
      if (mine === asked) checked.value = { float32, float64 };
    }).then(() => {
      if (mine === asked) isRunning.value = false;
    });
  }, PAUSE);
});

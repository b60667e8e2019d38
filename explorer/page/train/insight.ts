import { effect, signal } from '@preact/signals';
import type { Insight } from '../../lab/train/insight.ts';
import { attempt, network } from '../state/session.ts';
import { begun, steps, training } from '../state/training.ts';

/** Weights and gradients as they are now; null until they were looked at. */
export const insight = signal<Insight | null>(null);

/** How many open parts of the page show them: they are looked at only for these. */
export const watchers = signal(0);

/** Milliseconds from one look to the next, at the least; a look that takes long is had less often. */
const PAUSE = 400;
let isBusy = false;
let again = false;

async function look(): Promise<void> {
  if (isBusy) {
    again = true;
    return;
  }
  isBusy = true;
  const start = performance.now();
  await attempt('insight', async () => {
    insight.value = await training.insight();
  });
  const took = performance.now() - start;
  setTimeout(
    () => {
      isBusy = false;
      if (!again) return;
      again = false;
      void look();
    },
    Math.max(PAUSE, 4 * took),
  );
}

effect(() => {
  void steps.value;
  void begun.value;
  if (watchers.value > 0 && network.value !== null) void look();
});

import type { Plan, PlanRow } from '../../engine/devices/plan.ts';
import type { Dataset } from '../data/dataset.ts';
import { count } from '../data/dataset.ts';
import type { Rig } from './rig.ts';
import type { Settings } from './settings.ts';
import { Trainer } from './trainer.ts';

/** Steps before the one that is timed, at least: by then everything is compiled and warm. */
const WARM = 4;

/**
 * Times each launch of one training step, after some others. It trains: restore the rig afterwards.
 *
 * @returns the launches, and their times where the device has timestamps; null where a device notes none
 */
export async function profileStep(
  rig: Rig,
  train: Dataset,
  settings: Settings,
): Promise<{ readonly plan: Plan; readonly timed: readonly PlanRow[] | null } | null> {
  const trainer = new Trainer(rig, train, settings);
  try {
    let done = 0;
    for await (const { records } of trainer.epoch(1)) {
      done += records.length;
      if (done >= WARM) break;
    }
    const step = await trainer.step(Math.min(settings.batch, count(train)));
    return step.plan && { plan: step.plan, timed: await step.runTimed() };
  } finally {
    trainer.dispose();
  }
}

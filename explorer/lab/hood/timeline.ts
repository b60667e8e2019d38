import { type Ceiling, measureCeiling } from '../../../bench/ceiling.ts';
import type { Plan, PlanRow } from '../../../engine/devices/plan.ts';
import { Random } from '../../../engine/random.ts';
import type { Dataset } from '../../../pipeline/data/dataset.ts';
import { formOf } from '../../../pipeline/image/image.ts';
import { profileStep } from '../../../pipeline/train/profile.ts';
import type { Network } from '../network.ts';

/** A captured training step: what it launches, how long each took, and what the machine could do. */
export interface Timeline {
  readonly batch: number;
  readonly plan: Plan;
  /** the launches with their times; null where the device has no clock for them */
  readonly timed: readonly PlanRow[] | null;
  readonly ceiling: Ceiling;
}

/** Batches of noise that are trained on: a few to warm up, and one that is timed. */
const BATCHES = 8;

/** @returns null on a device that notes no launches, `cpu` */
export async function timeline({ rig, plan, device }: Network): Promise<Timeline | null> {
  const { batch } = plan.settings;
  const random = new Random(1);
  const images = BATCHES * batch;
  const noise: Dataset = {
    ...{ name: 'noise', classes: plan.classes, ...formOf(plan.recipe) },
    images: Uint8Array.from({ length: images * plan.model.input.reduce((a, b) => a * b) }, () =>
      random.integer(256),
    ),
    labels: Int32Array.from({ length: images }, () => random.integer(plan.classes.length)),
  };
  const before = await rig.snapshot();
  try {
    const profile = await profileStep(rig, noise, plan.settings);
    return profile && { batch, ...profile, ceiling: await measureCeiling(device) };
  } finally {
    rig.restore(before);
  }
}

import type { Plan, PlanRow } from '../../../engine/devices/plan.ts';
import { WebGpuDevice } from '../../../engine/devices/webgpu/device.ts';
import { tune } from '../../../engine/devices/webgpu/tuner.ts';
import type { Dataset } from '../../data/dataset.ts';
import { profileStep } from '../../train/profile.ts';
import type { Rig } from '../../train/rig.ts';
import type { Settings } from '../../train/settings.ts';
import { Trainer } from '../../train/trainer.ts';
import { keepTilings } from '../devices/tuning.ts';

/** Steps from which on measuring tilings costs less than it brings. */
const WORTH_TUNING = 300;

export type LookEvent =
  | { readonly kind: 'tune' }
  | { readonly kind: 'profile'; readonly plan: Plan; readonly timed: readonly PlanRow[] | null };

/** What is wanted before the first step. */
export interface LookOptions {
  readonly settings: Settings;
  /** Measures tilings, when the run is long enough to gain by it. */
  readonly tunes: boolean;
  readonly profiles: boolean;
  /** Steps of the run. */
  readonly total: number;
}

/**
 * What comes before the first step: measures the tilings that are not known for the adapter when the run is long
 * enough, and times one step where that is wanted. Both train, so the rig is restored by what follows.
 */
export async function* look(
  rig: Rig,
  train: Dataset,
  { settings, tunes, profiles, total }: LookOptions,
): AsyncGenerator<LookEvent, void> {
  const { device } = rig;
  if (tunes && device instanceof WebGpuDevice && total >= WORTH_TUNING) {
    const trainer = new Trainer(rig, train, settings);
    let measures = false;
    const capture = () => trainer.capture();
    if ((await tune(device, capture, () => (measures = true))) > 0) keepTilings(device);
    trainer.dispose();
    if (measures) yield { kind: 'tune' };
  }
  const profile = profiles ? await profileStep(rig, train, settings) : null;
  if (profile !== null) yield { kind: 'profile', ...profile };
}

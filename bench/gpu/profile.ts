/** Where the time of a training step goes. */

import type { PlanRow } from '../../engine/devices/plan.ts';
import { tune } from '../../engine/devices/webgpu/tuner.ts';
import type { DeviceProfile } from '../../pipeline/node/devices/deviceNames.ts';
import { profileNames } from '../../pipeline/node/devices/deviceNames.ts';
import type { Part } from './part.ts';
import { oneLine } from './part.ts';
import { TrainingStep } from './trainingStep.ts';

export interface Profile {
  readonly profile: DeviceProfile;
  readonly model: string;
  readonly batch: number;
  /** A step as it is run in training, by the clock. */
  readonly stepMs: number;
  /** The mean over so many steps, each launch between two timestamps. */
  readonly runs: number;
  /** In the order of the step. */
  readonly rows: readonly (PlanRow & { readonly milliseconds: number })[];
}

export interface ProfileData {
  readonly profiles: Profile[];
}

/** Runs of a profile, and seconds after which there are no more. Timestamps may be rounded: many runs even that out. */
const RUNS = 100;
const SOFTWARE_RUNS = 3;
const SECONDS = 4;

export const profilePart: Part<ProfileData> = async (context, data) => {
  const { deep: model, largeBatch: batch } = context.settings;
  for (const profile of [...profileNames].reverse()) {
    if (context.left() < 0) {
      context.lacks(`${profile}: the time was over`);
      continue;
    }
    context.say(`${model}, batch ${batch}, ${profile}`);
    try {
      const training = new TrainingStep(await context.host.device(profile), model, batch);
      await tune(training.device, training.capture);
      await training.time(2);
      const most = training.device.isSoftware ? SOFTWARE_RUNS : RUNS;
      const stepMs = (await training.time(most)) / most;
      const step = await training.step();
      const sums: number[] = [];
      const start = performance.now();
      let runs = 0;
      for (; runs < most && performance.now() - start < SECONDS * 1000; runs++) {
        const rows = await step.runTimed();
        if (rows === null) throw new Error('the device has no timestamps');
        rows.forEach(({ milliseconds = 0 }, i) => {
          sums[i] = (sums[i] ?? 0) + milliseconds;
        });
      }
      const rows = (step.plan?.rows ?? []).map((row, i) => ({ ...row, milliseconds: sums[i] / runs }));
      data.profiles.push({ profile, model, batch, stepMs, runs, rows });
    } catch (error) {
      context.lacks(`${profile}: ${oneLine(error)}`);
      context.host.drop(profile);
    }
  }
};

/** What the machine is, and which tilings the tuner takes for the training steps. */
import { tune } from '../../engine/devices/webgpu/tuner.ts';
import type { DeviceProfile } from '../../pipeline/node/devices/deviceNames.ts';
import { profileNames } from '../../pipeline/node/devices/deviceNames.ts';
import type { Part } from './part.ts';
import { ceilingOf } from './part.ts';
import type { Torch } from './python.ts';
import { TrainingStep } from './trainingStep.ts';

export interface Choice {
  readonly model: string;
  readonly batch: number;
  readonly op: string;
  readonly shapes: string;
  /** The tiling, and into how many parts sums are split. */
  readonly notes: Partial<Record<DeviceProfile, string>>;
}

export interface AdapterData {
  features: readonly string[];
  limits: Readonly<Record<string, number>>;
  lanes: number;
  /** False when timestamps are rounded to 2¹⁶ ns, which tells short kernels apart no more. */
  exactTimestamps: boolean | null;
  torch: Torch | string | null;
  readonly choices: Choice[];
  /** How long the tuner took for each step, with what it compiled. */
  readonly tuning: { model: string; batch: number; profile: DeviceProfile; found: number; seconds: number }[];
}

export const noAdapterData = (): AdapterData => ({
  features: [],
  limits: {},
  lanes: 0,
  exactTimestamps: null,
  torch: null,
  choices: [],
  tuning: [],
});

/** Dawn's quantum, in nanoseconds. */
const QUANTUM = 65536;

export const adapterPart: Part<AdapterData> = async (context, data) => {
  const { host, settings } = context;
  const device = await host.device('fast');
  data.features = [...device.adapterFeatures].sort();
  const { limits } = device.gpu;
  const names = Object.keys(Object.getPrototypeOf(limits) ?? {}) as (keyof GPUSupportedLimits)[];
  data.limits = Object.fromEntries(
    names.filter((name) => typeof limits[name] === 'number').map((name) => [name, limits[name] as number]),
  );
  data.lanes = device.traits.lanes;
  context.say('multiply-adds and copies');
  await ceilingOf(context);
  for (const model of settings.models) {
    for (const batch of settings.batches) {
      const rows = new Map<string, Choice>();
      for (const profile of profileNames) {
        if (context.left() < 0) {
          context.lacks(`choices for ${model} ${batch} ${profile}: the time was over`);
          continue;
        }
        context.say(`tuning ${model}, batch ${batch}, ${profile}`);
        const start = performance.now();
        const training = new TrainingStep(await host.device(profile), model, batch);
        const found = await tune(training.device, training.capture);
        data.tuning.push({ model, batch, profile, found, seconds: (performance.now() - start) / 1000 });
        const step = await training.step();
        for (const { op, shapes, note, key } of step.plan?.rows ?? []) {
          if (key === undefined || note === 'sum of the splits') continue;
          const row = rows.get(`${op} ${shapes}`) ?? { model, batch, op, shapes, notes: {} };
          row.notes[profile] = note;
          rows.set(`${op} ${shapes}`, row);
        }
        const timed = await step.runTimed();
        const times = timed?.map(({ milliseconds = 0 }) => Math.round(milliseconds * 1e6)) ?? [];
        if (timed !== null) data.exactTimestamps = times.some((ns) => ns % QUANTUM !== 0);
      }
      data.choices.push(...rows.values());
    }
  }
  data.torch = await context.torch;
};

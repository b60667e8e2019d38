/** Everything that is worth knowing of a GPU and that a few minutes tell. */
import { InkgradError } from '../../engine/errors.ts';
import { profileNames } from '../../pipeline/node/devices/deviceNames.ts';
import type { Machine } from '../../report/machine.ts';
import { describeMachine } from '../../report/machine.ts';
import type { AccuracyData } from './accuracy.ts';
import { accuracyPart } from './accuracy.ts';
import type { AdapterData } from './adapter.ts';
import { adapterPart, noAdapterData } from './adapter.ts';
import type { ConvsData } from './convs.ts';
import { convsPart } from './convs.ts';
import type { Tuned } from './host.ts';
import { Host, openGpu } from './host.ts';
import type { Part, PartReport, Shared } from './part.ts';
import { attempt } from './part.ts';
import type { ProductsData } from './products.ts';
import { productsPart } from './products.ts';
import type { ProfileData } from './profile.ts';
import { profilePart } from './profile.ts';
import { findTorch } from './python.ts';
import type { GpuSettings, PartName } from './settings.ts';
import { full, partNames, tiny } from './settings.ts';
import type { TrainingData } from './training.ts';
import { trainingPart } from './training.ts';

export interface Data {
  readonly adapter: AdapterData;
  readonly products: ProductsData;
  readonly convs: ConvsData;
  readonly training: TrainingData;
  readonly accuracy: AccuracyData;
  readonly profile: ProfileData;
}

export interface GpuReport {
  readonly machine: Machine;
  readonly adapter: string;
  readonly software: boolean;
  /** The peak of its data sheet, in TFLOP/s of float32. */
  readonly peakTflops: number | null;
  /** What it did at best; null as long as nobody measured that. */
  readonly ceiling: { readonly tflops: number; readonly gbs: number } | null;
  readonly settings: GpuSettings;
  readonly seconds: number;
  readonly parts: { readonly [Name in PartName]: PartReport<Data[Name]> };
}

export interface GpuBench {
  /** Any adapter will do; on a software one everything is tiny. */
  readonly anyAdapter: boolean;
  /** By default that of the adapter, where it is known. */
  readonly peakTflops?: number | undefined;
  /** Takes the place of the settings that the adapter would get. */
  readonly settings?: Partial<GpuSettings> | undefined;
  say?(text: string): void;
  /** Gets what there is after every part, and now and then in between. */
  save?(report: GpuReport): void;
}

/** Gives the peak of those that are known. */
const nominal = (adapter: string): number | null => (/\bH[12]00\b/.test(adapter) ? 67 : null);

const WAITING = { status: 'waiting', reasons: [], seconds: 0 } as const;

/** Seconds between two times that unfinished parts are saved. */
const SAVE_S = 5;

const parts: { readonly [Name in PartName]: Part<Data[Name]> } = {
  adapter: adapterPart,
  products: productsPart,
  convs: convsPart,
  training: trainingPart,
  accuracy: accuracyPart,
  profile: profilePart,
};

/**
 * Measures part after part. One that fails, or takes too long, says so in the report and leaves the others alone.
 *
 * @returns the report, and whether something that was given up still goes on
 * @throws InkgradError where there is no adapter to measure
 */
export async function benchGpu(bench: GpuBench): Promise<{ report: GpuReport; hangs: boolean }> {
  const { anyAdapter } = bench;
  const device = await openGpu('checked', anyAdapter);
  if (device === null) {
    throw new InkgradError(
      `bench gpu: no ${anyAdapter ? 'WebGPU' : 'hardware'} adapter here; ` +
        `install a Vulkan driver${anyAdapter ? '' : ', or try it on a software adapter with --any-adapter'}`,
    );
  }
  const { adapter, isSoftware: software } = device;
  device.close();
  const settings = { ...(software ? tiny : full), ...bench.settings };
  const data: Data = {
    adapter: noAdapterData(),
    products: { products: [] },
    convs: { convs: [], torch: [] },
    training: { rows: [] },
    accuracy: { warmUps: [], runs: [] },
    profile: { profiles: [] },
  };
  const shared: Shared = { ceiling: null };
  const ends = new Map<PartName, Omit<PartReport<unknown>, 'data'>>();
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  const machine = describeMachine();
  const peakTflops = bench.peakTflops ?? nominal(adapter);
  const report = (): GpuReport => ({
    ...{ machine, adapter, software, peakTflops, settings, seconds: seconds() },
    ceiling: shared.ceiling && { tflops: shared.ceiling.flops / 1e12, gbs: shared.ceiling.bytes / 1e9 },
    parts: Object.fromEntries(
      partNames.map((name) => [name, { ...(ends.get(name) ?? WAITING), data: data[name] }]),
    ) as unknown as GpuReport['parts'],
  });
  const tuned = Object.fromEntries(profileNames.map((name) => [name, new Map()])) as unknown as Tuned;
  const torch = findTorch(settings.torch);
  let saved = 0;
  const save = () => {
    saved = seconds();
    bench.save?.(report());
  };
  // Nothing is in it yet: whether it can be saved is better known before anything is measured.
  save();
  let hangs = false;
  for (const name of partNames) {
    if (!settings.parts.includes(name)) {
      ends.set(name, { status: 'skipped', reasons: ['not asked for'], seconds: 0 });
      continue;
    }
    ends.set(name, { ...WAITING, status: 'running' });
    const say = (text: string) => {
      bench.say?.(`${String(Math.round(seconds())).padStart(3)} s  ${name}: ${text}`);
      if (seconds() - saved > SAVE_S) save();
    };
    const context = { settings, shared, torch, say, host: new Host(anyAdapter, tuned) };
    const budget = Math.min(settings.budgets[name], settings.seconds - seconds());
    const { hangs: goesOn, ...ended } = await attempt(
      parts[name] as Part<unknown>,
      data[name],
      context,
      budget,
    );
    hangs ||= goesOn;
    ends.set(name, ended);
    for (const reason of ended.reasons) say(reason);
    save();
  }
  return { report: report(), hangs };
}

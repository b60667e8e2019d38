import type { Device } from '../../engine/device.ts';
import type { Shape } from '../../engine/shape.ts';
import type { Machine } from '../../report/machine.ts';
import { describeMachine } from '../../report/machine.ts';
import type { Ceiling } from '../ceiling.ts';
import { leastTime, measureCeiling } from '../ceiling.ts';
import type { Missing } from '../devices.ts';
import { BASE } from '../devices.ts';
import type { Case } from './case.ts';
import type { Measured, Skipped } from './measure.ts';
import { Contender, measure } from './measure.ts';

/** What is known of a case before anything is measured. */
interface About {
  readonly case: string;
  readonly group: string;
  /** `64×1×28×28 · 8×1×5×5 · 8 → 64×8×28×28`. */
  readonly shapes: string;
  readonly flops: number;
  readonly bytes: number;
}

/** One case on one device. */
export type Row = About &
  (
    | Skipped
    | (Measured & {
        readonly gflops: number;
        /** Compulsory bytes, in 10⁹ per second. */
        readonly gbs: number;
        /** What bounds it at best: the multiply-adds of the device, or its memory. */
        readonly bound: 'compute' | 'memory';
        /** The least time by the ceiling over the time it took: 1 is as fast as the device can be. */
        readonly share: number;
        /** Times faster than the CPU device; null where that has no number. */
        readonly speedup: number | null;
      })
  );

export type MeasuredRow = Exclude<Row, Skipped>;
export const isMeasured = (row: Row): row is MeasuredRow => 'ms' in row;

export interface KernelReport {
  readonly machine: Machine;
  readonly settings: KernelSettings;
  readonly devices: readonly {
    readonly device: Device['kind'];
    readonly adapter: string;
    readonly ceiling: { readonly gflops: number; readonly gbs: number };
  }[];
  readonly missing: readonly Missing[];
  readonly rows: readonly Row[];
  /** How long all of it took. */
  readonly seconds: number;
}

export interface KernelSettings {
  /** A launch that takes longer is left out. */
  readonly limitMs: number;
  /** No case is begun after so many seconds. */
  readonly seconds: number;
}

export interface KernelBench extends KernelSettings {
  readonly cases: readonly Case[];
  readonly devices: readonly Device[];
  /** Devices that were wanted and are not there. */
  readonly missing: readonly Missing[];
  onProgress?(done: number, name: string): void;
}

/** Measures every case on every device. */
export async function benchKernels(bench: KernelBench): Promise<KernelReport> {
  const { cases, devices, missing, limitMs, seconds } = bench;
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  const contenders: Contender[] = [];
  for (const device of devices) contenders.push(new Contender(device, await measureCeiling(device)));

  const results: (Measured | Skipped)[][] = [];
  for (const [i, kase] of cases.entries()) {
    bench.onProgress?.(i, kase.name);
    const late = { skipped: `the ${seconds} s of --seconds were over` };
    results.push(
      elapsed() < seconds
        ? await measure(kase, contenders, limitMs)
        : devices.map(({ kind }) => ({ device: kind, ...late })),
    );
  }
  bench.onProgress?.(cases.length, '');

  // Once more: whatever else the machine did in the meantime may have pressed the first ones down.
  const ceilings: Ceiling[] = [];
  for (const { device, ceiling } of contenders) {
    const again = await measureCeiling(device);
    ceilings.push({
      flops: Math.max(ceiling.flops, again.flops),
      bytes: Math.max(ceiling.bytes, again.bytes),
    });
  }
  return {
    machine: describeMachine(),
    settings: { limitMs, seconds },
    devices: devices.map(({ kind, adapter }, i) => ({
      device: kind,
      adapter,
      ceiling: { gflops: ceilings[i].flops / 1e9, gbs: ceilings[i].bytes / 1e9 },
    })),
    missing,
    rows: cases.flatMap((kase, i) => rowsOf(kase, results[i], ceilings)),
    seconds: elapsed(),
  };
}

/** The numbers of one case, in the order of its devices. */
export function rowsOf(
  kase: Case,
  results: readonly (Measured | Skipped)[],
  ceilings: readonly Ceiling[],
): Row[] {
  const { name, group, flops, bytes } = kase;
  const about = { case: name, group, shapes: shapesOf(kase), flops, bytes };
  const base = results.find(({ device }) => device === BASE);
  const baseMs = base !== undefined && 'ms' in base ? base.ms : null;
  return results.map((result, i): Row => {
    if ('skipped' in result) return { ...about, ...result };
    const { ms } = result;
    const least = leastTime(kase, ceilings[i]);
    return {
      ...about,
      ...result,
      gflops: flops / ms / 1e6,
      gbs: bytes / ms / 1e6,
      bound: least.bound,
      share: least.ms / ms,
      speedup: baseMs === null ? null : baseMs / ms,
    };
  });
}

function shapesOf({ inputs, outputs }: Case): string {
  const list = (specs: readonly { readonly shape: Shape }[]) =>
    specs.map(({ shape }) => shape.join('×')).join(' · ');
  return `${list(inputs)} → ${list(outputs)}`;
}

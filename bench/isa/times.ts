/** How long a GPU's first step of training compiles, in Dawn and in the driver. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InkgradError } from '../../engine/errors.ts';
import { askDawn } from './dump.ts';
import type { ModelName } from './kernels.ts';
import type { Module, Order, Times } from './order.ts';
import type { Gpu } from './probe.ts';
import { isContraction, stepPipelines } from './step.ts';
import { findTools } from './tools.ts';
import { idleTools, vulkanOf } from './vulkan.ts';

/** Of which the shortest counts: others only add what the machine did besides. */
const RUNS = 3;

export interface TimeRow {
  readonly model: ModelName;
  readonly gpu: Gpu;
  readonly what: 'contractions' | 'whole step' | 'with candidates';
  readonly pipelines: number;
  /** Milliseconds of the processor for one after the other, in Dawn and in the driver that it calls. */
  readonly dawn: number;
  readonly driver: number;
  /** Milliseconds of the clock for all of them at once, as a captured step compiles them. */
  readonly together: number;
}

export interface TimeOptions {
  readonly models: readonly ModelName[];
  readonly gpus: readonly Gpu[];
  readonly dumper: string;
  readonly mesa?: string | undefined;
  readonly onProgress?: (done: number, of: number) => void;
}

/** @throws InkgradError where a tool is missing, or Dawn or the driver fails */
export async function benchCompile(options: TimeOptions): Promise<TimeRow[]> {
  const { models, gpus, dumper, onProgress } = options;
  const tools = findTools(options.mesa);
  const folder = mkdtempSync(join(tmpdir(), 'inkgrad-isa-'));
  const rows: TimeRow[] = [];
  try {
    const idle = await idleTools(tools, folder);
    for (const model of models) {
      const { step, candidates } = await stepPipelines(model);
      const sets = {
        contractions: step.filter(isContraction),
        'whole step': step,
        'with candidates': [...step, ...candidates],
      };
      for (const gpu of gpus) {
        const env = vulkanOf(idle, gpu);
        const ask = (task: Order['task'], modules: readonly Module[]) =>
          askDawn(dumper, { task, guard: 'hardware', modules }, env);
        const all = sets['with candidates'];
        const each = await best(() => oneByOne(ask, all));
        for (const what of Object.keys(sets) as (keyof typeof sets)[]) {
          const modules: readonly Module[] = sets[what];
          const [together] = await best(
            async () => JSON.parse((await ask('time all', modules)).printed) as Times,
          );
          const sum = (from: Times): number =>
            modules.reduce((total, module) => total + from[all.indexOf(module)], 0);
          const driver = sum(each.slice(all.length));
          const dawn = sum(each.slice(0, all.length)) - driver;
          rows.push({ ...{ model, gpu, what, pipelines: modules.length }, ...{ dawn, driver, together } });
          onProgress?.(rows.length, models.length * gpus.length * 3);
        }
      }
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** For each module how long it takes altogether, and after them for each how long the driver does. */
async function oneByOne(
  ask: (task: Order['task'], modules: readonly Module[]) => ReturnType<typeof askDawn>,
  modules: readonly Module[],
): Promise<Times> {
  const { printed, complaint } = await ask('time each', modules);
  const driver = [...complaint.matchAll(/^driver compiled (\d+)$/gm)].map(([, took]) => Number(took) / 1000);
  // Pipelines of Dawn's own come before the first.
  if (driver.length < modules.length) {
    throw new InkgradError(`bench isa: the driver compiled ${driver.length} of ${modules.length} pipelines`);
  }
  return [...(JSON.parse(printed) as Times), ...driver.slice(-modules.length)];
}

/** The shortest of a few runs, number by number. */
async function best(run: () => Promise<Times>): Promise<Times> {
  let least = await run();
  for (let i = 1; i < RUNS; i++) {
    const times = await run();
    least = least.map((time, at) => Math.min(time, times[at]));
  }
  return least;
}

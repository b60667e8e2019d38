/** Has every kernel compiled for every GPU, as browsers run it and without their guards. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { InkgradError } from '../../engine/errors.ts';
import type { DeviceProfile } from '../../pipeline/node/devices/deviceNames.ts';
import type { Compiled } from './compiled.ts';
import { compiledFrom } from './compiled.ts';
import type { SpirvText } from './dump.ts';
import { dump } from './dump.ts';
import type { Kernel } from './kernels.ts';
import type { Module } from './order.ts';
import type { Gpu } from './probe.ts';
import { Probe } from './probe.ts';
import { findTools } from './tools.ts';

/** `fast` is without the guards: no index is clamped. `checked` is as browsers have it. */
const profiles = ['fast', 'checked'] as const satisfies readonly DeviceProfile[];

/** What became of a kernel, or why it did not compile. */
export type Outcome = Compiled | { readonly failed: string };

export interface IsaRow {
  readonly kernel: string;
  readonly tiling: string;
  readonly chosen: boolean;
  readonly gpu: Gpu;
  readonly fast: Outcome;
  readonly checked: Outcome;
}

export interface IsaReport {
  /** Such as `Mesa 25.0.7-2~bpo12+1`. */
  readonly driver: string;
  readonly rows: readonly IsaRow[];
}

export interface IsaOptions {
  readonly kernels: readonly Kernel[];
  readonly gpus: readonly Gpu[];
  /** The file of bench/isa/dumper.ts as it was built. */
  readonly dumper: string;
  /** The folder that Mesa was unpacked into; the system when left out. */
  readonly mesa?: string | undefined;
  /** A folder for the machine code of each kernel. */
  readonly asm?: string | undefined;
  /** Told of every kernel that was compiled. */
  readonly onProgress?: (done: number, of: number) => void;
}

/** A shader, by its number, to be compiled for a GPU. */
interface Task {
  readonly profile: (typeof profiles)[number];
  readonly i: number;
  readonly gpu: Gpu;
  readonly spirv: SpirvText;
}

/**
 * Shaders that several kernels share are compiled once.
 *
 * @throws InkgradError where a tool is missing, or Dawn or the driver fails
 */
export async function benchIsa(options: IsaOptions): Promise<IsaReport> {
  const { kernels, gpus, asm } = options;
  const tools = findTools(options.mesa);
  const shaders = [...new Map(kernels.map((kernel) => [kernel.shader, kernel])).values()];
  const modules = shaders.map(({ shader, reads, writes }, i): Module => {
    const entry = `kernel${i}`;
    return { entry, shader: shader.replace(/\bfn main\(/, `fn ${entry}(`), reads, writes };
  });
  if (asm !== undefined) mkdirSync(asm, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'inkgrad-isa-'));
  try {
    const probe = await Probe.make(tools, folder);
    const outcomes = new Map<string, Outcome>();
    const questions: Task[] = [];
    for (const profile of profiles) {
      const spirv = await dump(options.dumper, { profile, modules });
      for (const i of shaders.keys()) {
        for (const gpu of gpus) questions.push({ profile, i, gpu, spirv: spirv.get(`kernel${i}`)! });
      }
    }
    let driver = '';
    let done = 0;
    const one = async ({ profile, i, gpu, spirv }: Task) => {
      const { shader, reads, writes, name, tiling } = shaders[i];
      const question = { spirv, gpu, buffers: reads + writes, robust: profile === 'checked' };
      const printed = await attempt(() => probe.ask(`${profile}-${i}-${gpu}`, question));
      outcomes.set(key(shader, gpu, profile), typeof printed === 'string' ? compiledFrom(printed) : printed);
      if (typeof printed === 'string') {
        driver = printed.match(/^driver (.*)$/m)![1];
        const file = `${name} ${tiling} ${gpu} ${profile}`.replaceAll(/[^\w³]+/g, '-');
        if (asm !== undefined) writeFileSync(join(asm, `${file}.s`), printed);
      }
      options.onProgress?.(++done, questions.length);
    };
    await inTurns(questions, availableParallelism(), one);
    return { driver, rows: rowsOf(options, outcomes) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const key = (shader: string, gpu: Gpu, profile: DeviceProfile): string => `${gpu} ${profile} ${shader}`;

const rowsOf = ({ kernels, gpus }: IsaOptions, outcomes: ReadonlyMap<string, Outcome>): IsaRow[] =>
  kernels.flatMap(({ name, tiling, chosen, shader }) =>
    gpus.map((gpu) => {
      const [fast, checked] = profiles.map((profile) => outcomes.get(key(shader, gpu, profile))!);
      return { kernel: name, tiling, chosen, gpu, fast, checked };
    }),
  );

/** A kernel that crashes a compiler is a finding, and no end of the measurement. */
async function attempt(ask: () => Promise<string>): Promise<string | { failed: string }> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof InkgradError && /^bench isa: SIG/.test(error.message))
      return { failed: error.message };
    throw error;
  }
}

/** So many at a time. */
async function inTurns<T>(all: readonly T[], lanes: number, body: (each: T) => Promise<void>): Promise<void> {
  const left = [...all];
  const lane = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await body(next);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

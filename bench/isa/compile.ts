/** Has shaders compiled for GPUs, as browsers run them and without their guards. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { InkgradError } from '../../engine/errors.ts';
import type { DeviceProfile } from '../../pipeline/node/devices/deviceNames.ts';
import type { Compiled } from './compiled.ts';
import { compiledFrom } from './compiled.ts';
import type { SpirvText } from './dump.ts';
import { dump } from './dump.ts';
import type { Bindings, Module } from './order.ts';
import type { Gpu } from './probe.ts';
import { Probe } from './probe.ts';
import { findTools } from './tools.ts';

/** `fast` is without the guards: no index is clamped. `checked` is as browsers have it. */
export const profiles = ['fast', 'checked'] as const satisfies readonly DeviceProfile[];

/** What became of a shader, or why it did not compile. */
export type Outcome = Compiled | { readonly failed: string };

export interface Shader {
  /** What its file of machine code is called. */
  readonly name: string;
  readonly shader: string;
  readonly entry: string;
  readonly bindings: Bindings | null;
}

export interface CompileOptions {
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

export interface Outcomes {
  /** Such as `Mesa 25.0.7-2~bpo12+1`. */
  readonly driver: string;
  of(shader: Shader, gpu: Gpu, profile: DeviceProfile): Outcome;
}

/** A shader, by its number, to be compiled for a GPU. */
interface Task {
  readonly profile: (typeof profiles)[number];
  readonly i: number;
  readonly gpu: Gpu;
  readonly spirv: SpirvText;
}

/**
 * Shaders that are there several times are compiled once.
 *
 * @throws InkgradError where a tool is missing, or Dawn or the driver fails
 */
export async function compile(shaders: readonly Shader[], options: CompileOptions): Promise<Outcomes> {
  const { gpus, asm } = options;
  const tools = findTools(options.mesa);
  const apart = [...new Map(shaders.map((each) => [sourceOf(each), each])).values()];
  const modules = apart.map(({ shader, entry, bindings }, i): Module => {
    const own = `kernel${i}`;
    return { entry: own, shader: shader.replace(new RegExp(`\\bfn ${entry}\\b`), `fn ${own}`), bindings };
  });
  if (asm !== undefined) mkdirSync(asm, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'inkgrad-isa-'));
  try {
    const probe = await Probe.make(tools, folder);
    const outcomes = new Map<string, Outcome>();
    const tasks: Task[] = [];
    for (const profile of profiles) {
      const spirv = await dump(options.dumper, { profile, modules });
      for (const i of apart.keys()) {
        for (const gpu of gpus) tasks.push({ profile, i, gpu, spirv: spirv.get(`kernel${i}`)! });
      }
    }
    let driver = '';
    let done = 0;
    const one = async ({ profile, i, gpu, spirv }: Task) => {
      const question = { spirv, gpu, robust: profile === 'checked' };
      const printed = await attempt(() => probe.ask(`${profile}-${i}-${gpu}`, question));
      const outcome = typeof printed === 'string' ? compiledFrom(printed) : printed;
      outcomes.set(`${gpu} ${profile} ${sourceOf(apart[i])}`, outcome);
      if (typeof printed === 'string') {
        driver = printed.match(/^driver (.*)$/m)![1];
        const file = `${apart[i].name} ${gpu} ${profile}`.replaceAll(/[^\w³]+/g, '-');
        if (asm !== undefined) writeFileSync(join(asm, `${file}.s`), printed);
      }
      options.onProgress?.(++done, tasks.length);
    };
    await inTurns(tasks, availableParallelism(), one);
    return { driver, of: (shader, gpu, profile) => outcomes.get(`${gpu} ${profile} ${sourceOf(shader)}`)! };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const sourceOf = ({ shader, entry }: Shader): string => `${entry} ${shader}`;

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

/** Has shaders compiled for GPUs, as browsers run them and without their guards. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { InkgradError } from '../../engine/errors.ts';
import type { Compiled } from './compiled.ts';
import { compiledFrom } from './compiled.ts';
import type { SpirvText } from './dump.ts';
import { dump } from './dump.ts';
import type { Bindings, Guard, Module } from './order.ts';
import { guards } from './order.ts';
import type { Gpu } from './probe.ts';
import { Probe } from './probe.ts';
import { findTools } from './tools.ts';
import { idleTools, vulkanOf } from './vulkan.ts';

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
  of(shader: Shader, gpu: Gpu, guard: Guard): Outcome;
}

/** A shader, by its number, to be compiled for a GPU. */
interface Task {
  readonly guard: Guard;
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
    // What Dawn makes of a shader is the same for all GPUs of a vendor.
    const env = vulkanOf(await idleTools(tools, folder), gpus[0]);
    const outcomes = new Map<string, Outcome>();
    const tasks: Task[] = [];
    for (const guard of guards) {
      const spirv = await dump(options.dumper, { guard, modules }, env);
      for (const i of apart.keys()) {
        for (const gpu of gpus) tasks.push({ guard, i, gpu, spirv: spirv.get(`kernel${i}`)! });
      }
    }
    let driver = '';
    let done = 0;
    const one = async ({ guard, i, gpu, spirv }: Task) => {
      const printed = await attempt(() => probe.ask(`${guard}-${i}-${gpu}`, { spirv, gpu, guard }));
      const outcome = typeof printed === 'string' ? compiledFrom(printed) : printed;
      outcomes.set(`${gpu} ${guard} ${sourceOf(apart[i])}`, outcome);
      if (typeof printed === 'string') {
        driver = printed.match(/^driver (.*)$/m)![1];
        const file = `${apart[i].name} ${gpu} ${guard}`.replaceAll(/[^\w³]+/g, '-');
        if (asm !== undefined) writeFileSync(join(asm, `${file}.s`), printed);
      }
      options.onProgress?.(++done, tasks.length);
    };
    await inTurns(tasks, availableParallelism(), one);
    return { driver, of: (shader, gpu, guard) => outcomes.get(`${gpu} ${guard} ${sourceOf(shader)}`)! };
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

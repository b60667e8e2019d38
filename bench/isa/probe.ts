/** The program that asks RADV, and how it is called. */
import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { InkgradError } from '../../engine/errors.ts';
import { buildC } from './build.ts';
import type { SpirvText } from './dump.ts';
import type { Guard } from './order.ts';
import source from './probe.c';
import type { Tools } from './tools.ts';
import { vulkanOf } from './vulkan.ts';

const execute = promisify(execFile);
/** Before that RADV was another for RDNA 3, and figures of two versions are not to be compared. */
const MESA = 25;
const PATIENCE_MS = 120_000;

/** GPUs by the names that Mesa has for them: RDNA 3, RDNA 2 and Vega. */
export const gpus = ['navi31', 'navi21', 'vega10'] as const;
export type Gpu = (typeof gpus)[number];

/** A kernel for a driver: SPIR-V, and how that is to guard against wrong indices. */
export interface Question {
  readonly spirv: SpirvText;
  readonly guard: Guard;
  readonly gpu: Gpu;
}

/** What the probe asks of the driver for them; Dawn has the first level wherever it has any. */
const robustness = { none: '0', clamped: '1', hardware: '2' } satisfies Record<Guard, string>;

export class Probe {
  private constructor(
    readonly tools: Tools,
    readonly program: string,
    /** A folder for files in between, which the caller removes. */
    readonly folder: string,
  ) {}

  /**
   * Compiles the probe, once, into the cache of the person.
   *
   * @throws InkgradError with the first line of what the C compiler says
   */
  static async make(tools: Tools, folder: string): Promise<Probe> {
    return new Probe(tools, await buildC(tools, 'probe', source, ['-lvulkan']), folder);
  }

  /**
   * What the probe prints of a kernel; see compiledFrom.
   *
   * @param name of files in between
   * @throws InkgradError where a tool fails
   */
  async ask(name: string, { spirv, guard, gpu }: Question): Promise<string> {
    const env = vulkanOf(this.tools, gpu);
    const [assembly, binary] = ['spvasm', 'spv'].map((ending) => join(this.folder, `${name}.${ending}`));
    if (!existsSync(binary)) {
      writeFileSync(assembly, spirv.text);
      await this.#run(this.tools.assembler, ['--target-env', 'vulkan1.3', assembly, '-o', binary], env);
    }
    const words = [binary, spirv.entry, spirv.bindings, robustness[guard]];
    const printed = await this.#run(this.program, words, env);
    expectMesa(printed);
    return printed;
  }

  async #run(program: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
    try {
      const options = { env, maxBuffer: 2 ** 28, timeout: PATIENCE_MS };
      return (await execute(program, words, options)).stdout;
    } catch (error) {
      const { stderr = '', message, signal } = error as Error & { stderr?: string; signal?: string };
      const line = stderr
        .split('\n')
        .filter((each) => each.trim() !== '' && !/pci bus info/.test(each))
        .at(-1);
      throw new InkgradError(`bench isa: ${signal ?? (line ?? message.split('\n')[0]).trim()}`);
    }
  }
}

/** @throws InkgradError where the driver is none of Mesa, or an older one */
export function expectMesa(printed: string): void {
  const driver = printed.match(/^driver (.*)$/m)?.[1] ?? '';
  if (Number(driver.match(/^Mesa (\d+)/)?.[1] ?? 0) >= MESA) return;
  throw new InkgradError(
    `bench isa: the driver is ${driver || 'unknown'}; expected Mesa ${MESA} or later: install a newer mesa-vulkan-drivers ` +
      '(on Debian 12 from bookworm-backports), or unpack it into a folder and give it as --mesa',
  );
}

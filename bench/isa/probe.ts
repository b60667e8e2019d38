/** The program that asks RADV, and how it is called. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { InkgradError } from '../../engine/errors.ts';
import { cacheFolder, makeCacheFolder } from '../../pipeline/node/files/cacheFolder.ts';
import type { SpirvText } from './dump.ts';
import source from './probe.c';
import type { Tools } from './tools.ts';

const execute = promisify(execFile);
/** Before that RADV was another for RDNA 3, and figures of two versions are not to be compared. */
const MESA = 25;
const PATIENCE_MS = 120_000;

/** GPUs by the names that Mesa has for them: RDNA 3, RDNA 2 and Vega. */
export const gpus = ['navi31', 'navi21', 'vega10'] as const;
export type Gpu = (typeof gpus)[number];

/** A kernel for a driver: SPIR-V, and whether the driver is to guard against wrong indices. */
export interface Question {
  readonly spirv: SpirvText;
  readonly robust: boolean;
  readonly gpu: Gpu;
}

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
    const { compiler, headers, libraries } = tools;
    const flags = ['-O1', ...headers.map((each) => `-I${each}`), ...libraries.map((each) => `-L${each}`)];
    const key = createHash('sha256')
      .update(JSON.stringify([source, compiler, flags]))
      .digest('hex')
      .slice(0, 16);
    const program = join(cacheFolder(), 'isa', `probe-${key}`);
    if (existsSync(program)) return new Probe(tools, program, folder);
    makeCacheFolder('isa');
    const [code, unfinished] = [join(folder, 'probe.c'), join(folder, 'probe')];
    writeFileSync(code, source);
    try {
      await execute(compiler, [code, ...flags, '-lvulkan', '-o', unfinished]);
    } catch (error) {
      const { stderr = '', message } = error as Error & { stderr?: string };
      const line =
        stderr.split('\n').find((each) => /error|cannot find/.test(each)) ?? message.split('\n')[0];
      const hint = /vulkan/.test(line) ? '; install libvulkan-dev' : '';
      throw new InkgradError(`bench isa: ${compiler} cannot compile the probe: ${line.trim()}${hint}`);
    }
    // The same file system is not a given, and two may do this at once.
    const beside = `${program}.${process.pid}`;
    await execute('cp', [unfinished, beside]);
    renameSync(beside, program);
    return new Probe(tools, program, folder);
  }

  /**
   * What the probe prints of a kernel; see compiledFrom.
   *
   * @param name of files in between
   * @throws InkgradError where a tool fails
   */
  async ask(name: string, { spirv, robust, gpu }: Question): Promise<string> {
    const { assembler, driver, libraries } = this.tools;
    const [assembly, binary] = ['spvasm', 'spv'].map((ending) => join(this.folder, `${name}.${ending}`));
    const searched = [...libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':');
    const env = { ...process.env, ...(searched !== '' && { LD_LIBRARY_PATH: searched }) };
    if (!existsSync(binary)) {
      writeFileSync(assembly, spirv.text);
      await this.#run(assembler, ['--target-env', 'vulkan1.3', assembly, '-o', binary], env);
    }
    const words = [binary, spirv.entry, spirv.bindings, String(Number(robust))];
    const printed = await this.#run(this.program, words, {
      ...env,
      // The first is what newer loaders look at.
      ...{ VK_DRIVER_FILES: driver, VK_ICD_FILENAMES: driver, RADV_FORCE_FAMILY: gpu },
      // Neither on disk nor in memory: what is timed is compiled.
      ...{ MESA_SHADER_CACHE_DISABLE: '1', RADV_DEBUG: 'nocache' },
    });
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

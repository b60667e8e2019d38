/** What the driver says of a kernel that it has compiled. */
import { InkgradError } from '../../engine/errors.ts';
import type { Stretch } from './assembly.ts';
import { hottestLoop, wholeProgram } from './assembly.ts';

export interface Compiled {
  /** Vector registers of a thread, and scalar ones of a subgroup. */
  readonly vgprs: number;
  readonly sgprs: number;
  /** Registers that found no room and lie in memory. */
  readonly spills: number;
  /** Subgroups that a SIMD unit holds at once: they hide each other's waiting. */
  readonly waves: number;
  /** Threads of a subgroup. */
  readonly lanes: number;
  /** Bytes of workgroup memory. */
  readonly lds: number;
  /** Bytes of machine code. */
  readonly code: number;
  /** Microseconds of the processor that the driver took here. */
  readonly compile: number;
  /** The hottest loop; null where nothing loops. */
  readonly loop: Stretch | null;
  readonly whole: Stretch;
}

/** RADV's names, and two of the probe. */
const statistics = {
  vgprs: ['VGPRs'],
  sgprs: ['SGPRs'],
  spills: ['Spilled VGPRs', 'Spilled SGPRs'],
  waves: ['Subgroups per SIMD'],
  lanes: ['Subgroup size'],
  lds: ['LDS size'],
  code: ['Code size'],
  compile: ['Compile time'],
} satisfies Record<Exclude<keyof Compiled, 'loop' | 'whole'>, string[]>;

/**
 * Reads what the probe prints.
 *
 * @throws InkgradError where a statistic or the machine code is missing, as with another driver
 */
export function compiledFrom(printed: string): Compiled {
  const [head, assembly] = printed.split(/^assembly$/m);
  const told = new Map(
    [...head.matchAll(/^statistic (.+) = (\d+)$/gm)].map(([, name, value]) => [name, Number(value)]),
  );
  const sum = (names: readonly string[]) =>
    names.reduce((total, name) => {
      const value = told.get(name);
      if (value === undefined)
        throw new InkgradError(`bench isa: the driver tells no "${name}"; it must be RADV`);
      return total + value;
    }, 0);
  const numbers = Object.fromEntries(Object.entries(statistics).map(([key, names]) => [key, sum(names)]));
  if (assembly === undefined) {
    throw new InkgradError('bench isa: the driver shows no machine code; RADV must be built with LLVM');
  }
  return {
    ...(numbers as Omit<Compiled, 'loop' | 'whole'>),
    ...{ loop: hottestLoop(assembly), whole: wholeProgram(assembly) },
  };
}

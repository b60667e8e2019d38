/** What counts in the machine code of an AMD GPU. */

/** A stretch of a program, such as a loop, each instruction counted once. */
export interface Stretch {
  readonly instructions: number;
  /** Vector instructions. A pair that RDNA 3 issues together (`v_dual_…`) is one. */
  readonly vector: number;
  /** Multiply-adds; a pair may be two. */
  readonly multiplyAdds: number;
  /** Vector instructions that take four cycles or more: integer products, quotients, roots, exponentials, doubles. */
  readonly slow: number;
  /** Reads and writes of workgroup memory. */
  readonly shared: number;
  /** Reads and writes of buffers by vector addresses. */
  readonly memory: number;
}

interface Instruction {
  readonly name: string;
  /** Operands, and the second half of a pair. */
  readonly rest: string;
}

const INSTRUCTION = /^\s*((?:v|s|ds|buffer|global|flat|scratch|image)_\w+)(.*)/;
const MULTIPLY_ADD =
  /_(?:fma|fmac|mad|mac|fmaak|fmamk|madak|madmk)(?:_legacy|_mix|_mixlo|_mixhi)?_f(?:16|32)(?!\d)|_dot2c?_f32_f16|_wmma_/g;
/**
 * "RDNA 3 Instruction Set Architecture", and the tables of latencies in LLVM's SISchedule.td: a quarter of the rate, or less.
 */
const SLOW = /_mul_(?:lo|hi)_[iu]32(?!_[iu]24)|_mad_[iu]64|_(?:rcp|rsq|sqrt|exp|log|sin|cos)_|_f64/;
const MEMORY = /^(?:buffer|global|flat|scratch|image)_/;

/**
 * The hottest loop of a disassembly as RADV prints it, which is the one with the most multiply-adds: from a label to the last
 * branch back to it.
 *
 * @returns null where nothing loops
 */
export function hottestLoop(assembly: string): Stretch | null {
  const { code, labels } = parse(assembly);
  const loops = code.flatMap(({ name, rest }, end) => {
    if (!/^s_c?branch/.test(name)) return [];
    const start = labels.get(rest.match(/BB\d+/)?.[0] ?? '');
    return start === undefined || start > end ? [] : [count(code.slice(start, end + 1))];
  });
  // Of two with the same multiply-adds the shorter is the inner one.
  loops.sort((a, b) => b.multiplyAdds - a.multiplyAdds || a.instructions - b.instructions);
  return loops[0] ?? null;
}

/** All of it. */
export const wholeProgram = (assembly: string): Stretch => count(parse(assembly).code);

function parse(assembly: string): { code: Instruction[]; labels: Map<string, number> } {
  const labels = new Map<string, number>();
  const code: Instruction[] = [];
  for (const line of assembly.split('\n')) {
    const label = line.match(/^\s*(BB\d+):/)?.[1];
    if (label !== undefined) labels.set(label, code.length);
    const [, name, rest] = line.split(';')[0].match(INSTRUCTION) ?? [];
    if (name !== undefined) code.push({ name, rest });
  }
  return { code, labels };
}

function count(code: readonly Instruction[]): Stretch {
  const vector = code.filter(({ name }) => name.startsWith('v_'));
  const isMultiplyAdd = (text: string) => text.match(MULTIPLY_ADD)?.length ?? 0;
  return {
    instructions: code.length,
    vector: vector.length,
    multiplyAdds: vector.reduce((sum, { name, rest }) => sum + isMultiplyAdd(name + rest), 0),
    slow: vector.filter(({ name }) => SLOW.test(name)).length,
    shared: code.filter(({ name }) => name.startsWith('ds_')).length,
    memory: code.filter(({ name }) => MEMORY.test(name)).length,
  };
}

/** The share of vector instructions that multiply and add; no run on that GPU reaches a larger share of its peak. */
export const shareOf = ({ multiplyAdds, vector }: Stretch): number =>
  vector === 0 ? 0 : multiplyAdds / vector;

/** The SPIR-V that Dawn makes of shaders, as text. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { InkgradError } from '../../engine/errors.ts';
import type { Order } from './order.ts';

/** A module of SPIR-V as Dawn prints it. */
export interface SpirvText {
  /** What the driver is to call, whatever the shader's function was called. */
  readonly entry: string;
  /** A letter for each binding, `u` for a uniform block and `s` for storage; a stroke stands between two groups. */
  readonly bindings: string;
  readonly text: string;
}

const BEGIN = '/* Dumped SPIRV disassembly */';
const LINE = /^\s*(?:%\S+ = )?Op[A-Z]|^\s*;|^\s*$/;
/** spirv-as before 2024 does not know this mode, which changes no arithmetic. */
const UNKNOWN = /MaximallyReconverges|maximal_reconvergence/;

/**
 * The SPIR-V of modules.
 *
 * @param env in which Dawn finds its driver
 * @returns by the name of the shader's entry point
 * @throws InkgradError where Dawn fails, or a module is missing in what it prints
 */
export async function dump(
  program: string,
  order: Omit<Order, 'task'>,
  env: NodeJS.ProcessEnv,
): Promise<Map<string, SpirvText>> {
  const { printed } = await askDawn(program, { ...order, task: 'dump' }, env);
  const modules = spirvIn(printed);
  const missing = order.modules.find(({ entry }) => !modules.has(entry));
  if (missing === undefined) return modules;
  throw new InkgradError(`bench isa: Dawn, in a process of its own: printed no SPIR-V of ${missing.entry}`);
}

/**
 * Starts a program that opens Dawn, and reads what it prints, and what it and its driver complain of.
 *
 * @param program the file of bench/isa/dumper.ts as it was built
 * @throws InkgradError where it fails
 */
export async function askDawn(
  program: string,
  order: Order,
  env: NodeJS.ProcessEnv,
): Promise<{ printed: string; complaint: string }> {
  const child = spawn(process.execPath, [program], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify(order));
  const ended = new Promise<number | string | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal ?? code));
  });
  const [printed, complaint, end] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (end === 0) return { printed, complaint };
  const said = complaint.split('\n').find((line) => /error|no adapter/i.test(line));
  throw new InkgradError(`bench isa: Dawn, in a process of its own: ${said?.trim() || `ended with ${end}`}`);
}

/** The modules of compute shaders in what Dawn prints with the toggle `dump_shaders`, by the name of their function. */
export function spirvIn(printed: string): Map<string, SpirvText> {
  const modules = new Map<string, SpirvText>();
  for (const part of printed.split(BEGIN).slice(1)) {
    const lines = part.split('\n');
    const end = lines.findIndex((line) => !LINE.test(line));
    const module = (end < 0 ? lines : lines.slice(0, end)).filter((line) => !UNKNOWN.test(line)).join('\n');
    const [, name, entry] = module.match(/OpEntryPoint GLCompute %(\w+) "([^"]+)"/) ?? [];
    if (name !== undefined) modules.set(name, { entry, bindings: bindingsIn(module), text: module });
  }
  return modules;
}

/** What a module binds, as SpirvText has it. A place that is left out counts as storage. */
function bindingsIn(module: string): string {
  const groups: string[][] = [];
  for (const [, id, group] of module.matchAll(/OpDecorate (%\S+) DescriptorSet (\d+)/g)) {
    const binding = module.match(new RegExp(`OpDecorate ${id} Binding (\\d+)`))![1];
    const [, kind] = module.match(new RegExp(`${id} = OpVariable \\S+ (\\w+)`))!;
    groups[Number(group)] ??= [];
    groups[Number(group)][Number(binding)] = kind === 'Uniform' ? 'u' : 's';
  }
  return Array.from(groups, (kinds) => Array.from(kinds ?? [], (kind) => kind ?? 's').join('')).join('/');
}

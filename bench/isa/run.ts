/** The report: every contraction by every engine, on every GPU. */
import type { CompileOptions, Outcome, Outcomes, Shader } from './compile.ts';
import { compile } from './compile.ts';
import type { Kernel } from './kernels.ts';
import type { Guard } from './order.ts';
import type { Gpu } from './probe.ts';

export interface IsaRow {
  readonly kernel: string;
  readonly engine: string;
  readonly tiling: string;
  readonly chosen: boolean;
  readonly gpu: Gpu;
  /** Without guards, guarded by the GPU, and with every index clamped; see Guard. */
  readonly fast: Outcome;
  readonly hardware: Outcome;
  readonly checked: Outcome;
}

export interface IsaReport {
  /** Such as `Mesa 25.0.7-2~bpo12+1`. */
  readonly driver: string;
  readonly rows: readonly IsaRow[];
}

export interface IsaOptions extends CompileOptions {
  /** Those of one name stand together. */
  readonly kernels: readonly Kernel[];
}

/** @throws InkgradError where a tool is missing, or Dawn or the driver fails */
export async function benchIsa(options: IsaOptions): Promise<IsaReport> {
  const outcomes = await compile(options.kernels.map(shaderOf), options);
  return { driver: outcomes.driver, rows: rowsOf(options, outcomes) };
}

const shaderOf = ({ name, engine, tiling, ...shader }: Kernel): Shader => ({
  ...shader,
  name: `${name} ${engine === 'inkgrad' ? '' : engine} ${tiling}`,
});

/** By contraction, then by GPU: what is to be compared stands one below the other. */
export function rowsOf(
  { kernels, gpus }: Pick<IsaOptions, 'kernels' | 'gpus'>,
  outcomes: Outcomes,
): IsaRow[] {
  const names = new Set(kernels.map(({ name }) => name));
  return [...names].flatMap((name) =>
    gpus.flatMap((gpu) => {
      const rows = kernels
        .filter((kernel) => kernel.name === name)
        .map((kernel): IsaRow => {
          const { engine, tiling, chosen } = kernel;
          const of = (guard: Guard) => outcomes.of(shaderOf(kernel), gpu, guard);
          const guarded = { fast: of('none'), hardware: of('hardware'), checked: of('clamped') };
          return { kernel: name, engine, tiling, chosen, gpu, ...guarded };
        });
      return rows.filter((row) => row === mainOf(rows.filter((other) => isSame(row, other))));
    }),
  );
}

/** Whether two rows are parts of one product: a peer may fill its result first, or add up parts of it in the end. */
const isSame = (a: IsaRow, b: IsaRow): boolean =>
  a.engine === b.engine && (a.engine !== 'inkgrad' || a.tiling === b.tiling);

/** The one with the most multiply-adds in its loop. */
function mainOf(rows: readonly IsaRow[]): IsaRow {
  const work = ({ fast }: IsaRow) => ('failed' in fast ? 0 : (fast.loop ?? fast.whole).multiplyAdds);
  return rows.reduce((best, row) => (work(row) > work(best) ? row : best));
}

import shader from '../../../../shaders/sumSplits.wgsl';
import type { Launch } from '../../launch.ts';
import { elementGrid } from '../../launch.ts';

/** What is done to a sum when all its parts are added. */
interface SplitEnding {
  /** The operand with a bias for each row, how many rows there are, and how far apart they lie in y. */
  readonly bias?: { readonly at: number; readonly rows: number; readonly yRow: number };
  readonly relu?: boolean;
}

/** Adds `splits` partial results of `outputs` elements each, from operand `from` into operand `to`. */
export function joinSplits(
  from: number,
  to: number,
  outputs: number,
  splits: number,
  { bias, relu = false }: SplitEnding = {},
): Launch {
  return {
    shader: `const BIAS = ${bias !== undefined};\nconst RELU = ${relu};\n${shader}`,
    entry: 'main',
    params: { count: outputs, splits, yRow: bias?.yRow ?? 1, rows: bias?.rows ?? 1 },
    grid: elementGrid(outputs),
    reads: [from, bias?.at ?? from],
    writes: [to],
    flops: outputs * splits,
    note: 'sum of the splits',
  };
}

/**
 * Contractions: y[row, column] = Σₖ a[row, k] · b[k, column], where the element of a factor lies at a sum of
 * strides. Matrix products are contractions, and so are a convolution and both of its gradients (implicit GEMM:
 * Chellapilla, Puri and Simard, 2006): their columns are pixels, or taps, and the window only adds strides. One
 * kernel in several tilings makes them all.
 */

import { sizeOf } from '../../../shape.ts';
import type { Launch, Work } from '../../launch.ts';
import { gridOf } from '../../launch.ts';
import type { Traits } from '../traits.ts';
import { candidates } from './candidates.ts';
import { alongSum, shaderOf } from './contractionShader.ts';
import type { Contraction, Three } from './contractionSpec.ts';
import { poolsFours } from './fours.ts';
import { rightInFours } from './rightInFours.ts';
import { joinSplits } from './splits.ts';
import type { Tiling, TilingName } from './tilings.ts';
import { readsFours, tileOf, tilings } from './tilings.ts';

/** Which operands of the launch are what, by index; see `Launch`. */
export interface Operands {
  readonly a: number;
  readonly b: number;
  readonly bias?: number;
  readonly y: number;
  /** Where the places of maxima go. */
  readonly place?: number;
  /** The index of the first scratch operand, for a sum that is split. */
  readonly scratch: number;
}

/** More than this many operations are cut into several launches on a software adapter: none may take a second. */
const LONG = 2e9;

/** The launches of a contraction whose result has `outputs` elements. */
export const contract = (given: Contraction, at: Operands, outputs: number, traits: Traits): Work =>
  contractAll([given], at, outputs, traits);

/** The launches of contractions of the same factors which make the `outputs` elements of one result together. */
export function contractAll(
  given: readonly Contraction[],
  at: Operands,
  outputs: number,
  traits: Traits,
): Work {
  const all = given.filter((c) => c.rows * c.columns * batchesOf(c) > 0).map((c) => tiled(c, traits));
  if (all.length === 0) return { launches: [], scratch: [] };
  // All are cut alike, as far as they can be: then their parts are added at once.
  const splits = all.every(({ c }) => canSplit(c))
    ? Math.max(...all.map(({ c, tiles }) => splitsOf(c, tiles, traits)))
    : 1;
  const launches = all.flatMap((each) => launchesOf(each, splits, at, outputs, traits));
  if (splits === 1) return { launches, scratch: [] };
  const [{ c, key }] = all;
  const combine = joinSplits(at.scratch, at.y, outputs, splits, {
    relu: c.end?.relu === true,
    ...(c.end?.bias && { bias: { at: at.bias!, rows: c.rows * batchesOf(c), yRow: c.y.row } }),
  });
  return { launches: [...launches, { ...combine, key }], scratch: [outputs * splits] };
}

const batchesOf = ({ batch }: Contraction): number => sizeOf(batch?.shape ?? []);

/** A contraction whose tiling is chosen. */
interface Tiled {
  readonly c: Contraction;
  readonly key: string;
  readonly name: TilingName;
  /** Columns as the kernel counts them, and tiles of all. */
  readonly columns: number;
  readonly tiles: number;
}

function tiled(given: Contraction, traits: Traits): Tiled {
  const key = keyOf(given);
  const name = choose(given, key, traits);
  const tiling: Tiling = tilings[name];
  const c = fitting(given, tiling);
  const { images } = c;
  // Four images are one to the kernel, but for the distance between them in y.
  const columns = images === undefined ? c.columns : (c.columns / images) * 4 * Math.ceil(images / 4);
  const tile = tileOf(tiling, traits.lanes);
  const tiles = Math.ceil(c.rows / tile.rows) * Math.ceil(columns / tile.columns) * batchesOf(c);
  return { c, key, name, columns, tiles };
}

/** A contraction as the shader of a tiling takes it. */
function fitting(c: Contraction, tiling: Tiling): Contraction {
  if (tiling.shader === 'contractWindow') return inBlocks(c);
  return tiling.shader === 'contractShared' && readsFours(tiling) ? rightInFours(c) : c;
}

/** The launches of one contraction, whose sums are cut into `splits` parts. */
function launchesOf(
  { c: whole, key, name, columns, tiles }: Tiled,
  splits: number,
  at: Operands,
  outputs: number,
  traits: Traits,
): Launch[] {
  // Bias and relu wait until the parts are added.
  const c: Contraction = splits > 1 ? { ...whole, end: {} } : whole;
  const batches = batchesOf(c);
  const [k0, k1, k2] = c.sum;
  const perSplit = Math.ceil(outerOf(c) / splits);
  // Shaders in workgroup memory count k0 · k1 as one axis, which sums over fours of images are cut along.
  const k0PerSplit =
    tilings[name].shader === 'contractShared' && c.inner === undefined ? perSplit * k1 : perSplit;
  const unit = c.fours === undefined ? 1 : 4;
  const pool = c.end?.pool;
  const block = pool ?? c.block;
  const { a, b, y, images } = c;
  const along = alongSum(c);
  const params = (firstTile: number) => ({
    ...{ rows: c.rows, columns, batches, splits },
    ...{ k0, k1, k2, k0PerSplit },
    ...{ aRow: a.row, aK0: a.sum[0], aK1: a.sum[1], aK2: a.sum[2], aStart: a.start ?? 0 },
    ...{ bK0: b.sum[0] / unit, bK1: b.sum[1] / unit, bK2: b.sum[2] / unit, bStart: b.start ?? 0 },
    aInner: c.inner ?? 0,
    ...{ columns1: c.columnAxes[0], columns2: c.columnAxes[1] },
    ...{ bC0: b.columns[0], bC1: b.columns[1], bC2: b.columns[2] },
    ...{ images: images ?? 0, yImage: y.columns[0] },
    ...{ yC0: y.columns[0] * (images === undefined ? 1 : 4), yC1: y.columns[1], yC2: y.columns[2] },
    ...{ yRow: y.row, yBatch: y.batch, ySplit: outputs, yStart: y.start ?? 0 },
    ...{ bDown: block?.down ?? 0, bRight: block?.right ?? 0, imageWidth: pool?.width ?? 0 },
    ...{ yDown: c.block?.yDown ?? 0, yRight: c.block?.yRight ?? 0 },
    flags: along + (c.end?.bias ? 4 : 0) + (c.end?.relu ? 8 : 0),
    ...{ batchRank: c.batch?.shape.length ?? 0, batchShape: c.batch?.shape ?? [] },
    ...{ aBatch: c.batch?.a ?? [], bBatch: c.batch?.b ?? [] },
    firstTile,
  });
  const flops = 2 * c.rows * c.columns * stepsOf(c) * batches;
  const total = tiles * splits;
  const parts = traits.isSoftware ? Math.min(total, Math.max(1, Math.ceil(flops / LONG))) : 1;
  const perPart = Math.ceil(total / parts);
  const target = splits > 1 ? at.scratch : at.y;
  const sizes = {
    length: perSplit * k2 * (c.inner === undefined ? k1 : 4),
    most: Math.max(columns, stepsOf(c), total),
  };
  const shader = shaderOf({ ...c, batches, along }, name, sizes, traits);
  return Array.from({ length: Math.ceil(total / perPart) }, (_, part): Launch => {
    const groups = Math.min(perPart, total - part * perPart);
    return {
      shader,
      entry: 'main',
      params: params(part * perPart),
      grid: gridOf(groups),
      reads: [at.a, at.b, at.bias ?? at.a],
      writes: pool === undefined ? [target] : [target, at.place!],
      flops: (flops * groups) / total,
      key,
      note: `${name}${splits > 1 ? ` in ${splits} splits` : ''}`,
    };
  });
}

/** Names a contraction for the tuner: what a time depends on. */
const keyOf = (c: Contraction): string =>
  [
    `${c.rows}x${c.columns}x${c.sum.join('.')}`,
    batchesOf(c) > 1 ? `b${batchesOf(c)}` : '',
    `a${c.a.row}.${c.a.sum[2]}`,
    `b${c.b.columns[2]}.${c.b.sum[2]}`,
    c.y.columns[2] === 1 ? '' : `y${c.y.columns[2]}`,
    c.end?.pool ? 'pool' : '',
  ]
    .filter(Boolean)
    .join(' ');

/** Whether columns are pixels, in 2×2 blocks, whose windows move by one: then the windows of a block overlap. */
function hasWindows({ b, sum, end, columnAxes: [height, width] }: Contraction): boolean {
  const [, down, right] = b.columns;
  const block = end?.pool ?? { down, right };
  const even = end?.pool !== undefined || (height % 2 === 0 && width % 2 === 0);
  return even && sum[2] > 1 && sum[2] <= 7 && block.down === b.sum[1] && block.right === b.sum[2];
}

/** The same contraction with its columns in 2×2 blocks of pixels. */
function inBlocks(c: Contraction): Contraction {
  if (c.end?.pool !== undefined) return c;
  const [, down, right] = c.b.columns;
  const [, yDown, yRight] = c.y.columns;
  const doubled = ([n, i, j]: Three): Three => [n, 2 * i, 2 * j];
  return {
    ...c,
    columnAxes: [c.columnAxes[0] / 2, c.columnAxes[1] / 2],
    b: { ...c.b, columns: doubled(c.b.columns) },
    y: { ...c.y, columns: doubled(c.y.columns) },
    block: { down, right, yDown, yRight },
  };
}

function choose(c: Contraction, key: string, traits: Traits): TilingName {
  const takes = c.images !== undefined && c.end?.pool !== undefined ? poolsFours : undefined;
  const possible = candidates(c.rows, c.columns, hasWindows(c), traits, takes);
  if (traits.forced !== undefined) {
    const fits = tilings[traits.forced].shader !== 'contractWindow' || hasWindows(c);
    return fits ? traits.forced : possible[0];
  }
  traits.onContraction?.(key, possible);
  const tuned = traits.tuned.get(key);
  return tuned !== undefined && possible.includes(tuned) ? tuned : possible[0];
}

const canSplit = ({ end, block }: Contraction): boolean => end?.pool === undefined && block === undefined;

/**
 * Into how many parts the outermost axis of the sum is cut: few outputs with long sums, such as the gradient of a
 * filter, would otherwise leave most of the adapter idle.
 */
function splitsOf(c: Contraction, tiles: number, { groups }: Traits): number {
  const [outer, steps] = [outerOf(c), stepsOf(c)];
  if (outer === 1 || tiles >= groups || steps < 512) return 1;
  const wanted = Math.min(outer, Math.ceil(groups / tiles), Math.ceil(steps / 128));
  return Math.ceil(outer / Math.ceil(outer / wanted));
}

/** How many steps a sum has. */
const stepsOf = ({ sum, inner }: Contraction): number => sizeOf(sum) * (inner === undefined ? 1 : 4);

/** Into how many parts a sum can be cut. */
const outerOf = ({ sum: [k0, k1], inner }: Contraction): number => (inner === undefined ? k0 : k0 * k1);

/**
 * Into what pieces the sum of a matrix product is cut, so that workgroups may share it: the largest divisor of a sum's length up to 64; the whole length where that has none worth it.
 */
export function pieceOf(k: number): number {
  for (let piece = Math.min(64, k); piece >= 8; piece--) if (k % piece === 0) return piece;
  return Math.max(1, k);
}

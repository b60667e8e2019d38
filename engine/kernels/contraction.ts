/**
 * Contractions: y[row, column] = Σₖ a[row, k] · b[k, column], where the element of a factor lies at a sum of
 * strides. Matrix products are contractions, and so are a convolution and both of its gradients (implicit GEMM:
 * Chellapilla, Puri and Simard, 2006): their columns are pixels, or taps, and the window only adds strides. One
 * kernel in several tilings makes them all.
 */

import common from '../../shaders/contract.wgsl';
import registerTiles from '../../shaders/contractRegister.wgsl';
import sharedTiles from '../../shaders/contractShared.wgsl';
import quotient from '../../shaders/quotient.wgsl';
import sumSplits from '../../shaders/sumSplits.wgsl';
import type { Launch, Work } from '../op.ts';
import { eight, elementGrid, gridOf } from '../op.ts';
import type { Tiling, TilingName, Traits } from './tilings.ts';
import { candidates, tileOf, tilings, widthOf } from './tilings.ts';
import { expand } from './unroll.ts';

type Three = readonly [number, number, number];

export interface Contraction {
  readonly rows: number;
  readonly columns: number;
  /** The three nested axes of the sum, outermost first. */
  readonly sum: Three;
  /** A column is three nested axes (n, i, j): the lengths of the inner two. */
  readonly columnAxes: readonly [number, number];
  /** Independent contractions, with the strides of each factor along each axis. */
  readonly batch?: { readonly shape: readonly number[]; readonly a: readonly number[]; readonly b: readonly number[] };
  readonly a: { readonly row: number; readonly sum: Three; readonly start?: number };
  readonly b: { readonly columns: Three; readonly sum: Three; readonly start?: number };
  readonly y: { readonly row: number; readonly columns: Three; readonly batch: number };
  readonly end?: Ending;
}

/** What is done to each sum before it is stored. */
export interface Ending {
  /** A bias for each row. */
  readonly bias?: boolean;
  readonly relu?: boolean;
  /**
   * Takes the maximum of each 2×2 window and notes its place in an image `width` pixels wide. Columns are then four
   * for each pooled pixel, `down` and `right` the strides inside the window.
   */
  readonly pool?: { readonly width: number; readonly down: number; readonly right: number };
}

/** Which operands of the launch are what, by index; see `Launch`. */
export interface Places {
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
const LONG = 1e9;

/** The launches of a contraction whose result has `outputs` elements. */
export function contract(c: Contraction, at: Places, outputs: number, traits: Traits): Work {
  const batches = (c.batch?.shape ?? []).reduce((product, n) => product * n, 1);
  const [k0, k1, k2] = c.sum;
  if (c.rows * c.columns * batches === 0) return { launches: [], scratch: [] };
  const name = choose(c, batches, traits);
  const tiling: Tiling = tilings[name];
  const tile = tileOf(tiling, traits.lanes);
  const tiles = Math.ceil(c.rows / tile.rows) * Math.ceil(c.columns / tile.columns) * batches;
  const splits = splitsOf(c, tiles, traits);
  const perSplit = Math.ceil(k0 / splits);
  const window = c.end?.pool;
  const params = (firstTile: number) => [
    ...[c.rows, c.columns, batches, splits],
    ...[k0, k1, k2, perSplit],
    ...[c.a.row, ...c.a.sum],
    ...[...c.b.sum, c.y.row],
    ...[...c.columnAxes, c.b.start ?? 0, outputs],
    ...[...c.b.columns, window?.down ?? 0],
    ...[...c.y.columns, window?.right ?? 0],
    ...[window?.width ?? 0, c.batch?.shape.length ?? 0, c.y.batch, c.a.start ?? 0],
    ...[firstTile, 0, 0, 0],
    ...eight(c.batch?.shape ?? []),
    ...eight(c.batch?.a ?? []),
    ...eight(c.batch?.b ?? []),
  ];
  const flops = 2 * c.rows * c.columns * k0 * k1 * k2 * batches;
  const total = tiles * splits;
  const parts = traits.isSoftware ? Math.min(total, Math.max(1, Math.ceil(flops / LONG))) : 1;
  const perPart = Math.ceil(total / parts);
  const target = splits > 1 ? at.scratch : at.y;
  const launches = Array.from({ length: Math.ceil(total / perPart) }, (_, part): Launch => {
    const groups = Math.min(perPart, total - part * perPart);
    return {
      shader: shaderOf(c, name, traits),
      entry: 'main',
      params: params(part * perPart),
      grid: gridOf(groups),
      reads: [at.a, at.b, at.bias ?? at.a],
      writes: window === undefined ? [target] : [target, at.place!],
      flops: (flops * groups) / total,
      note: `${name}${splits > 1 ? ` in ${splits} splits` : ''}`,
    };
  });
  if (splits === 1) return { launches, scratch: [] };
  const combine: Launch = {
    shader: sumSplits,
    entry: 'main',
    params: [outputs, splits],
    grid: elementGrid(outputs),
    reads: [at.scratch],
    writes: [at.y],
    flops: outputs * splits,
  };
  return { launches: [...launches, combine], scratch: [outputs * splits] };
}

/** Names a contraction for the tuner: what a time depends on. */
const keyOf = (c: Contraction, batches: number): string =>
  [
    `${c.rows}x${c.columns}x${c.sum.join('.')}`,
    batches > 1 ? `b${batches}` : '',
    `a${c.a.row}.${c.a.sum[2]}`,
    `b${c.b.columns[2]}.${c.b.sum[2]}`,
    c.end?.pool ? 'pool' : '',
  ]
    .filter(Boolean)
    .join(' ');

function choose(c: Contraction, batches: number, traits: Traits): TilingName {
  const key = keyOf(c, batches);
  traits.onContraction?.(key);
  if (traits.forced !== undefined) return traits.forced;
  const possible = candidates(c.rows, c.columns, traits);
  const tuned = traits.tuned.get(key);
  return tuned !== undefined && possible.includes(tuned) ? tuned : possible[0];
}

/**
 * Into how many parts the outermost axis of the sum is cut: few outputs with long sums, such as the gradient of a
 * filter, would otherwise leave most of the adapter idle.
 */
function splitsOf({ end, sum: [k0, k1, k2] }: Contraction, tiles: number, { groups }: Traits): number {
  const long = k0 * k1 * k2 >= 512;
  if (end !== undefined || k0 === 1 || tiles >= groups || !long) return 1;
  const wanted = Math.min(k0, Math.ceil(groups / tiles), Math.ceil((k0 * k1 * k2) / 128));
  return Math.ceil(k0 / Math.ceil(k0 / wanted));
}

const shaders = new Map<string, string>();

function shaderOf({ a, b, end = {} }: Contraction, name: TilingName, { lanes, halfFactors }: Traits): string {
  const endings = { BIAS: end.bias === true, RELU: end.relu === true, POOL: end.pool !== undefined };
  const stepsFirst = { A_STEPS_FIRST: a.sum[2] === 1, B_STEPS_FIRST: b.sum[2] === 1 && b.columns[2] !== 1 };
  const key = `${name} ${lanes} ${halfFactors} ${Object.values({ ...endings, ...stepsFirst })}`;
  let shader = shaders.get(key);
  if (shader === undefined) {
    const places = {
      PLACE_BINDING: endings.POOL ? '@group(0) @binding(5) var<storage, read_write> place: array<i32>;' : '',
      STORE_PLACE: endings.POOL
        ? 'place[start + at.y.x] = i32(at.place + (which >> 1u) * p.imageWidth + (which & 1u));'
        : '',
    };
    const tiling: Tiling = tilings[name];
    shader =
      tiling.shader === 'contractShared'
        ? expand(`${quotient}\n${common}\n${sharedTiles}`, { ...endings, ...places, ...stepsFirst, ...sharedConstants(tiling) })
        : expand(`${quotient}\n${common}\n${registerTiles}`, { ...endings, ...places, ...registerConstants(tiling, lanes) });
    if (tiling.shader === 'contractRegister' && tiling.subgroup) shader = `enable subgroups;\n${shader}`;
    shaders.set(key, shader);
  }
  return shader;
}

function registerConstants({ rows, quads, subgroup }: Tiling & { shader: 'contractRegister' }, lanes: number) {
  return {
    ROWS: rows,
    QUADS: quads,
    LANES: subgroup ? lanes : 1,
    WIDTH: widthOf(subgroup, lanes),
    LOADS: subgroup ? Math.ceil(rows / lanes) : rows,
    SHARED_ROWS: subgroup ? Math.min(rows, lanes) : 1,
    FROM_LANE: subgroup ? 'subgroupBroadcast' : 'own',
    THREAD_INDEX: `@builtin(${subgroup ? 'subgroup_invocation_id' : 'local_invocation_index'}) thread: u32`,
  };
}

function sharedConstants(tiling: Tiling & { shader: 'contractShared' }) {
  const { high, wide, down, across, depth } = tiling;
  const { rows, columns } = tileOf(tiling, 0);
  const loads = (side: number) => Math.ceil((side * depth) / 4 / (high * wide));
  return {
    ROWS: rows,
    COLUMNS: columns,
    HIGH: high,
    WIDE: wide,
    DOWN: down,
    ACROSS: across,
    DEPTH: depth,
    A_LOADS: loads(rows),
    B_LOADS: loads(columns),
  };
}

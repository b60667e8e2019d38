/** The text of a contraction's shader: a tiling, and what is known of the contraction before it runs. */

import matrixTiles from '../../../../shaders/contractMatrix.wgsl';
import registerTiles from '../../../../shaders/contractRegister.wgsl';
import sharedTiles from '../../../../shaders/contractShared.wgsl';
import windowTiles from '../../../../shaders/contractWindow.wgsl';
import type { MatrixSize, Traits } from '../traits.ts';
import type { Tiling, TilingName } from './tilings.ts';
import { bringsAlone, listedBy, tileOf, tilings, widthOf } from './tilings.ts';
import { expand } from './unroll.ts';

/** Longer sums are made in runs of about so many products, or as many as there then are runs. */
const MOST_AT_ONCE = 4096;
const RUN = 1024;

/** See `over` in contract.wgsl. */
const SMALL = 2 ** 20;

const runOf = (length: number): number => Math.max(RUN, 2 ** Math.ceil(Math.log2(length) / 2));

const tilesOf = {
  contractRegister: registerTiles,
  contractWindow: windowTiles,
  contractShared: sharedTiles,
  contractMatrix: matrixTiles,
} satisfies Record<Tiling['shader'], string>;

/** Which piece a subgroup multiplies is computed from its threads' numbers, which the compiler cannot see to be uniform. */
const MATRIX_ENABLES =
  'enable chromium_experimental_subgroup_matrix;diagnostic(off, chromium.subgroup_matrix_uniformity);';

/** What a shader is made for, as few words as will do: each of them is another one to compile. See `Contraction`. */
interface Known {
  readonly sum: readonly [number, number, number];
  readonly batches: number;
  readonly along: number;
  readonly images?: number;
  readonly fours?: 'columns' | 'steps';
  readonly block?: object;
  readonly end?: { readonly pool?: object };
}

const shaders = new Map<string, string>();

/** How factors lie in memory, as far as it decides who brings what; see `Contraction`. */
interface Layout {
  readonly a: { readonly sum: readonly number[] };
  readonly b: { readonly columns: readonly number[]; readonly sum: readonly number[] };
  readonly images?: number;
  readonly inner?: number;
}

/** Which factors lie side by side along the sum, one bit each: neighbouring threads then bring neighbouring steps of it. */
export const alongSum = ({ a, b, images, inner }: Layout): number =>
  Number((inner === 1 || a.sum[2] === 1) && images === undefined) +
  2 * Number(b.sum[2] === 1 && b.columns[2] !== 1);

/**
 * The WGSL of a contraction in a tiling.
 *
 * @param length how many products a workgroup's sums have
 * @param most the largest number that is divided: of columns, of steps, or of tiles
 */
export function shaderOf(
  { sum, batches, along, block, images, fours, end = {} }: Known,
  name: TilingName,
  { length, most }: { readonly length: number; readonly most: number },
  { lanes, halfFactors, matrices }: Traits,
): string {
  const tiling: Tiling = tilings[name];
  const taps = tiling.shader === 'contractWindow' ? sum[2] : 0;
  const run = length > MOST_AT_ONCE ? runOf(length) : 0;
  const longs = { RUN: run, LONG: run > 0, LONG_STEPS: run > 0 && sum[2] > run };
  const [POOL, BY_IMAGES] = [end.pool !== undefined, images !== undefined];
  const BLOCK = POOL || block !== undefined;
  const flags = {
    ...{ SMALL: most < SMALL, BATCHES: batches > 1, HALF: halfFactors, POOL, BLOCK, BY_IMAGES },
    ...{
      FOUR_COLUMNS: fours === 'columns',
      FOUR_STEPS: fours === 'steps',
      FOUR_ACROSS: fours === 'columns' || BY_IMAGES,
      B_TOGETHER: fours !== undefined || BY_IMAGES,
    },
    ...{ TOGETHER_COLUMNS: BLOCK || BY_IMAGES, IN_BLOCKS: BLOCK && !BY_IMAGES, WINDOWS: POOL && BY_IMAGES },
    ...(tiling.shader === 'contractMatrix' && { A_STEPS_FIRST: along % 2 === 1, B_STEPS_FIRST: along > 1 }),
  };
  const key = `${name} ${run} ${longs.LONG_STEPS} ${lanes} ${taps} ${Object.values(flags)}`;
  let shader = shaders.get(key);
  if (shader === undefined) {
    const enables = [halfFactors ? 'enable f16;' : ''];
    let own: Record<string, number | string | boolean>;
    if (tiling.shader === 'contractShared') own = sharedConstants(tiling, flags);
    else if (tiling.shader === 'contractMatrix') {
      own = matrixConstants(tiling, lanes, matrices!);
      enables.push(MATRIX_ENABLES);
    } else {
      own = {
        ...registerConstants(tiling, lanes),
        ...{ TAPS: taps, SPAN: taps + 1, LONG_ROWS: longs.LONG && !longs.LONG_STEPS },
      };
      if (tiling.subgroup) enables.push('enable subgroups;');
    }
    const aliases = [
      `alias Factor = ${halfFactors ? 'f16' : 'f32'};`,
      // What lies side by side in b, and where four columns of it are.
      `alias RightElement = ${flags.B_TOGETHER ? 'vec4<f32>' : 'f32'};`,
      `alias RightPlaces = ${flags.B_TOGETHER ? 'u32' : 'vec4<u32>'};`,
      `alias Places = ${BY_IMAGES ? 'u32' : 'vec4<u32>'};`,
    ];
    const head = [enables.join(''), ...aliases].join('\n');
    shader = `${head}\n${expand(tilesOf[tiling.shader], { ...flags, ...longs, ...own })}`;
    shaders.set(key, shader);
  }
  return shader;
}

function registerConstants(
  { rows, quads, subgroup }: Tiling & { shader: 'contractRegister' | 'contractWindow' },
  lanes: number,
) {
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

function sharedConstants(
  tiling: Tiling & { shader: 'contractShared' },
  { BY_IMAGES, FOUR_ACROSS }: Readonly<Record<'BY_IMAGES' | 'FOUR_ACROSS', boolean>>,
) {
  const { high, wide, down, across, depth } = tiling;
  const { rows, columns } = tileOf(tiling, 0);
  const together = (high * wide) / depth;
  const spread = FOUR_ACROSS ? Math.min(columns / 4, high * wide) : together;
  const alone = bringsAlone(tiling);
  return {
    ROWS: rows,
    COLUMNS: columns,
    HIGH: high,
    WIDE: wide,
    A_ALONE: alone,
    LISTED: listedBy(tiling, columns, BY_IMAGES),
    DOWN: down,
    ACROSS: across,
    DEPTH: depth,
    A_LOADS: Math.ceil(rows / (alone ? 1 : 4) / together),
    B_SPREAD: spread,
    B_QUADS_EACH: Math.ceil(columns / 4 / spread),
    B_STEPS_EACH: FOUR_ACROSS ? Math.ceil((depth * spread) / (high * wide)) : 1,
  };
}

function matrixConstants(tiling: Tiling & { shader: 'contractMatrix' }, lanes: number, size: MatrixSize) {
  const { rows, columns, high, wide, depth } = tiling;
  const loads = (side: number) => Math.ceil((side * depth) / 4 / (high * wide * lanes));
  return {
    ROWS: rows,
    COLUMNS: columns,
    HIGH: high,
    WIDE: wide,
    DEPTH: depth,
    LANES: lanes,
    DOWN: rows / high / size.rows,
    ACROSS: columns / wide / size.columns,
    M: size.rows,
    N: size.columns,
    K: size.depth,
    A_LOADS: loads(rows),
    B_LOADS: loads(columns),
    TURNS: Math.ceil((size.rows * size.columns) / 4 / lanes),
  };
}

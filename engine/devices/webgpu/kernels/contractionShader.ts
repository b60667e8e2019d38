/** The text of a contraction's shader: a tiling, and what is known of the contraction before it runs. */

import matrixTiles from '../../../../shaders/contractMatrix.wgsl';
import registerTiles from '../../../../shaders/contractRegister.wgsl';
import sharedTiles from '../../../../shaders/contractShared.wgsl';
import windowTiles from '../../../../shaders/contractWindow.wgsl';
import type { MatrixSize, Traits } from '../traits.ts';
import type { Tiling, TilingName } from './tilings.ts';
import { tileOf, tilings, widthOf } from './tilings.ts';
import { expand } from './unroll.ts';

/** Longer sums are made in runs of about so many products, or as many as there then are runs. */
const MOST_AT_ONCE = 4096;
const RUN = 1024;

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

/** What a shader is made for; see `Contraction`. */
interface Known {
  readonly sum: readonly [number, number, number];
  readonly a: { readonly sum: readonly number[] };
  readonly b: { readonly columns: readonly number[]; readonly sum: readonly number[] };
  readonly images?: number;
  readonly block?: object;
  readonly end?: { readonly bias?: boolean; readonly relu?: boolean; readonly pool?: object };
}

const shaders = new Map<string, string>();

/** The WGSL of a contraction in a tiling, where a workgroup's sums have so many products. */
export function shaderOf(
  { a, b, sum, block, images, end = {} }: Known,
  name: TilingName,
  length: number,
  { lanes, halfFactors, matrices }: Traits,
): string {
  const endings = { BIAS: end.bias === true, RELU: end.relu === true, POOL: end.pool !== undefined };
  const blocks = { BLOCK: endings.POOL || block !== undefined, BY_IMAGES: images !== undefined };
  const taps = name.startsWith('window') ? sum[2] : 0;
  const stepsFirst = {
    A_STEPS_FIRST: a.sum[2] === 1 && images === undefined,
    B_STEPS_FIRST: b.sum[2] === 1 && b.columns[2] !== 1,
  };
  const run = length > MOST_AT_ONCE ? runOf(length) : 0;
  const longs = { RUN: run, LONG: Number(run > 0), LONG_STEPS: Number(run > 0 && sum[2] > run) };
  const key = `${name} ${run} ${longs.LONG_STEPS} ${lanes} ${halfFactors} ${taps} ${Object.values({ ...endings, ...blocks, ...stepsFirst })}`;
  let shader = shaders.get(key);
  if (shader === undefined) {
    const elements = blocks.BY_IMAGES
      ? { RightElement: 'vec4<f32>', FOUR_OF_B: 'b[at.x]' }
      : { RightElement: 'f32', FOUR_OF_B: 'vec4<f32>(b[at.x], b[at.y], b[at.z], b[at.w])' };
    const places = {
      PLACE_BINDING: endings.POOL ? '@group(0) @binding(5) var<storage, read_write> place: array<i32>;' : '',
      STORE_PLACE: endings.POOL
        ? 'place[start + at.y.x] = i32(at.place + (which >> 1u) * p.imageWidth + (which & 1u));'
        : '',
    };
    const tiling: Tiling = tilings[name];
    const windows = Number(endings.POOL && blocks.BY_IMAGES);
    const constants = { ...endings, ...blocks, ...elements, ...places, ...longs, HALF: halfFactors };
    const text = tilesOf[tiling.shader];
    const enables = [halfFactors ? 'enable f16;' : ''];
    let own: Record<string, number | string | boolean>;
    if (tiling.shader === 'contractShared')
      own = { ...stepsFirst, ...sharedConstants(tiling), WINDOWS: windows, NO_WINDOWS: 1 - windows };
    else if (tiling.shader === 'contractMatrix') {
      own = { ...stepsFirst, ...matrixConstants(tiling, lanes, matrices!) };
      enables.push(MATRIX_ENABLES);
    } else {
      own = {
        ...registerConstants(tiling, lanes),
        ...{ TAPS: taps, SPAN: taps + 1, LONG_ROWS: longs.LONG - longs.LONG_STEPS },
      };
      if (tiling.subgroup) enables.push('enable subgroups;');
    }
    const alias = `alias Factor = ${halfFactors ? 'f16' : 'f32'};`;
    shader = `${enables.join('')}\n${alias}\n${expand(text, { ...constants, ...own })}`;
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

function sharedConstants(tiling: Tiling & { shader: 'contractShared' }) {
  const { high, wide, down, across, depth } = tiling;
  const { rows, columns } = tileOf(tiling, 0);
  const loads = (side: number) => Math.ceil(side / 4 / ((high * wide) / depth));
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

import largestEach from '../../../../shaders/largestEach.wgsl';
import sumEach from '../../../../shaders/sumEach.wgsl';
import sumSubgroups from '../../../../shaders/sumSubgroups.wgsl';
import sumTree from '../../../../shaders/sumTree.wgsl';
import type { Shape } from '../../../shape.ts';
import { resolveAxes, sizeOf } from '../../../shape.ts';
import { foursOf, reductionOf } from '../../indexSpaces.ts';
import type { GpuKernel, Launch, Work } from '../../launch.ts';
import { elementGrid, gridOf, WORKGROUP } from '../../launch.ts';
import type { Traits } from '../traits.ts';
import { joinSplits } from './splits.ts';
import { expand } from './unroll.ts';
import { SMALL } from './walks.ts';

type Reduction = 'sum' | 'max' | 'argmax';

/** Elements from which on a sum is worth a workgroup more. */
const SHARE = 1024;

/** Numbers for a thread: with fewer a workgroup, or several threads of one, have next to nothing to do. */
const SHORT = 8;

/** Up to so many numbers are added up without a loop, in a shader of their own. */
const FEW = 16;

/**
 * Whether each output has a thread, instead of some of a workgroup: where outputs are as many as all threads of the adapter.
 * On a GPU those that stand side by side should find numbers side by side all the same.
 */
function isEach(outputs: number, length: number, isRow: boolean, { groups, isSoftware }: Traits): boolean {
  const enough = length <= SHORT ? WORKGROUP : WORKGROUP * groups;
  return outputs >= enough && (isSoftware || !isRow || length <= SHORT);
}

/** Types and constants of one number or four at a time. */
const types = {
  one: 'alias Item = f32; alias Bits = u32; alias Flags = bool; alias Result = u32;\n',
  four: 'alias Item = vec4<f32>; alias Bits = vec4<u32>; alias Flags = vec4<bool>; alias Result = vec4<u32>;\n',
  /** Four numbers of a row, of which there is one sum. */
  across: 'alias Item = vec4<f32>; alias Result = u32;\n',
};

/** A thread for each output of [k₀, r₀, k₁, r₁], or for four that lie side by side. */
function launchEach(
  op: Reduction,
  [k0, r0, k1, r1]: readonly [number, number, number, number],
  { groups, isSoftware }: Traits,
): Launch {
  const isRow = r1 > 1;
  const busy = isSoftware || k0 * k1 >= 4 * WORKGROUP * groups;
  const item = !isRow && k1 % 4 === 0 && busy ? 'four' : op === 'sum' && r1 % 4 === 0 ? 'across' : 'one';
  // What of the strides is counted in fours.
  const [kept, width] = [item === 'four' ? k1 / 4 : k1, item === 'across' ? r1 / 4 : r1];
  const planeStride = r0 * kept * width;
  const isFlat = k0 === 1 || kept === 1;
  const reduced = isRow
    ? { rows: r0, rowStride: kept * width, columns: width, columnStride: 1 }
    : { rows: 1, rowStride: 0, columns: r0, columnStride: kept };
  const few = reduced.columns;
  const keptStride = isFlat && kept === 1 ? planeStride : width;
  const items = k0 * kept;
  const constants = `const FLAT = ${isFlat};\nconst SMALL = ${items < SMALL};\n`;
  const sum = item === 'across' ? 'dot(total, Item(1.0))' : 'total';
  const code =
    op === 'sum'
      ? `fn whole(total: Item) -> Result { return bitcast<Result>(${sum}); }\n${sumEach}`
      : `const PLACED = ${op === 'argmax'};\n${largestEach}`;
  return {
    shader: expand(types[item] + constants + code, { FEW: reduced.rows === 1 && few <= FEW ? few : 0 }),
    entry: 'main',
    params: { items, kept, inverseKept: 1 / kept, keptStride, planeStride, ...reduced },
    grid: elementGrid(items),
    flops: k0 * r0 * k1 * r1,
  };
}

/** How many threads of a workgroup make an output of so many numbers: a power of two. */
const threadsFor = (length: number): number =>
  Math.min(WORKGROUP, 2 ** Math.max(0, Math.ceil(Math.log2(length / SHORT))));

/** The shader for subgroups of `lanes` threads, where all of a workgroup make one output. */
const shaderFor = (lanes: number, threads: number): string =>
  lanes === 0 || threads < WORKGROUP
    ? sumTree
    : `enable subgroups;\nconst LANES = ${lanes}u;\n${sumSubgroups}`;

/**
 * Some threads for each output: they stride over the inputs, then combine. A long sum with few outputs gets several workgroups
 * each, whose parts are added at the end.
 */
function launchShared(op: Reduction, shape: Shape, axes: readonly number[], { lanes, groups }: Traits): Work {
  const { kept, walked } = reductionOf(shape, axes);
  const outputs = sizeOf(kept.shape);
  const length = sizeOf(walked.shape);
  const threads = threadsFor(length);
  const most = Math.min(Math.ceil(length / SHARE), Math.ceil(groups / outputs));
  const parts = op === 'sum' ? Math.max(1, most) : 1;
  const inner = Math.max(1, walked.shape.at(-1) ?? 1);
  const params = {
    ...{ outputs, length, keptRank: kept.shape.length, walkedRank: walked.shape.length },
    ...{ innerLength: inner, inverseInner: 1 / inner },
    ...{ innerStride: walked.strides.at(-1) ?? 0, outerStride: walked.strides.at(-2) ?? 0 },
    ...{ parts, threads, keptShape: kept.shape, keptStrides: kept.strides },
    ...{ walkedShape: walked.shape, walkedStrides: walked.strides },
  };
  const launch: Launch = {
    shader: shaderFor(lanes, threads),
    entry: op,
    params,
    grid: gridOf(Math.ceil((outputs * parts * threads) / WORKGROUP)),
    flops: sizeOf(shape),
    ...(parts > 1 && { writes: [2] }),
  };
  if (parts === 1) return { launches: [launch], scratch: [] };
  return { launches: [launch, joinSplits(2, 1, outputs, parts)], scratch: [outputs * parts] };
}

/** Which axes are reduced; all of them when left out. */
export interface Axes {
  readonly axes?: readonly number[];
}

const reduction =
  (op: Reduction): GpuKernel<Axes> =>
  ([{ shape }], [y], { axes }, traits) => {
    const outputs = sizeOf(y.shape);
    if (outputs === 0) return [];
    const reduced = resolveAxes(op, axes, shape.length);
    const fours = foursOf(shape, reduced);
    const length = sizeOf(shape) / outputs;
    if (fours === null || length === 0 || !isEach(outputs, length, fours[3] > 1, traits))
      return launchShared(op, shape, reduced, traits);
    return [launchEach(op, fours, traits)];
  };

export const sum = reduction('sum');
export const max = reduction('max');
export const argmax = reduction('argmax');

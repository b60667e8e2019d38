import sumSubgroups from '../../../../shaders/sumSubgroups.wgsl';
import sumTree from '../../../../shaders/sumTree.wgsl';
import type { Shape } from '../../../shape.ts';
import { resolveAxes, sizeOf } from '../../../shape.ts';
import { reductionOf } from '../../indexSpaces.ts';
import type { GpuKernel, Launch, Work } from '../../launch.ts';
import { elementGrid, gridOf, WORKGROUP } from '../../launch.ts';
import type { Traits } from '../traits.ts';
import { joinSplits } from './splits.ts';

/** The shader for subgroups of `lanes` threads; 0 where there are none. */
const shaderFor = (lanes: number): string =>
  lanes === 0 ? sumTree : `enable subgroups;\nconst LANES = ${lanes}u;\n${sumSubgroups}`;

/** Elements from which on a sum is worth a workgroup more. */
const SHARE = 1024;

/** Up to so many inputs a workgroup has next to nothing to do. */
const SHORT = 8;

/**
 * Whether each output has a thread, instead of a workgroup: where outputs are as many as all threads of the adapter. On a GPU
 * those of a workgroup should find long rows side by side all the same.
 */
function isEach(outputs: number, length: number, stride: number, { groups, isSoftware }: Traits): boolean {
  const enough = length <= SHORT ? WORKGROUP : WORKGROUP * groups;
  return outputs >= enough && (isSoftware || length <= WORKGROUP || stride !== 1);
}

/**
 * One workgroup per output: its threads stride over the inputs, then combine. A sum with few outputs gets several each,
 * whose parts are added at the end.
 */
function launchReduction(
  entry: 'sum' | 'max' | 'argmax',
  shape: Shape,
  axes: readonly number[],
  traits: Traits,
): Work {
  const { lanes, groups } = traits;
  const { kept, walked } = reductionOf(shape, axes);
  const outputs = sizeOf(kept.shape);
  const length = sizeOf(walked.shape);
  if (outputs === 0) return { launches: [], scratch: [] };
  const innerStride = walked.strides.at(-1) ?? 0;
  const each = isEach(outputs, length, innerStride, traits);
  const most = Math.min(Math.ceil(length / SHARE), Math.ceil(groups / outputs));
  const parts = entry === 'sum' && !each ? Math.max(1, most) : 1;
  const inner = Math.max(1, walked.shape.at(-1) ?? 1);
  const params = {
    ...{ outputs, length, keptRank: kept.shape.length, walkedRank: walked.shape.length },
    ...{ innerLength: inner, inverseInner: 1 / inner },
    ...{ innerStride, outerStride: walked.strides.at(-2) ?? 0 },
    ...{ parts, keptShape: kept.shape, keptStrides: kept.strides },
    ...{ walkedShape: walked.shape, walkedStrides: walked.strides },
  };
  const launch: Launch = {
    shader: shaderFor(lanes),
    entry: each ? `${entry}Each` : entry,
    params,
    grid: each ? elementGrid(outputs) : gridOf(outputs * parts),
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
  (entry: 'sum' | 'max' | 'argmax'): GpuKernel<Axes> =>
  ([{ shape }], _outputs, { axes }, traits) =>
    launchReduction(entry, shape, resolveAxes(entry, axes, shape.length), traits);

export const sum = reduction('sum');
export const max = reduction('max');
export const argmax = reduction('argmax');

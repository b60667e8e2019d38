import quotient from '../../shaders/quotient.wgsl';
import real from '../../shaders/real.wgsl';
import shader from '../../shaders/reduce.wgsl';
import sumSubgroups from '../../shaders/sumSubgroups.wgsl';
import sumTree from '../../shaders/sumTree.wgsl';
import type { Launch, View, Work } from '../op.ts';
import { eight, gridOf, word } from '../op.ts';
import type { Shape } from '../shape.ts';
import { sizeOf, stridesOf } from '../shape.ts';
import { joinSplits } from './splits.ts';
import type { Traits } from './tilings.ts';

/** A reduction as two index spaces over the input: the kept one names the output, the other is walked. */
interface Plan {
  readonly kept: { readonly shape: number[]; readonly strides: number[] };
  readonly walked: { readonly shape: number[]; readonly strides: number[] };
}

function planOf(shape: Shape, axes: readonly number[]): Plan {
  const strides = stridesOf(shape);
  const pick = (keep: boolean) => {
    const chosen = shape.map((_, axis) => axis).filter((axis) => axes.includes(axis) !== keep);
    return merged(
      chosen.map((axis) => shape[axis]),
      chosen.map((axis) => strides[axis]),
    );
  };
  return { kept: pick(true), walked: pick(false) };
}

/** Joins neighbouring axes that are one axis in memory, so that an index is taken apart fewer times. */
function merged(shape: readonly number[], strides: readonly number[]) {
  const joined: { shape: number[]; strides: number[] } = { shape: [], strides: [] };
  shape.forEach((length, axis) => {
    const last = joined.shape.length - 1;
    if (last >= 0 && joined.strides[last] === length * strides[axis]) {
      joined.shape[last] *= length;
      joined.strides[last] = strides[axis];
    } else {
      joined.shape.push(length);
      joined.strides.push(strides[axis]);
    }
  });
  return joined;
}

/** The offset of every point of an index space, in row-major order. */
function offsetsOf(shape: readonly number[], strides: readonly number[]): Int32Array {
  let offsets = new Int32Array(1);
  shape.forEach((length, axis) => {
    const next = new Int32Array(offsets.length * length);
    let at = 0;
    for (const offset of offsets) for (let i = 0; i < length; i++) next[at++] = offset + i * strides[axis];
    offsets = next;
  });
  return offsets;
}

/**
 * Calls `reduce(output index, base, offsets)` for each output; its inputs are x[base + offsets[j]] for all j,
 * in row-major order of the reduced axes.
 */
export function forEachOutput(
  x: View,
  axes: readonly number[],
  reduce: (output: number, base: number, offsets: Int32Array) => void,
): void {
  const { kept, walked } = planOf(x.shape, axes);
  const bases = offsetsOf(kept.shape, kept.strides);
  const offsets = offsetsOf(walked.shape, walked.strides);
  for (let output = 0; output < bases.length; output++) reduce(output, bases[output], offsets);
}

const code = `${quotient}\n${real}\n${shader}`;

/** The shader for subgroups of `lanes` threads; 0 where there are none. */
const shaderFor = (lanes: number): string =>
  lanes === 0 ? code + sumTree : `enable subgroups;\nconst LANES = ${lanes}u;\n${code}${sumSubgroups}`;

/** Elements from which on a sum is worth a workgroup more. */
const SHARE = 1024;

/**
 * One workgroup per output: its threads stride over the inputs, then combine. A sum with few outputs gets several each,
 * whose parts are added at the end.
 */
export function launchReduction(
  entry: 'sum' | 'max' | 'argmax',
  shape: Shape,
  axes: readonly number[],
  { lanes, groups }: Traits,
): Work {
  const { kept, walked } = planOf(shape, axes);
  const outputs = sizeOf(kept.shape);
  const length = sizeOf(walked.shape);
  if (outputs === 0) return { launches: [], scratch: [] };
  const most = Math.min(Math.ceil(length / SHARE), Math.ceil(groups / outputs));
  const parts = entry === 'sum' ? Math.max(1, most) : 1;
  const inner = Math.max(1, walked.shape.at(-1) ?? 1);
  const params = [
    ...[outputs, length, kept.shape.length, walked.shape.length],
    ...[inner, walked.strides.at(-1) ?? 0, walked.strides.at(-2) ?? 0, word(1 / inner)],
    ...[parts, 0, 0, 0],
    ...eight(kept.shape),
    ...eight(kept.strides),
    ...eight(walked.shape),
    ...eight(walked.strides),
  ];
  const launch: Launch = {
    shader: shaderFor(lanes),
    entry,
    params,
    grid: gridOf(outputs * parts),
    flops: sizeOf(shape),
    ...(parts > 1 && { writes: [2] }),
  };
  if (parts === 1) return { launches: [launch], scratch: [] };
  return { launches: [launch, joinSplits(2, 1, outputs, parts)], scratch: [outputs * parts] };
}

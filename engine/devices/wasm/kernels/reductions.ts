import type { Shape } from '../../../shape.ts';
import { resolveAxes, sizeOf, stridesOf } from '../../../shape.ts';
import { foursOf } from '../../indexSpaces.ts';
import { bitsOf } from '../../launch.ts';
import { ODOMETER, rowsOf } from '../axes.ts';
import type { WasmKernel, WasmWork } from '../launch.ts';
import { cut, cutRows, workOf } from '../parts.ts';

/** Which axes are reduced; all of them when left out. */
export interface Axes {
  readonly axes?: readonly number[];
}

/** A sum is cut into chunks where it is longer than this and there are too few sums to share out. */
const CHUNK = 16384;
const ENOUGH = 32;

/** Each output at once: kernels of wasm/sum.ts and wasm/extremes.ts. */
function wholes(kernel: string, [k0, r0, k1, r1]: readonly number[], weight = 1): WasmWork {
  const { parts, piece } = cutRows(k0 * k1, r0 * r1, weight);
  return workOf({ kernel, parts, params: [k0 * k1, piece, r0, k1, r1], flops: k0 * k1 * r0 * r1 });
}

/** Kernels of wasm/sum.ts: sums, or partial sums in double precision in scratch memory, and then theirs. */
function sumInChunks([k0, r0, k1, r1]: readonly number[]): WasmWork {
  const outputs = k0 * k1;
  const elements = outputs * r0 * r1;
  const isColumns = r1 === 1;
  // Columns go eight at a time, rows one output at a time.
  const strip = isColumns ? Math.min(8, k1) : 1;
  const chunk = Math.max(CHUNK, Math.ceil(elements / ENOUGH));
  const columns = Math.min(r1, chunk);
  const rows = Math.max(1, Math.min(r0, Math.floor(chunk / (columns * strip))));
  const [down, across] = [Math.ceil(r0 / rows), Math.ceil(r1 / columns)];
  const chunks = down * across;
  const jobs = isColumns ? k0 * down * Math.ceil(k1 / 8) : outputs * chunks;
  if (chunks === 1) return wholes('sumOfFours', [k0, r0, k1, r1]);
  const { parts, piece } = cutRows(jobs, rows * columns * strip);
  const launch = {
    kernel: isColumns ? 'sumColumns' : 'sumRows',
    parts,
    params: isColumns
      ? [jobs, piece, r0, k1, rows, down]
      : [jobs, piece, r0, k1, r1, rows, columns, down, across],
    flops: elements,
  };
  const joined = cutRows(outputs, chunks);
  const join = {
    kernel: 'joinSums',
    parts: joined.parts,
    params: [outputs, joined.piece, chunks],
    reads: [2],
    note: 'joined',
  };
  return { launches: [{ ...launch, writes: [2], note: 'chunks' }, join], scratch: [2 * outputs * chunks] };
}

/** A kernel of wasm/reduce.ts: any axes, one number after the other. */
function reduceAny(kernel: string, shape: Shape, reduced: readonly number[]): WasmWork {
  const strides = stridesOf(shape);
  const pick = (isReduced: boolean) => {
    const axes = shape.map((_, axis) => axis).filter((axis) => reduced.includes(axis) === isReduced);
    const walk = { shape: axes.map((axis) => shape[axis]), a: axes.map((axis) => strides[axis]) };
    return { ...walk, b: axes.map(() => 0) };
  };
  const [kept, walked] = [pick(false), pick(true)];
  const [outputs, length] = [sizeOf(kept.shape), sizeOf(walked.shape)];
  const [row, stride, , rank, ...outer] = rowsOf(walked);
  // A row of the kept axes is an axis like the others.
  const [keptRow, keptStride, , keptRank, ...keptOuter] = rowsOf(kept);
  const keptAxes = [keptRow, keptStride, 0, ...keptOuter];
  const { parts, piece } = cutRows(outputs, length, 2);
  const params = [...[outputs, piece, keptRank + 1, row, stride, length / row, rank], ...keptAxes, ...outer];
  return workOf({ kernel, parts, params, flops: outputs * length, ownBytes: ODOMETER });
}

export const sum: WasmKernel<Axes> = ([x], [y], { axes }) => {
  const outputs = sizeOf(y.shape);
  if (sizeOf(x.shape) === 0) {
    const { parts, piece } = cut(outputs);
    return workOf({ kernel: 'fill', parts, params: [0, outputs, piece, bitsOf(0)], reads: [] });
  }
  const reduced = resolveAxes('sum', axes, x.shape.length);
  const fours = foursOf(x.shape, reduced);
  return fours === null ? reduceAny('sum', x.shape, reduced) : sumInChunks(fours);
};

/** Without outputs there is nothing to do, and without elements no maximum: the op refuses it. */
const extreme =
  (kernel: 'max' | 'argmax'): WasmKernel<Axes> =>
  ([x], [y], { axes }) => {
    if (sizeOf(y.shape) === 0) return workOf();
    const reduced = resolveAxes(kernel, axes, x.shape.length);
    const fours = foursOf(x.shape, reduced);
    return fours === null ? reduceAny(kernel, x.shape, reduced) : wholes(`${kernel}OfFours`, fours);
  };

export const max = extreme('max');
export const argmax = extreme('argmax');

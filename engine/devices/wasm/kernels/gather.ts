/** What indices name along an axis, and sums of what is put there: wasm/gather.ts. */

import { sizeOf } from '../../../shape.ts';
import { aroundAxis } from '../../indexSpaces.ts';
import type { WasmKernel, WasmLaunch } from '../launch.ts';
import { cutRows, workOf } from '../parts.ts';

export interface Axis {
  readonly axis: number;
}

export const gather: WasmKernel<Axis> = ([x, indices], _outputs, { axis }) => {
  const [outer, n, inner] = aroundAxis(x.shape, axis);
  const indexCount = sizeOf(indices.shape);
  const { parts, piece } = inner === 0 ? { parts: 0, piece: 0 } : cutRows(outer * indexCount, inner, 2);
  return workOf({ kernel: 'gather', parts, params: [outer * indexCount, piece, n, indexCount, inner] });
};

/** Indices are put in the order of their places, so that each output goes through its own. */
export const scatterAdd: WasmKernel<Axis> = ([, indices], [x], { axis }) => {
  const [outer, n, inner] = aroundAxis(x.shape, axis);
  if (sizeOf(x.shape) === 0) return workOf();
  const indexCount = sizeOf(indices.shape);
  const { parts, piece } = cutRows(outer * n, inner * Math.ceil(1 + indexCount / n), 2);
  const sort: WasmLaunch = {
    ...{ kernel: 'sortPlaces', parts: 1, params: [indexCount, n] },
    ...{ reads: [1], writes: [3], note: 'order of the indices' },
  };
  const add: WasmLaunch = {
    ...{ kernel: 'scatterAdd', parts, params: [outer * n, piece, n, indexCount, inner] },
    ...{ reads: [0, 3], writes: [2] },
  };
  return { launches: [sort, add], scratch: [n + indexCount] };
};

/** What indices name along an axis, and sums of what is put there. */

import gatherShader from '../../../../shaders/gather.wgsl';
import scatterShader from '../../../../shaders/scatterAdd.wgsl';
import sortShader from '../../../../shaders/sortPlaces.wgsl';
import { sizeOf } from '../../../shape.ts';
import { aroundAxis } from '../../indexSpaces.ts';
import type { GpuKernel, Launch } from '../../launch.ts';
import { elementGrid } from '../../launch.ts';
import type { Traits } from '../traits.ts';
import { SMALL } from './walks.ts';

export interface Axis {
  readonly axis: number;
}

/**
 * Threads that put indices in order: each goes through all of them for its share of the places. Many cost a GPU no time; on a
 * software adapter 1024 took 8 s for 100,000 indices.
 */
const sortersOn = ({ isSoftware }: Traits): number => (isSoftware ? 8 : 1024);

export const gather: GpuKernel<Axis> = ([x, indices], [y], { axis }) => {
  const [, n, inner] = aroundAxis(x.shape, axis);
  const unit = inner % 4 === 0 ? 4 : 1;
  const items = sizeOf(y.shape) / unit;
  const indexCount = sizeOf(indices.shape);
  const width = inner / unit;
  const params = {
    items,
    indexCount,
    n,
    inner: width,
    inverseInner: 1 / width,
    inverseCount: 1 / indexCount,
  };
  const head = `alias Item = ${unit === 4 ? 'vec4<u32>' : 'u32'};\nconst SMALL = ${items < SMALL};\n`;
  return [{ shader: head + gatherShader, entry: 'main', params, grid: elementGrid(items) }];
};

/**
 * No two threads add to one number: indices are put in the order of their places, then each output goes through its own.
 */
export const scatterAdd: GpuKernel<Axis> = ([, indices], [x], { axis }, traits) => {
  const [, n, inner] = aroundAxis(x.shape, axis);
  const count = sizeOf(x.shape);
  const indexCount = sizeOf(indices.shape);
  const share = Math.max(1, Math.ceil(n / sortersOn(traits)));
  const sort: Launch = {
    ...{ shader: sortShader, entry: 'main', params: { indexCount, n, share } },
    ...{ grid: elementGrid(Math.ceil(n / share)), reads: [1], writes: [3], note: 'order of the indices' },
  };
  const add: Launch = {
    ...{ shader: scatterShader, entry: 'main', params: { count, indexCount, n, inner } },
    ...{ grid: elementGrid(count), reads: [0, 3], writes: [2] },
  };
  return count === 0 ? [] : { launches: [sort, add], scratch: [n + indexCount] };
};

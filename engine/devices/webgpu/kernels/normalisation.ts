/** Batch normalisation: sums of each channel, by several workgroups where channels are few, then a pass over all numbers. */

import batchNormShader from '../../../../shaders/batchNorm.wgsl';
import batchNormGradShader from '../../../../shaders/batchNormGrad.wgsl';
import totalsShader from '../../../../shaders/batchNormTotals.wgsl';
import normaliseShader from '../../../../shaders/normalise.wgsl';
import runningShader from '../../../../shaders/runningStatistics.wgsl';
import { sizeOf } from '../../../shape.ts';
import type { GpuKernel, Launch, Spec } from '../../launch.ts';
import { elementGrid, gridOf } from '../../launch.ts';
import type { Traits } from '../traits.ts';
import { itemsOf } from './items.ts';
import { SMALL } from './walks.ts';

/** What ops of batch normalisation say. */
export interface BatchNorm {
  readonly eps: number;
  readonly relu: boolean;
}

/** Numbers from which on a channel is worth a workgroup more. */
const SHARE = 4096;

/** How a batch is walked: its parameters, what stands in front of shaders, and their grids. */
function walkOf({ shape }: Spec, { eps, relu }: BatchNorm, { groups }: Traits) {
  const [images, channels, height, width] = shape;
  const pixels = height * width;
  const { head, items } = itemsOf(pixels);
  const most = Math.min(Math.ceil((images * pixels) / SHARE), Math.ceil(groups / Math.max(1, channels)));
  const share = Math.max(1, Math.ceil(images / Math.max(1, most)));
  const shares = Math.max(1, Math.ceil(images / share));
  const all = images * channels * items;
  const constants = `const SMALL = ${all < SMALL};\nconst RELU = ${relu};\n`;
  const total = (sum: string) => `fn total(item: Item) -> f32 { return ${sum}; }\n`;
  const four = items === pixels ? 'item' : '(item.x + item.y) + (item.z + item.w)';
  return {
    /** Sums of a channel, of which each share of the images has one. */
    sums: channels * shares,
    /** In front of shaders that read the batch, and of those that read floats. */
    front: { items: head + constants + total(four), floats: itemsOf(1).head + constants + total('item') },
    /** Numbers in an item. */
    width: pixels / Math.max(1, items),
    params: {
      ...{ images, channels, items, pixels, shares, share, eps },
      ...{ inverseItems: 1 / Math.max(1, items), inverseChannels: 1 / Math.max(1, channels) },
    },
    grid: { sums: gridOf(channels * shares), channels: elementGrid(channels), items: elementGrid(all) },
  };
}

export const normalise: GpuKernel<BatchNorm> = ([x], _outputs, attrs, traits) => {
  const { front, params, grid } = walkOf(x, attrs, traits);
  const flops = 4 * sizeOf(x.shape);
  return [{ shader: front.items + normaliseShader, entry: 'main', params, grid: grid.items, flops }];
};

export const batchNorm: GpuKernel<BatchNorm> = ([x], _outputs, attrs, traits) => {
  const { front, sums, params, grid } = walkOf(x, attrs, traits);
  const size = sizeOf(x.shape);
  // Operands: x, weight, bias, y, mean, variance, and the moments of each share.
  const moments: Launch = {
    ...{ shader: front.items + batchNormShader, entry: 'moments', params, grid: grid.sums },
    ...{ reads: [0], writes: [6], flops: 5 * size, note: 'moments' },
  };
  const join: Launch = {
    ...{ shader: front.floats + batchNormShader, entry: 'join', params, grid: grid.channels },
    ...{ reads: [6], writes: [4, 5], note: 'joined' },
  };
  const pass: Launch = {
    ...{ shader: front.items + normaliseShader, entry: 'main', params, grid: grid.items },
    ...{ reads: [0, 4, 5, 1, 2], writes: [3], flops: 4 * size, note: 'normalised' },
  };
  return { launches: [moments, join, pass], scratch: [2 * sums] };
};

export const batchNormGrad: GpuKernel<BatchNorm> = (inputs, _outputs, attrs, traits) => {
  const [{ shape }] = inputs;
  const { front, sums, width, params, grid } = walkOf(inputs[0], attrs, traits);
  const size = sizeOf(shape);
  const own = inputs.length;
  // Without relu nothing is asked of the bias: the weight stands in its place, and of the sums for totals.
  const reads = [0, 1, 2, 3, 4, attrs.relu ? 5 : 4];
  const [dx, dweight, dbias, parts, totals] = [0, 1, 2, 3, 4].map((i) => own + i);
  const shader = front.items + batchNormGradShader;
  const { channels, shares, eps } = params;
  const launches: Launch[] = [
    {
      ...{ shader, entry: 'sums', params, grid: grid.sums, reads: [...reads, 4], writes: [parts] },
      ...{ flops: 5 * size, note: 'sums' },
    },
    {
      ...{ shader: totalsShader, entry: 'main', params: { channels, shares, width, eps } },
      ...{ grid: grid.channels, reads: [parts, 3], writes: [dweight, dbias, totals], note: 'totals' },
    },
    {
      ...{ shader, entry: 'main', params, grid: grid.items, reads: [...reads, totals], writes: [dx] },
      ...{ flops: 7 * size, note: 'by x' },
    },
  ];
  return { launches, scratch: [2 * sums * width, 2 * channels] };
};

export const runningStatistics: GpuKernel<{ readonly momentum: number; readonly count: number }> = (
  [mean],
  _outputs,
  { momentum, count },
) => {
  const channels = sizeOf(mean.shape);
  const params = { channels, momentum, unbiased: count / (count - 1) };
  return [{ shader: runningShader, entry: 'main', params, grid: elementGrid(channels), reads: [0, 1] }];
};

/** Batch normalisation: a channel is done by one thread, so that it is in the cache when it is read a second time. */

import { sizeOf } from '../../../shape.ts';
import { bitsOf } from '../../launch.ts';
import type { WasmKernel } from '../launch.ts';
import { cut, cutRows, workOf } from '../parts.ts';

/** What follows the operands of the kernels. */
export interface BatchNorm {
  readonly eps: number;
  readonly relu: boolean;
}

/** Operations for each number, for the profile: of the kernels with sums, those of both passes. */
const FLOPS = { normalise: 4, batchNorm: 8, batchNormGrad: 12 };

const params = (shape: readonly number[], piece: number, { eps, relu }: BatchNorm): number[] => {
  const [images, channels, height, width] = shape;
  return [images, channels, height * width, piece, bitsOf(eps), relu ? 1 : 0];
};

export const normalise: WasmKernel<BatchNorm> = ([x], _outputs, attrs) => {
  const [images, channels, height, width] = x.shape;
  const { parts, piece } = cutRows(sizeOf(x.shape) === 0 ? 0 : images * channels, height * width);
  const flops = FLOPS.normalise * sizeOf(x.shape);
  return workOf({ kernel: 'normalise', parts, params: params(x.shape, piece, attrs), flops });
};

export const batchNorm: WasmKernel<BatchNorm> = ([x], _outputs, attrs) => {
  const [images, channels, height, width] = x.shape;
  const { parts, piece } = cutRows(channels, images * height * width, 2);
  const flops = FLOPS.batchNorm * sizeOf(x.shape);
  return workOf({ kernel: 'batchNorm', parts, params: params(x.shape, piece, attrs), flops });
};

export const batchNormGrad: WasmKernel<BatchNorm> = ([g], _outputs, attrs) => {
  const [images, channels, height, width] = g.shape;
  const { parts, piece } = cutRows(channels, images * height * width, 2);
  return workOf({
    kernel: 'batchNormGrad',
    parts,
    params: params(g.shape, piece, attrs),
    // Without relu nothing is asked of the bias: the weight stands in its place.
    reads: [0, 1, 2, 3, 4, attrs.relu ? 5 : 4],
    flops: FLOPS.batchNormGrad * sizeOf(g.shape),
  });
};

export const runningStatistics: WasmKernel<{ readonly momentum: number; readonly count: number }> = (
  [mean],
  _outputs,
  { momentum, count },
) => {
  const channels = sizeOf(mean.shape);
  const { parts, piece } = cut(channels, 8);
  return workOf({
    kernel: 'runningStatistics',
    parts,
    params: [channels, piece, bitsOf(momentum), bitsOf(count / (count - 1))],
    reads: [0, 1],
  });
};

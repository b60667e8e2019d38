/** Pooling over windows and over planes. */

import { named, ShapeError, whatIs } from '../errors.ts';
import { expectRank, expectTensor } from '../expect.ts';
import { applyWith } from '../graph.ts';
import * as ops from '../ops/pages.ts';
import type { AvgUnpoolAttrs, PoolAttrs, UnpoolAttrs } from '../ops/pooling.ts';
import { ceilOverhang } from '../ops/window.ts';
import type { Known } from '../options.ts';
import { checkOptions } from '../options.ts';
import type { Tensor } from '../tensor.ts';
import type { WindowOptions } from '../windowOptions.ts';
import { pairOf, windowOf } from '../windowOptions.ts';
import type { Window1dOptions } from './oneAxis.ts';
import { flatWindow, withHeight, withoutHeight } from './oneAxis.ts';
import { max, mean } from './reductions.ts';

/** With what their gradients take beside the functions that all do. */
const applyMax = applyWith(() => ({ maxPool2dGrad, maxPool2dPick }));
const applyMean = applyWith(() => ({ avgPool2d, avgPool2dGrad }));

/** A window's size, or its height and width. The stride is the window's size where it is left out. */
type Kernel = number | readonly [number, number];

/** Refuses what is no size of a window. */
function expectKernel(op: string, kernelSize: unknown): void {
  if ([kernelSize].flat().every((each) => typeof each === 'number')) return;
  throw new ShapeError(`${op}: kernelSize is ${whatIs(kernelSize)}; expected a number or two: ${op}(x, 2)`);
}

export interface PoolOptions extends WindowOptions {
  /** Rounds the number of windows up: a last one may hang over the image. */
  readonly ceilMode?: boolean;
  /** What ceilMode comes to, where it is known already. */
  readonly overhang?: readonly [number, number] | undefined;
}

const window = { stride: true, padding: true, dilation: true, ceilMode: true } as const;
const poolOptions: Known<PoolOptions> = { ...window, overhang: true };
const avgPoolOptions: Known<AvgPoolOptions> = { ...poolOptions, countPadding: true };
const pool1dOptions: Known<Pool1dOptions> = window;

const avgPool1dOptions: Known<AvgPool1dOptions> = { ...pool1dOptions, countPadding: true };

const poolAttrs = (op: string, x: Tensor, kernelSize: Kernel, options: PoolOptions) => {
  expectTensor(op, 'its input', x);
  expectKernel(op, kernelSize);
  const kernel = pairOf(kernelSize);
  const moves = windowOf({ ...options, stride: options.stride ?? kernel }, kernel);
  if (options.ceilMode !== true) return { ...moves, kernel, overhang: options.overhang ?? ([0, 0] as const) };
  return { ...moves, kernel, overhang: ceilOverhang(pairOf(x.shape.slice(2)), kernel, moves) };
};

/** x [N,C,H,W] → [N,C,H',W'], the maximum of each window. */
export const maxPool2d = (x: Tensor, kernelSize: Kernel, options: PoolOptions = {}): Tensor =>
  maxPool2dWithPlaces(x, kernelSize, options)[0];

/** The maximum of each window, and where in its plane it was: int32, row-major. */
export function maxPool2dWithPlaces(
  x: Tensor,
  kernelSize: Kernel,
  options: PoolOptions = {},
): [Tensor, Tensor] {
  checkOptions('maxPool2d', options, poolOptions);
  const [y, place] = applyMax(ops.maxPool2d, [x], poolAttrs('maxPool2d', x, kernelSize, options));
  return [y, place];
}

export interface AvgPoolOptions extends PoolOptions {
  /** Whether padding counts as zeros in the mean (PyTorch's count_include_pad). */
  readonly countPadding?: boolean;
}

/** x [N,C,H,W] → [N,C,H',W'], the mean of each window. */
export const avgPool2d = (x: Tensor, kernelSize: Kernel, options: AvgPoolOptions = {}): Tensor => {
  checkOptions('avgPool2d', options, avgPoolOptions);
  const attrs = {
    ...poolAttrs('avgPool2d', x, kernelSize, options),
    countPadding: options.countPadding ?? true,
  };
  return applyMean(ops.avgPool2d, [x], attrs)[0];
};

export interface Pool1dOptions extends Window1dOptions {
  readonly ceilMode?: boolean;
}

/** x [N,C,L] → [N,C,L']; the stride is the window's size where it is left out. */
export const maxPool1d = named(
  'maxPool1d',
  (x: Tensor, kernelSize: number, options: Pool1dOptions = {}): Tensor => {
    expectTensor('maxPool1d', 'its input', x);
    checkOptions('maxPool1d', options, pool1dOptions);
    expectKernel('maxPool1d', kernelSize);
    expectRank('maxPool1d', 'an input', x, 3, '[N,C,L]');
    return withoutHeight(maxPool2d(withHeight(x), [1, kernelSize], flatWindow(options)));
  },
);

export interface AvgPool1dOptions extends Pool1dOptions {
  readonly countPadding?: boolean;
}

/** x [N,C,L] → [N,C,L']; the stride is the window's size where it is left out. */
export const avgPool1d = named(
  'avgPool1d',
  (x: Tensor, kernelSize: number, options: AvgPool1dOptions = {}): Tensor => {
    expectTensor('avgPool1d', 'its input', x);
    checkOptions('avgPool1d', options, avgPool1dOptions);
    expectKernel('avgPool1d', kernelSize);
    expectRank('avgPool1d', 'an input', x, 3, '[N,C,L]');
    return withoutHeight(avgPool2d(withHeight(x), [1, kernelSize], flatWindow(options)));
  },
);

/** The maximum of each plane: [N,C,H,W] → [N,C,1,1]. */
export const globalMaxPool = named('globalMaxPool', (x: Tensor): Tensor => {
  expectTensor('globalMaxPool', 'its input', x);
  expectRank('globalMaxPool', 'an input', x, 4, '[N,C,H,W]');
  return max(x, { axes: [2, 3], keepDims: true });
});

/** The mean of each plane: [N,C,H,W] → [N,C,1,1]. */
export const globalAvgPool = named('globalAvgPool', (x: Tensor): Tensor => {
  expectTensor('globalAvgPool', 'its input', x);
  expectRank('globalAvgPool', 'an input', x, 4, '[N,C,H,W]');
  return mean(x, { axes: [2, 3], keepDims: true });
});

export const maxPool2dGrad = (g: Tensor, place: Tensor, attrs: UnpoolAttrs): Tensor =>
  applyMax(ops.maxPool2dGrad, [g, place], attrs)[0];

export const maxPool2dPick = (x: Tensor, place: Tensor, attrs: PoolAttrs): Tensor =>
  applyMax(ops.maxPool2dPick, [x, place], attrs)[0];

export const avgPool2dGrad = (g: Tensor, attrs: AvgUnpoolAttrs): Tensor =>
  applyMean(ops.avgPool2dGrad, [g], attrs)[0];

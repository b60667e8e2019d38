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
import type { PairOption, WindowOptions } from '../windowOptions.ts';
import { pairOf, windowOf } from '../windowOptions.ts';
import type { Window1dOptions } from './oneAxis.ts';
import { flatWindow, withHeight, withoutHeight } from './oneAxis.ts';
import { max, mean } from './reductions.ts';

/** With what their gradients take beside the functions that all do. */
const applyMax = applyWith(() => ({ maxPool2dGrad, maxPool2dPick }));
const applyMean = applyWith(() => ({ avgPool2d, avgPool2dGrad }));

/** Refuses what is no size of a window. */
function expectKernel(op: string, kernelSize: unknown): void {
  if ([kernelSize].flat().every((each) => typeof each === 'number')) return;
  throw new ShapeError(`${op}: kernelSize is ${whatIs(kernelSize)}; expected a number or two: ${op}(x, 2)`);
}

/** How a pooling window moves: by its own size where there is no stride. */
export interface PoolOptions extends WindowOptions {
  /** Rounds the number of windows up: a last one may hang over the image; false when left out. */
  readonly ceilMode?: boolean;
  /** What ceilMode comes to, where it is known already. */
  readonly overhang?: readonly [number, number] | undefined;
}

const window = { stride: true, padding: true, dilation: true, ceilMode: true } as const;
const poolOptions: Known<PoolOptions> = { ...window, overhang: true };
const avgPoolOptions: Known<AvgPoolOptions> = { ...poolOptions, countPadding: true };
const pool1dOptions: Known<Pool1dOptions> = window;

const avgPool1dOptions: Known<AvgPool1dOptions> = { ...pool1dOptions, countPadding: true };

const poolAttrs = (op: string, x: Tensor, kernelSize: PairOption, options: PoolOptions) => {
  expectTensor(op, 'its input', x);
  expectKernel(op, kernelSize);
  const kernel = pairOf(kernelSize);
  const moves = windowOf({ ...options, stride: options.stride ?? kernel }, kernel);
  if (options.ceilMode !== true) return { ...moves, kernel, overhang: options.overhang ?? ([0, 0] as const) };
  return { ...moves, kernel, overhang: ceilOverhang(pairOf(x.shape.slice(2)), kernel, moves) };
};

/**
 * The maximum of each window; NaN where one is NaN.
 *
 * @param x [N,C,H,W]
 * @param kernelSize the window's size, or its height and width
 * @returns [N,C,H',W'], H' = ⌊(H + padding − dilation·(kh − 1) − 1)/stride⌋ + 1 with the padding of both sides
 * @throws ShapeError for another rank, and a window that does not fit
 * @category Convolution and pooling
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const x = Tensor.from([[[[1, 2, 5, 0], [3, 4, 0, 6]]]]);
 * console.log(await F.maxPool2d(x, 2).read());
 * // Float32Array(2) [ 4, 6 ]
 */
export const maxPool2d = (x: Tensor, kernelSize: PairOption, options: PoolOptions = {}): Tensor =>
  maxPool2dWithPlaces(x, kernelSize, options)[0];

/**
 * The maximum of each window, and where in its plane it was.
 *
 * @param x [N,C,H,W]
 * @param kernelSize the window's size, or its height and width
 * @returns the maxima, [N,C,H',W'], and their places in [H,W] row by row, int32
 * @throws ShapeError for another rank, and a window that does not fit
 * @category Convolution and pooling
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const x = Tensor.from([[[[1, 2, 5, 0], [3, 4, 0, 6]]]]);
 * const [y, places] = F.maxPool2dWithPlaces(x, 2);
 * console.log(await y.read(), await places.read());
 * // Float32Array(2) [ 4, 6 ] Int32Array(2) [ 5, 7 ]
 */
export function maxPool2dWithPlaces(
  x: Tensor,
  kernelSize: PairOption,
  options: PoolOptions = {},
): [Tensor, Tensor] {
  checkOptions('maxPool2d', options, poolOptions);
  const [y, place] = applyMax(ops.maxPool2d, [x], poolAttrs('maxPool2d', x, kernelSize, options));
  return [y, place];
}

/** The options of pooling, and what counts in a mean. */
export interface AvgPoolOptions extends PoolOptions {
  /** Whether padding counts as zeros in the mean (PyTorch's count_include_pad); true when left out. */
  readonly countPadding?: boolean;
}

/**
 * The mean of each window.
 *
 * @param x [N,C,H,W]
 * @param kernelSize the window's size, or its height and width
 * @returns [N,C,H',W'] as maxPool2d has it
 * @throws ShapeError for another rank, and a window that does not fit
 * @category Convolution and pooling
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const x = Tensor.from([[[[1, 2, 5, 0], [3, 4, 0, 6]]]]);
 * console.log(await F.avgPool2d(x, 2).read());
 * // Float32Array(2) [ 2.5, 2.75 ]
 */
export const avgPool2d = (x: Tensor, kernelSize: PairOption, options: AvgPoolOptions = {}): Tensor => {
  checkOptions('avgPool2d', options, avgPoolOptions);
  const attrs = {
    ...poolAttrs('avgPool2d', x, kernelSize, options),
    countPadding: options.countPadding ?? true,
  };
  return applyMean(ops.avgPool2d, [x], attrs)[0];
};

/** How a pooling window moves along an axis. */
export interface Pool1dOptions extends Window1dOptions {
  /** Rounds the number of windows up: a last one may hang over the end. */
  readonly ceilMode?: boolean;
}

/**
 * The maximum of each window of sequences.
 *
 * @param x [N,C,L]
 * @param kernelSize the window's size; the stride too where that is left out
 * @returns [N,C,L']
 * @throws ShapeError for another rank, and a window that does not fit
 * @function
 * @category Convolution and pooling
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.maxPool1d(Tensor.from([[[1, 4, 2, 3]]]), 2).read());
 * // Float32Array(2) [ 4, 3 ]
 */
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

/** The options of pooling along an axis, and what counts in a mean. */
export interface AvgPool1dOptions extends Pool1dOptions {
  /** Whether padding counts as zeros in the mean; true when left out. */
  readonly countPadding?: boolean;
}

/**
 * The mean of each window of sequences.
 *
 * @param x [N,C,L]
 * @param kernelSize the window's size; the stride too where that is left out
 * @returns [N,C,L']
 * @throws ShapeError for another rank, and a window that does not fit
 * @function
 * @category Convolution and pooling
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.avgPool1d(Tensor.from([[[1, 4, 2, 3]]]), 2).read());
 * // Float32Array(2) [ 2.5, 2.5 ]
 */
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

/**
 * The maximum of each plane.
 *
 * @param x [N,C,H,W]
 * @returns [N,C,1,1]
 * @throws ShapeError for another rank
 * @function
 * @category Convolution and pooling
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.globalMaxPool(Tensor.from([[[[1, 2], [3, 6]]]])).item());
 * // 6
 */
export const globalMaxPool = named('globalMaxPool', (x: Tensor): Tensor => {
  expectTensor('globalMaxPool', 'its input', x);
  expectRank('globalMaxPool', 'an input', x, 4, '[N,C,H,W]');
  return max(x, { axes: [2, 3], keepDims: true });
});

/**
 * The mean of each plane (Lin et al., 2014).
 *
 * @param x [N,C,H,W]
 * @returns [N,C,1,1]
 * @throws ShapeError for another rank
 * @function
 * @category Convolution and pooling
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * console.log(await F.globalAvgPool(Tensor.from([[[[1, 2], [3, 6]]]])).item());
 * // 3
 */
export const globalAvgPool = named('globalAvgPool', (x: Tensor): Tensor => {
  expectTensor('globalAvgPool', 'its input', x);
  expectRank('globalAvgPool', 'an input', x, 4, '[N,C,H,W]');
  return mean(x, { axes: [2, 3], keepDims: true });
});

/**
 * maxPool2d's gradient: g put where the maxima were.
 *
 * @internal
 */
export const maxPool2dGrad = (g: Tensor, place: Tensor, attrs: UnpoolAttrs): Tensor =>
  applyMax(ops.maxPool2dGrad, [g, place], attrs)[0];

/**
 * What x has where the maxima of another image were: the transpose of maxPool2dGrad.
 *
 * @internal
 */
export const maxPool2dPick = (x: Tensor, place: Tensor, attrs: PoolAttrs): Tensor =>
  applyMax(ops.maxPool2dPick, [x, place], attrs)[0];

/**
 * avgPool2d's gradient.
 *
 * @internal
 */
export const avgPool2dGrad = (g: Tensor, attrs: AvgUnpoolAttrs): Tensor =>
  applyMean(ops.avgPool2dGrad, [g], attrs)[0];

/** Images of another size. */

import { expectWord } from '../expect.ts';
import { applyWith } from '../graph.ts';
import * as ops from '../ops/pages.ts';
import type { Resampling } from '../ops/resampling.ts';
import { checkOptions } from '../options.ts';
import type { Tensor } from '../tensor.ts';
import type { PairOption } from '../windowOptions.ts';
import { pairOf } from '../windowOptions.ts';

/** With what their gradients take beside the functions that all do. */
const apply = applyWith(() => ({ resize2d, resize2dGrad }));

/** Where the new pixels lie among the old ones. */
export interface ResizeOptions {
  /** Between the four pixels around, or the nearest one; bilinear when left out. */
  readonly mode?: 'nearest' | 'bilinear';
  /** Whether the centres of the corners cover each other, instead of whole images; false when left out. */
  readonly alignCorners?: boolean;
}

/**
 * Images of another size, as PyTorch's interpolate and WebNN's resample2d make them.
 *
 * @param x [N,C,H,W]
 * @param size the new height and width, or one number for both
 * @returns [N,C,...size]
 * @throws ShapeError for another rank, a size that is no whole number ≥ 1, and a mode that is unknown
 * @category Convolution and pooling
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const x = Tensor.from([[[[0, 4]]]]);
 * console.log(await F.resize2d(x, [1, 4]).read());
 * // Float32Array(4) [ 0, 1, 3, 4 ]
 * console.log(await F.resize2d(x, [1, 4], { mode: 'nearest' }).read());
 * // Float32Array(4) [ 0, 0, 4, 4 ]
 */
export const resize2d = (x: Tensor, size: PairOption, options: ResizeOptions = {}): Tensor => {
  checkOptions('resize2d', options, { mode: true, alignCorners: true });
  const { mode = 'bilinear', alignCorners = false } = options;
  expectWord('resize2d', 'mode', mode, ['nearest', 'bilinear']);
  return apply(ops.resize2d, [x], { size: pairOf(size), mode, alignCorners })[0];
};

/**
 * resize2d's gradient.
 *
 * @internal
 */
export const resize2dGrad = (g: Tensor, attrs: Resampling): Tensor => apply(ops.resize2dGrad, [g], attrs)[0];

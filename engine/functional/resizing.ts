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

export type ResizeOptions = Partial<Omit<Resampling, 'size'>>;

/**
 * x [N,C,H,W] → [N,C,...size], between pixels or from the nearest one. Whole images cover each other, as in PyTorch's
 * interpolate and in WebNN, or with `alignCorners` the centres of their corners do.
 */
export const resize2d = (x: Tensor, size: PairOption, options: ResizeOptions = {}): Tensor => {
  checkOptions('resize2d', options, { mode: true, alignCorners: true });
  const { mode = 'bilinear', alignCorners = false } = options;
  expectWord('resize2d', 'mode', mode, ['nearest', 'bilinear']);
  return apply(ops.resize2d, [x], { size: pairOf(size), mode, alignCorners })[0];
};

export const resize2dGrad = (g: Tensor, attrs: Resampling): Tensor => apply(ops.resize2dGrad, [g], attrs)[0];
